"""The schema of the database: its tables, its version, and how it gets to the newest one."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from database import Database, metadata
from people import accounts, directory
from progress import certificates, editions, enrolments, record

TABLES = (
    directory.people,
    accounts.grants,
    accounts.sessions,
    record.events,
    enrolments.enrolments,
    certificates.certificates,
    editions.editions,
)
MIGRATIONS = Path(__file__).resolve().parent / "migrations"

__all__ = ["bring_up_to_date", "is_newest", "metadata"]


def is_newest(database: Database) -> bool:
    with database.reading() as connection:
        return MigrationContext.configure(connection).get_current_revision() == newest()


def newest() -> str | None:
    return ScriptDirectory.from_config(_config()).get_current_head()


def bring_up_to_date(database: Database) -> None:
    """Migrates to the newest schema in one transaction: an interrupted migration leaves the old one."""

    def migrate(connection: Connection) -> None:
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")

    database.write(migrate)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config
