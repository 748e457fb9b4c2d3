"""The schema of the database: its tables, its version, and how it gets to the newest one."""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from database import Database, metadata, rewriting
from people import deputies, directory, history, leave
from people.sign_in import accounts, identity_system, passwords, single_sign_on, throttle
from progress.assigning import rules
from progress.audit import verification_history
from progress.completion import certificates, editions, enrolments
from progress.personal import notes
from progress.record import chains, checkpoints, sealed_directory
from progress.remarks import remarks
from progress.reminding import ledger, silence
from progress.reports import export_log
from progress.reports.lrs import deliveries

TABLES = (
    directory.people,
    history.history,
    accounts.grants,
    accounts.sessions,
    deputies.deputies,
    leave.leaves,
    passwords.passwords,
    passwords.links,
    identity_system.provisioned,
    identity_system.incomplete,
    single_sign_on.pending,
    throttle.throttles,
    chains.events,
    checkpoints.sealed_heads,
    checkpoints.checkpoints,
    checkpoints.restorations,
    sealed_directory.sealed_history,
    enrolments.enrolments,
    rules.rules,
    certificates.certificates,
    certificates.status_indexes,
    editions.editions,
    deliveries.delivered,
    verification_history.verifications,
    export_log.export_log,
    remarks.remarks,
    notes.notes,
    ledger.reminders,
    silence.days,
)
MIGRATIONS = Path(__file__).resolve().parent / "migrations"

__all__ = ["bring_up_to_date", "is_newest", "metadata", "newest"]


def newest() -> str:
    """The revision that the last migration leads to; migrations are numbered, and named by their number."""
    return max(file.name.split("_")[0] for file in (MIGRATIONS / "versions").glob("[0-9]*_*.py"))


def is_newest(database: Database) -> bool:
    with database.reading() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return False
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == newest()


def bring_up_to_date(database: Database) -> None:
    """Migrate to the newest schema in one transaction, so that an interrupted migration leaves the old one.

    An SQLite database from before deleted values were zeroed is then rewritten, once. Raises `NotRewrittenError`.
    """
    # Imported here: it takes a third of a second, and most starts have nothing to migrate.
    from alembic import command
    from alembic.config import Config

    def migrate(connection: Connection) -> None:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")

    database.write(migrate)
    rewriting.rewrite_once(database)
