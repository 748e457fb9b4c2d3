"""Leave of people, by hand: add, end, list."""

from datetime import timedelta
from typing import Annotated

import typer

from commands.console import fail, opened, say, t
from commands.options import typed_day
from installation import Installation, now
from people import leave, security_log
from people.directory import Person, by_employee_id
from people.leave import Leave, LeaveSource, NotNotedError
from progress.assigning import pausing
from progress.assigning.applying import Moment
from progress.assigning.pausing import Moved

app = typer.Typer(help=t("Leave, in which due dates rest."), no_args_is_help=True)

EmployeeId = Annotated[str, typer.Argument(help=t("Their employee number."))]

BY_ADD = "manage.py leave add"
BY_END = "manage.py leave end"


@app.command("add", help=t("Note that somebody is on leave."))
def add(
    employee_id: EmployeeId,
    from_: Annotated[str, typer.Option("--from", help=t("The first day."))],
    until: Annotated[str, typer.Option(help=t("The last day; leave it out while nobody knows it."))] = "",
) -> None:
    installation = opened()
    person, at = _person(installation, employee_id), now()
    noted = Leave(person.key, typed_day(from_), typed_day(until) if until else None, LeaveSource.HAND, BY_ADD, at)
    moment = Moment(at, installation.settings.time_zone)
    try:
        moved = installation.database.write(lambda connection: pausing.note_leave(connection, noted, moment))
    except NotNotedError as error:
        fail(*error.lines(t), t("Nothing was changed."))
    security_log.note("leave noted", person=person.key, by=BY_ADD)
    last = t.date(noted.until_on) if noted.until_on else t("no end yet")
    say(t("{name} is on leave: {first} – {last}.", name=person.name, first=t.date(noted.from_on), last=last))
    _say_moved(moved)


@app.command("end", help=t("Say which day of somebody’s leave was the last, or is."))
def end(
    employee_id: EmployeeId,
    on: Annotated[str, typer.Option("--on", help=t("The last day; yesterday unless given."))] = "",
) -> None:
    installation = opened()
    person, moment = _person(installation, employee_id), Moment(now(), installation.settings.time_zone)
    last_day = typed_day(on) if on else moment.today - timedelta(days=1)
    try:
        moved = installation.database.write(
            lambda connection: pausing.end_leave(connection, person.key, last_day, moment, BY_END)
        )
    except NotNotedError as error:
        fail(*error.lines(t), t("Nothing was changed."))
    security_log.note("leave ended", person=person.key, by=BY_END)
    say(t("The leave of {name} ends on {day}.", name=person.name, day=t.date(last_day)))
    _say_moved(moved)


@app.command("list", help=t("List who is on leave, or will be."))
def list_() -> None:
    installation = opened()
    with installation.database.reading() as connection:
        found = leave.with_names(connection, installation.today(now()))
    for each, person in found:
        last = t.date(each.until_on) if each.until_on else t("no end yet")
        say(f"{person.employee_id} {person.name}, {person.unit}: {t.date(each.from_on)} – {last}")
    if not found:
        say(t("Nobody is on leave."))


def _person(installation: Installation, employee_id: str) -> Person:
    with installation.database.reading() as connection:
        person = by_employee_id(connection, employee_id)
    if person is None:
        fail(t("There is nobody with the employee number {id}.", id=employee_id), t("Nothing was changed."))
    return person


def _say_moved(moved: list[Moved]) -> None:
    for each in moved:
        say(
            t(
                "{course}: the due date moves from {was} to {day}.",
                course=each.course_id,
                was=t.date(each.was),
                day=t.date(each.due_on),
            )
        )
