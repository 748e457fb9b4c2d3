"""Assigning a course to people, by a day."""

from datetime import date, datetime, timedelta
from typing import Annotated

import typer
from sqlalchemy import ColumnElement, Connection, or_, true

from commands.console import bar, check_course, check_names, fail, opened, say, t
from installation import Installation, now
from people.directory import Person, by_employee_id, people
from progress.completion import assignments

BY = "manage.py assign"
"""Who assigned, as the record has it."""


def register(app: typer.Typer) -> None:
    """Add this command to the application."""
    app.command(help=t("Assign a course to people, by a day."))(assign)


def assign(
    course: Annotated[str, typer.Argument(help=t("The course, by its id."))],
    due: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help=t("The day by which it is to be done."))
    ] = None,
    within: Annotated[int | None, typer.Option(min=1, max=730, help=t("Or the number of days from today."))] = None,
    unit: Annotated[list[str] | None, typer.Option(help=t("A unit; may be given several times."))] = None,
    person: Annotated[
        list[str] | None, typer.Option(help=t("An employee number; may be given several times."))
    ] = None,
    everybody: Annotated[bool, typer.Option("--everybody", help=t("Everybody who has access."))] = False,
    again: Annotated[
        bool, typer.Option("--again", help=t("Also those who are certified or exempt: they begin anew."))
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help=t("Say whom it would reach, and change nothing."))
    ] = False,
) -> None:
    units, numbers = unit or [], person or []
    if everybody is bool(units or numbers):
        fail(t("Say who: --everybody, or --unit and --person, each as often as needed. Nothing was changed."))
    house = opened()
    check_course(house, course)
    at = now()
    today = house.today(at)
    due_on = _due(due, within, today)
    taught = house.content.courses[course]
    with house.database.snapshot() as connection:
        audience = true() if everybody else _named(connection, house, units, numbers, today)
        reached = assignments.reach(connection, taught, audience, today, again=again)
    for each in reached.new:
        say(f"{each.employee_id} {each.name}, {each.unit}")
    if dry_run:
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
        new = assignments.assign_all(
            house.database, taught, keys, due_on, BY, at, lambda n: progress.advance(told, n)
        )
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
        fail(t("Say by when: --due or --within, and not both. Nothing was changed."))
    if due.date() < today:
        fail(t("{day} is over. Nothing was changed.", day=t.date(due.date())))
    return due.date()


def _named(
    connection: Connection, house: Installation, units: list[str], numbers: list[str], today: date
) -> ColumnElement[bool]:
    """The condition that selects these units and people; fail where one of them does not exist or has left."""
    for each in units:
        check_names(connection, house, each, None)
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
    return t("{id} {name} has no access any more.", id=number, name=person.name)


def _say_who_is_left_alone(reached: assignments.Reach) -> None:
    if reached.open:
        n = len(reached.open)
        say(t.plural("{n} person has it already.", "{n} people have it already.", n))
    if reached.settled:
        n = len(reached.settled)
        say(
            t.plural(
                "{n} person is certified or exempt and is left alone; --again would begin anew.",
                "{n} people are certified or exempt and are left alone; --again would begin anew.",
                n,
            )
        )
    if reached.without_access:
        n = len(reached.without_access)
        say(
            t.plural(
                "{n} person has left and is assigned nothing.", "{n} people have left and are assigned nothing.", n
            )
        )
