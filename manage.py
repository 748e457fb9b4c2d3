"""The operator's commands."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import func, select

import schema
import settings
from commands import accounts as accounts_commands
from commands import certificates as certificates_commands
from commands import copies as copies_commands
from commands import corrections as corrections_commands
from commands import people as people_commands
from commands import privacy as privacy_commands
from commands import record as record_commands
from commands.console import (
    bar,
    check_folder,
    check_names,
    counted,
    fail,
    faults_in_words,
    key_of,
    opened,
    say,
    t,
    whole,
)
from commands.days import typed
from database import Database
from installation import now
from people import directory
from people.access import OPERATOR, Act
from progress import as_of as past
from progress import demonstration, enrolments, exports, reports, statements
from progress.as_of import NotYetError
from progress.record import events
from progress.reports import Selection
from progress.rules import Status
from progress.statements import NotStatedError
from quizzes.content import check
from settings import HOME, Mode
from signing import UnusableKeyError, verifiers_in
from startup import DEMONSTRATION_EMPLOYEES, DEMONSTRATION_SEED

app = typer.Typer(help=t("Kodex: the operator's commands."), no_args_is_help=True, add_completion=False)
content_app = typer.Typer(help=t("Lessons and questions."), no_args_is_help=True)
export_app = typer.Typer(help=t("Records written to files."), no_args_is_help=True)
enrolments_app = typer.Typer(help=t("The table derived from the record."), no_args_is_help=True)
app.add_typer(content_app, name="content")
app.add_typer(export_app, name="export")
app.add_typer(enrolments_app, name="enrolments")
accounts_commands.register(people_commands.app)
privacy_commands.register(people_commands.app)
copies_commands.register(app)
app.add_typer(people_commands.app, name="people")
app.add_typer(certificates_commands.app, name="certificate")
corrections_commands.register(record_commands.app)
app.add_typer(record_commands.app, name="record")


class Form(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"


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
    with house.database.reading() as connection:
        if not directory.is_empty(connection):
            fail(
                t("The database already holds people; a demonstration is made in an empty one. Nothing was changed.")
            )
    with bar(t("People"), employees) as progress:
        made = demonstration.fill(
            house.database,
            house.content,
            employees,
            seed,
            house.settings.time_zone,
            now(),
            lambda n: progress.advance(progress.task_ids[0], n),
        )
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


@export_app.command("certifications", help=t("Write certification records to a file."))
def export_certifications(
    output: Annotated[Path, typer.Option(help=t("The file to write."))],
    form: Annotated[Form, typer.Option("--format")] = Form.CSV,
    unit: Annotated[str | None, typer.Option(help=t("Only this unit."))] = None,
    status: Annotated[Status | None, typer.Option(help=t("Only this status."))] = None,
    course: Annotated[str | None, typer.Option(help=t("Only this course."))] = None,
    every_cycle: Annotated[bool, typer.Option(help=t("Earlier cycles too."))] = False,
    leavers: Annotated[bool, typer.Option("--leavers", help=t("People who have left too."))] = False,
    as_of: Annotated[str, typer.Option(help=t("As it was when this day ended; without it, as it is now."))] = "",
) -> None:
    house = opened()
    selection = Selection(course_id=course, unit=unit, status=status, every_cycle=every_cycle, leavers=leavers)
    today = house.today(now())
    day = typed(as_of) if as_of else today
    if day > today:
        fail(t.say(NotYetError.reason))
    check_folder(output)
    closing = statements.closing(house.database, key_of(house), selection, day, now(), house.settings.time_zone)
    then = past.as_of(house.database, OPERATOR, Act.SEE_CERTIFICATIONS, day, today, house.settings.time_zone)
    with then as connection:
        check_names(connection, house, unit, course)
        total = reports.summary(connection, OPERATOR, Act.SEE_CERTIFICATIONS, selection, day).people
        with whole(output) as unfinished, bar(t("Records"), total) as progress:
            found = reports.records(connection, OPERATOR, Act.SEE_CERTIFICATIONS, selection, day)
            rows = counted(found, progress)
            if form is Form.CSV:
                with unfinished.open("w", encoding="utf-8", newline="") as file:
                    exports.write_csv(rows, file, closing=closing)
            else:
                exports.write_xlsx(rows, unfinished, closing=closing)
    say(t.plural("{n} record written to {file}.", "{n} records written to {file}.", total, file=str(output)))
    if day < today:
        say(t("They are as they were when {day} ended.", day=t.date(day)))


@export_app.command("check", help=t("Check that an export is as it was written, by the statement at its end."))
def export_check(
    file: Annotated[Path, typer.Argument(help=t("The CSV or XLSX."))],
    key: Annotated[Path, typer.Option(help=t("The public keys to trust."))],
) -> None:
    try:
        said = statements.checked(file, verifiers_in(key))
    except (UnusableKeyError, NotStatedError) as error:
        fail(t.say(error.reason))
    except OSError:
        fail(t("{file} cannot be read.", file=str(file)))
    for name, value in said.items():
        say(f"{name} {value}")
    say(t("It is as it was written, and signed."))


@enrolments_app.command("rebuild", help=t("Compare the table with the fold of all events, and mend it."))
def enrolments_rebuild(
    check_only: Annotated[bool, typer.Option("--check", help=t("Compare, and change nothing."))] = False,
) -> None:
    house = opened()
    with house.database.snapshot() as connection:
        total = connection.execute(select(func.count()).select_from(events)).scalar_one()
        wrong = list(enrolments.differing(connection))
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
    mended = house.database.write(enrolments.rebuild)
    say(t.plural("{n} enrolment was written anew.", "{n} enrolments were written anew.", mended))


if __name__ == "__main__":
    sys.exit(app())
