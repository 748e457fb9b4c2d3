"""All the operator's commands in one application."""

import sys
from typing import Annotated

import typer
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

import settings
from commands import accounts as accounts_commands
from commands import assigning, reminding
from commands import certificates as certificates_commands
from commands import content as content_commands
from commands import copies as copies_commands
from commands import corrections as corrections_commands
from commands import exports as exports_commands
from commands import leave as leave_commands
from commands import people as people_commands
from commands import privacy as privacy_commands
from commands import record as record_commands
from commands import rules as rules_commands
from commands.console import (
    bar,
    err,
    fail,
    faults_in_words,
    opened,
    say,
    t,
    unanswered,
)
from database import NOT_ANSWERED, Database, UnknownOutcomeError
from installation import now, schema
from installation.startup import DEMONSTRATION_EMPLOYEES, DEMONSTRATION_SEED
from people import directory
from progress import demonstration
from progress.completion.fold import differing, rebuild
from progress.record.chains import events
from settings import Mode

app = typer.Typer(help=t("Kodex: the operator's commands."), no_args_is_help=True, add_completion=False)
enrolments_app = typer.Typer(help=t("The enrolments, which are derived from the record."), no_args_is_help=True)
people_commands.app.add_typer(accounts_commands.app)
people_commands.app.add_typer(privacy_commands.app)
record_commands.app.add_typer(corrections_commands.app)
app.add_typer(copies_commands.app)
app.add_typer(assigning.app)
app.add_typer(reminding.app)
app.add_typer(rules_commands.app, name="rule")
app.add_typer(leave_commands.app, name="leave")
app.add_typer(content_commands.app, name="content")
app.add_typer(enrolments_app, name="enrolments")
app.add_typer(people_commands.app, name="people")
app.add_typer(record_commands.app, name="record")
app.add_typer(certificates_commands.app, name="certificate")
app.add_typer(exports_commands.app, name="export")


@app.command(help=t("Migrate the database to the newest schema."))
def migrate() -> None:
    with faults_in_words():
        schema.bring_up_to_date(Database(settings.read().database_url))
    say(t("The database has the newest schema, {version}.", version=schema.newest()))


@app.command(help=t("Fill an empty database with an invented organisation and its progress."))
def demo(
    employees: Annotated[int, typer.Option(min=12, max=200_000)] = DEMONSTRATION_EMPLOYEES,
    seed: Annotated[int, typer.Option()] = DEMONSTRATION_SEED,
) -> None:
    installation = opened()
    if installation.settings.mode is not Mode.DEMONSTRATION:
        fail(t("A demonstration cannot be made in production. Set KODEX_MODE=demonstration."))
    taken = t("The database already contains people; a demonstration needs an empty one. Nothing was changed.")
    with installation.database.reading() as connection:
        if not directory.is_empty(connection):
            fail(taken)
    try:
        with faults_in_words(), bar(t("People"), employees) as progress:
            made = demonstration.fill(
                installation.database,
                installation.content,
                employees,
                seed,
                installation.settings.time_zone,
                now(),
                lambda n: progress.advance(progress.task_ids[0], n),
            )
    except IntegrityError:  # somebody else filled it in the meantime
        fail(taken)
    say(t.plural("{n} person was invented.", "{n} people were invented.", made))


@enrolments_app.command("rebuild", help=t("Recompute the enrolments from all events, and repair the table."))
def enrolments_rebuild(
    check_only: Annotated[bool, typer.Option("--check", help=t("Only compare; change nothing."))] = False,
) -> None:
    installation = opened()
    with installation.database.snapshot() as connection:
        total = connection.execute(select(func.count()).select_from(events)).scalar_one()
        wrong = list(differing(connection))
    for person_key, course, cycle in wrong:
        say(
            t(
                "{person}, {course}, cycle {cycle} does not match the events.",
                person=person_key,
                course=course,
                cycle=cycle,
            )
        )
    if not wrong:
        say(
            t.plural(
                "The enrolments match {n} event.",
                "The enrolments match {n} events.",
                total,
            )
        )
        return
    if check_only:
        fail(t.plural("{n} enrolment differs.", "{n} enrolments differ.", len(wrong)))
    mended = installation.database.write(rebuild)
    say(t.plural("{n} enrolment was repaired.", "{n} enrolments were repaired.", mended))


def main() -> None:
    """Run the command that the arguments name; say in a sentence when the database does not answer."""
    try:
        app()
    except NOT_ANSWERED as error:
        said = unanswered(error)
    except UnknownOutcomeError:
        said = t(
            "The connection to the database was lost while saving. Check whether the change was made before "
            "you run the command again."
        )
    else:
        return
    err.print(said, markup=False, soft_wrap=True)
    sys.exit(1)
