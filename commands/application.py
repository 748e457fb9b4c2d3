"""All the operator's commands in one application."""

import sys
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

import settings
from commands import accounts as accounts_commands
from commands import assigning
from commands import certificates as certificates_commands
from commands import copies as copies_commands
from commands import corrections as corrections_commands
from commands import exports as exports_commands
from commands import people as people_commands
from commands import privacy as privacy_commands
from commands import record as record_commands
from commands.console import (
    bar,
    err,
    fail,
    faults_in_words,
    opened,
    say,
    t,
)
from database import NOT_ANSWERED, Database, UnknownOutcomeError
from installation import now, schema
from installation.startup import DEMONSTRATION_EMPLOYEES, DEMONSTRATION_SEED
from people import directory
from progress import demonstration
from progress.completion.fold import differing, rebuild
from progress.record.chains import events
from quizzes.content import check
from settings import HOME, Mode

app = typer.Typer(help=t("Kodex: the operator's commands."), no_args_is_help=True, add_completion=False)
content_app = typer.Typer(help=t("Lessons and questions."), no_args_is_help=True)
enrolments_app = typer.Typer(help=t("The table derived from the record."), no_args_is_help=True)
app.add_typer(content_app, name="content")
app.add_typer(exports_commands.app, name="export")
app.add_typer(enrolments_app, name="enrolments")
accounts_commands.register(people_commands.app)
privacy_commands.register(people_commands.app)
copies_commands.register(app)
assigning.register(app)
app.add_typer(people_commands.app, name="people")
app.add_typer(certificates_commands.app, name="certificate")
corrections_commands.register(record_commands.app)
app.add_typer(record_commands.app, name="record")


@app.command(help=t("Bring the database to the newest schema."))
def migrate() -> None:
    with faults_in_words():
        schema.bring_up_to_date(Database(settings.read().database_url))
    say(t("The database has the newest schema, {version}.", version=schema.newest()))


@app.command(help=t("Fill an empty database with an invented organisation and its progress."))
def demo(
    employees: Annotated[int, typer.Option(min=12, max=200_000)] = DEMONSTRATION_EMPLOYEES,
    seed: Annotated[int, typer.Option()] = DEMONSTRATION_SEED,
) -> None:
    house = opened()
    if house.settings.mode is not Mode.DEMONSTRATION:
        fail(t("A demonstration is not made in production. Set KODEX_MODE=demonstration."))
    taken = t("The database already holds people; a demonstration is made in an empty one. Nothing was changed.")
    with house.database.reading() as connection:
        if not directory.is_empty(connection):
            fail(taken)
    try:
        with faults_in_words(), bar(t("People"), employees) as progress:
            made = demonstration.fill(
                house.database,
                house.content,
                employees,
                seed,
                house.settings.time_zone,
                now(),
                lambda n: progress.advance(progress.task_ids[0], n),
            )
    except IntegrityError:  # somebody else has filled it meanwhile
        fail(taken)
    say(t.plural("{n} person was invented.", "{n} people were invented.", made))


@content_app.command("check", help=t("Report every fault of a content folder, by file and line."))
def content_check(folder: Annotated[Path, typer.Argument()] = HOME) -> None:
    if not folder.is_dir():
        fail(t("There is no folder {folder}.", folder=str(folder)))
    content, faults = check(folder)
    for fault in faults:
        say(fault.in_words(t))
    if content is None:
        fail(
            t.plural(
                "{n} fault. The content cannot be used.",
                "{n} faults. The content cannot be used.",
                len(faults),
            )
        )
    for course in content.courses.values():
        questions = t.plural("{n} question", "{n} questions", len(course.questions))
        say(f"{course.id} {course.entry.version}: {questions}, {', '.join(content.languages)}, {course.sha256}")
    say(t("The content is sound."))


@enrolments_app.command("rebuild", help=t("Compare the table with the fold of all events, and mend it."))
def enrolments_rebuild(
    check_only: Annotated[bool, typer.Option("--check", help=t("Compare, and change nothing."))] = False,
) -> None:
    house = opened()
    with house.database.snapshot() as connection:
        total = connection.execute(select(func.count()).select_from(events)).scalar_one()
        wrong = list(differing(connection))
    for person_key, course, cycle in wrong:
        say(
            t(
                "{person}, {course}, cycle {cycle} is not what the events say.",
                person=person_key,
                course=course,
                cycle=cycle,
            )
        )
    if not wrong:
        say(
            t.plural(
                "The enrolments equal the fold of {n} event.",
                "The enrolments equal the fold of {n} events.",
                total,
            )
        )
        return
    if check_only:
        fail(t.plural("{n} enrolment differs.", "{n} enrolments differ.", len(wrong)))
    mended = house.database.write(rebuild)
    say(t.plural("{n} enrolment was written anew.", "{n} enrolments were written anew.", mended))


def main() -> None:
    """Run the command that the arguments name. A database that does not answer is a sentence, whatever it was."""
    try:
        app()
    except NOT_ANSWERED as error:
        said = t("The database does not answer: {reason}", reason=str(getattr(error, "orig", error)).strip())
    except UnknownOutcomeError:
        said = t(
            "The connection to the database broke while it was being saved. Look whether it was done before you run "
            "the command again."
        )
    else:
        return
    err.print(said, markup=False, soft_wrap=True)
    sys.exit(1)
