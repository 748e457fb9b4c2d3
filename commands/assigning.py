"""Assignment of a course to people, with a due date, and the letters that remind of it."""

import time
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated

import typer
from sqlalchemy import ColumnElement, Connection, or_, true

from commands.console import bar, check_course, check_names, err, fail, faults_in_words, opened, say, t
from commands.options import with_options
from installation import Installation, now
from lessons.faults import FaultyContentError
from people.directory import Person, by_employee_id, by_keys, people
from progress.completion import assignments
from progress.completion.assignments import Assignment
from progress.reminding import audience, days_file, ledger, sending, silence, templates
from progress.reminding.audience import Office
from progress.reminding.ledger import LetterState
from progress.reminding.schedule import LetterKind
from progress.reminding.sending import Result, Sender
from words import Sentence, sentence

app = typer.Typer()

BY = "manage.py assign"
"""Name under which the record stores the author of an assignment."""
SOME_DID_NOT_GO = 3
"""The exit code of a run after which letters wait because of the mail server, or were refused."""
KINDS: dict[LetterKind, Sentence] = {
    LetterKind.ASSIGNED: sentence("a new course"),
    LetterKind.BEFORE: sentence("the due date is near"),
    LetterKind.TODAY: sentence("the due date has come"),
    LetterKind.OVERDUE: sentence("the course is overdue"),
    LetterKind.EXPIRING: sentence("the certificate ends soon"),
    LetterKind.REFRESHER: sentence("a refresher is open"),
    LetterKind.DIGEST: sentence("the manager’s weekly letter"),
    LetterKind.ESCALATION: sentence("HR’s list of those who are long overdue"),
}


@dataclass(frozen=True)
class AssignOptions:
    due: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help=t("The due date."))] = None
    within: Annotated[int | None, typer.Option(min=1, max=730, help=t("Or the number of days until it is due."))] = (
        None
    )
    unit: Annotated[list[str] | None, typer.Option(help=t("A unit; can be repeated."))] = None
    person: Annotated[list[str] | None, typer.Option(help=t("An employee number; can be repeated."))] = None
    everybody: Annotated[bool, typer.Option("--everybody", help=t("Everybody who has access."))] = False
    again: Annotated[
        bool, typer.Option("--again", help=t("Also people who are certified or exempt; they start again."))
    ] = False
    dry_run: Annotated[bool, typer.Option("--dry-run", help=t("List the people it would reach; change nothing."))] = (
        False
    )


@app.command(help=t("Assign a course to people, with a due date."))
@with_options
def assign(course: Annotated[str, typer.Argument(help=t("The id of the course."))], options: AssignOptions) -> None:
    units, numbers = options.unit or [], options.person or []
    if options.everybody is bool(units or numbers):
        fail(t("Choose people with --everybody, or with --unit and --person. Nothing was changed."))
    installation = opened()
    check_course(installation, course)
    at = now()
    today = installation.today(at)
    due_on = _due(options.due, options.within, today)
    taught = installation.content.courses[course]
    with installation.database.snapshot() as connection:
        audience = true() if options.everybody else _named(connection, installation, units, numbers, today)
        reached = assignments.reach(connection, taught, audience, today, again=options.again)
    for each in reached.new:
        say(f"{each.employee_id} {each.name}, {each.unit}")
    if options.dry_run:
        _say_who_is_left_alone(reached)
        say(
            t.plural(
                "{n} person would be assigned {course}, due on {day}.",
                "{n} people would be assigned {course}, due on {day}.",
                len(reached.new),
                course=course,
                day=t.date(due_on),
            )
        )
        say(t("Nothing was changed."))
        return
    keys = [each.key for each in reached.new]
    with bar(t("People"), len(keys)) as progress:
        told = progress.task_ids[0]
        new = 0
        for done, new_ones in assignments.assign_all(installation.database, Assignment(taught, due_on, BY), keys, at):
            new += new_ones
            progress.advance(told, done)
    _say_who_is_left_alone(reached)
    say(
        t.plural(
            "{n} person was assigned {course}, due on {day}.",
            "{n} people were assigned {course}, due on {day}.",
            new,
            course=course,
            day=t.date(due_on),
        )
    )


def _due(due: datetime | None, within: int | None, today: date) -> date:
    if within is not None and due is None:
        return today + timedelta(days=within)
    if due is None or within is not None:
        fail(t("Give either --due or --within. Nothing was changed."))
    if due.date() < today:
        fail(t("{day} is in the past. Nothing was changed.", day=t.date(due.date())))
    return due.date()


def _named(
    connection: Connection, installation: Installation, units: list[str], numbers: list[str], today: date
) -> ColumnElement[bool]:
    """Return the condition that selects these units and people. Fail if one of them does not exist or has left."""
    for each in units:
        check_names(connection, installation, each, None)
    persons = [(number, by_employee_id(connection, number)) for number in numbers]
    wrong = [_why_not(number, person) for number, person in persons if not _has_access(person, today)]
    if wrong:
        fail(*wrong, t("Nothing was changed."))
    return or_(people.c.unit.in_(units), people.c.person_key.in_([person.key for _, person in persons if person]))


def _has_access(person: Person | None, today: date) -> bool:
    return person is not None and person.has_access(today)


def _why_not(number: str, person: Person | None) -> str:
    if person is None:
        return t("There is nobody with the employee number {id}.", id=number)
    return t("{id} {name} no longer has access.", id=number, name=person.name)


def _say_who_is_left_alone(reached: assignments.Reach) -> None:
    if reached.open:
        n = len(reached.open)
        say(t.plural("{n} person already has the course.", "{n} people already have the course.", n))
    if reached.settled:
        n = len(reached.settled)
        say(
            t.plural(
                "{n} person is certified or exempt and is left out; with --again they start again.",
                "{n} people are certified or exempt and are left out; with --again they start again.",
                n,
            )
        )
    if reached.without_access:
        n = len(reached.without_access)
        say(t.plural("{n} person has left and gets no course.", "{n} people have left and get no course.", n))


@app.command(help=t("Send the reminders that are due. Exit code 3: some could not be sent."))
def remind(
    dry_run: Annotated[bool, typer.Option("--dry-run", help=t("List the letters that are due; send none."))] = False,
) -> None:
    installed = opened()
    office = _office(installed)
    if dry_run:
        _list(installed, office)
        return
    post = installed.post
    if post is None or installed.settings.public_url is None:
        fail(t("Reminders need KODEX_SMTP_URL, KODEX_MAIL_FROM and KODEX_PUBLIC_URL. Nothing was sent."))
    result = sending.run(Sender(installed.database, office, post, now, time.sleep))
    _say_what_became(result)
    _warn_of_silence(installed, office)
    if result.is_server_dead or result.of(LetterState.REFUSED) or result.of(LetterState.UNKNOWN):
        raise typer.Exit(SOME_DID_NOT_GO)


def _office(installed: Installation) -> Office:
    read = installed.settings
    written, faults = templates.read(read.content)
    working, faults_of_days = days_file.read(read.content)
    with faults_in_words():
        if faults or faults_of_days:
            raise FaultyContentError([*faults, *faults_of_days])
    return Office(
        installed.content,
        written,
        read.public_url or "",
        read.time_zone,
        working,
        timedelta(days=read.escalate_after_days),
    )


def _list(installed: Installation, office: Office) -> None:
    """Name the letters that a run would find due and that are not in the ledger, whatever the hour."""
    with installed.database.snapshot() as connection:
        keys = audience.not_yet_sent(connection, office, now())
        some = range(0, len(keys), ledger.AT_A_TIME)
        parts = (by_keys(connection, (key.person_key for key in keys[n : n + ledger.AT_A_TIME])) for n in some)
        persons = {key: person for part in parts for key, person in part.items()}
    for key in keys:
        person = persons[key.person_key]
        what = t.say(KINDS[key.letter])
        course = office.content.courses.get(key.course_id)
        about = f", {course.title(t.language)}" if course else ""
        say(f"{person.employee_id} {person.name}: {what}{about}")
    for kind, n in Counter(key.letter for key in keys).items():
        say(f"{t.say(KINDS[kind])}: {t.number(n)}")
    say(t.plural("{n} letter is due.", "{n} letters are due.", len(keys)))
    say(t("Nothing was sent."))


def _say_what_became(result: Result) -> None:
    say(t.plural("{n} letter was sent.", "{n} letters were sent.", result.of(LetterState.SENT)))
    if n := result.of(LetterState.DUE):
        say(t.plural("{n} letter waits for the next run.", "{n} letters wait for the next run.", n))
    if n := result.of(LetterState.LAPSED):
        say(t.plural("{n} letter was not needed any more.", "{n} letters were not needed any more.", n))
    if n := result.of(LetterState.REFUSED):
        _warn(t.plural("{n} letter was refused.", "{n} letters were refused.", n))
    if n := result.of(LetterState.UNKNOWN):
        _warn(
            t.plural(
                "Of {n} letter nobody knows whether it was taken; it is not sent again.",
                "Of {n} letters nobody knows whether they were taken; they are not sent again.",
                n,
            )
        )
    if result.is_server_dead:
        _warn(t("The mail server does not answer. Nothing is lost: the next run goes on."))


def _warn_of_silence(installed: Installation, office: Office) -> None:
    with installed.database.reading() as connection:
        silent = silence.read(connection, office.working.otherwise, office.day_of(now()))
    for day in silent:
        _warn(t("On {day} no reminder went, although some were due or nobody looked.", day=t.date(day)))


def _warn(line: str) -> None:
    err.print(line, markup=False, soft_wrap=True)
