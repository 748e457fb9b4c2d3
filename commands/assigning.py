"""Assignment of a course to people, with a due date."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated

import typer
from sqlalchemy import ColumnElement, Connection, or_, true

from commands.console import bar, check_course, check_names, fail, opened, say, t
from commands.options import with_options
from installation import Installation, now
from people.directory import Person, by_employee_id, people
from progress.completion import assignments
from progress.completion.assignments import Assignment

app = typer.Typer()

BY = "manage.py assign"
"""Name under which the record stores the author of an assignment."""


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
    wrong = [why_not(number, person) for number, person in persons if not _has_access(person, today)]
    if wrong:
        fail(*wrong, t("Nothing was changed."))
    return or_(people.c.unit.in_(units), people.c.person_key.in_([person.key for _, person in persons if person]))


def _has_access(person: Person | None, today: date) -> bool:
    return person is not None and person.has_access(today)


def why_not(number: str, person: Person | None) -> str:
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
