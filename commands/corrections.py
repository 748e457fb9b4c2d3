"""Corrections of a record, in the name of somebody of HR: each shows what it changes and asks."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Annotated

import typer

from commands.console import fail, opened, say, t
from installation import Installation, now
from people.access import Act, Asker, Principal, RefusedError, may
from people.directory import by_employee_id
from people.sign_in import accounts
from progress.completion import certificates, corrections
from progress.completion.correction_words import consequences, done
from progress.completion.corrections import Choice, NotCorrectedError, What, Wish
from progress.record import chains

USUAL_DAYS = 14
"""For a course that is assigned anew."""

Number = Annotated[str, typer.Argument(help=t("Their employee number."))]
Reason = Annotated[str, typer.Option(help=t("Why, without a name: it is kept for good, and the person reads it."))]
By = Annotated[str, typer.Option(help=t("The employee number of whoever of HR decided it."))]
OnlyCourse = Annotated[str | None, typer.Option("--course", help=t("The course, where there are several."))]
Until = Annotated[
    datetime | None, typer.Option(formats=["%Y-%m-%d"], help=t("The last day; without it, it has none."))
]
Yes = Annotated[bool, typer.Option("--yes", help=t("Do not ask."))]


def register(app: typer.Typer) -> None:
    """Adds these commands to those about the record."""
    app.command("void", help=t("Void an attempt, or an exemption."))(void)
    app.command("exempt", help=t("Exempt somebody from a course."))(exempt)
    app.command("equivalent", help=t("Record that something equivalent was done elsewhere."))(equivalent)
    app.command("revoke", help=t("Revoke a certificate."))(revoke)


def void(
    employee_id: Number,
    reason: Reason,
    by: By,
    attempt: Annotated[int | None, typer.Option(min=1, help=t("The number of the attempt."))] = None,
    exemption: Annotated[bool, typer.Option("--exemption", help=t("The exemption, and no attempt."))] = False,
    course: OnlyCourse = None,
    yes: Yes = False,
) -> None:
    if exemption is (attempt is not None):
        fail(t("Give --attempt or --exemption."))
    house = opened()

    def is_meant(each: Choice) -> bool:
        what = What.VOID_EXEMPTION if exemption else What.VOID_ATTEMPT
        return each.what is what and (exemption or each.attempt == attempt)

    key = _person(house, employee_id)
    found = _chosen(house, key, is_meant, course)
    _correct(house, key, Wish(found.what, found.course_id, found.cycle, found.seq, reason), by, "void", yes=yes)


def exempt(
    employee_id: Number, reason: Reason, by: By, until: Until = None, course: OnlyCourse = None, yes: Yes = False
) -> None:
    house = opened()
    key = _person(house, employee_id)
    found = _chosen(house, key, lambda each: each.what is What.EXEMPT, course)
    last = until.date() if until else None
    wish = Wish(found.what, found.course_id, found.cycle, found.seq, reason, until=last)
    _correct(house, key, wish, by, "exempt", yes=yes)


def equivalent(
    employee_id: Number,
    what: Annotated[str, typer.Option(help=t("What was done, without a name."))],
    on: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help=t("On which day."))],
    reason: Reason,
    by: By,
    until: Until = None,
    course: OnlyCourse = None,
    yes: Yes = False,
) -> None:
    house = opened()
    key = _person(house, employee_id)
    found = _chosen(house, key, lambda each: each.what is What.EQUIVALENT, course)
    wish = Wish(
        found.what,
        found.course_id,
        found.cycle,
        found.seq,
        reason,
        until=until.date() if until else None,
        equivalent=what,
        done_on=on.date(),
    )
    _correct(house, key, wish, by, "equivalent", yes=yes)


def revoke(
    number: Annotated[str, typer.Argument(help=t("The certificate's number."))],
    reason: Reason,
    by: By,
    due_in: Annotated[
        int, typer.Option(min=1, max=730, help=t("Days for the course, which is assigned anew."))
    ] = USUAL_DAYS,
    only: Annotated[bool, typer.Option("--only", help=t("Do not assign the course anew."))] = False,
    yes: Yes = False,
) -> None:
    house = opened()
    with house.database.reading() as connection:
        certificate = certificates.find(connection, number)
    if certificate is None:
        fail(t("There is no certificate {number}.", number=number))
    due_on = None if only else house.today(now()) + timedelta(days=due_in)
    wish = Wish(What.REVOKE, certificate.course_id, certificate.cycle, 0, reason, due_on=due_on)
    _correct(house, certificate.person_key, wish, by, "revoke", yes=yes)


def _person(house: Installation, employee_id: str) -> str:
    with house.database.reading() as connection:
        person = by_employee_id(connection, employee_id)
    if person is None:
        fail(t("There is nobody with the employee number {id}.", id=employee_id))
    return person.key


def _chosen(house: Installation, person_key: str, is_meant: Callable[[Choice], bool], course: str | None) -> Choice:
    """The one that is meant, or a failure: what there is not, and what could be one of several."""
    with house.database.reading() as connection:
        found = [each for each in corrections.choices(chains.chain(connection, person_key)) if is_meant(each)]
    in_course = [each for each in found if course in {None, each.course_id}]
    if not in_course:
        fail(t("There is nothing like that to correct in this record. Nothing was changed."))
    if len(in_course) > 1:
        fail(t("Say which course with --course: {courses}", courses=", ".join(each.course_id for each in in_course)))
    return in_course[0]


def _correct(house: Installation, person_key: str, wish: Wish, by: str, command: str, *, yes: bool) -> None:
    principal = _hr(house, by)
    course = house.content.courses.get(wish.course_id)
    asker = Asker(principal, now(), house.settings.time_zone)
    try:
        plan = corrections.look(house.database, asker, person_key, wish, course)
        for each in consequences(t, house.content, plan):
            say(each)
        if not yes and not typer.confirm(
            t("Make this correction in the name of {name}?", name=principal.person.name)
        ):
            fail(t("Nothing was changed."))
        through = f"manage.py record {command}"
        made = corrections.make(house.database, replace(asker, now=now()), plan, course, through)
    except NotCorrectedError as error:
        fail(t.say(error.reason), t("Nothing was changed."))
    except RefusedError:
        fail(t("Whoever is named by --by may not correct this record. Nothing was changed."))
    say(done(t, house.content, made))


def _hr(house: Installation, employee_id: str) -> Principal:
    with house.database.reading() as connection:
        person = by_employee_id(connection, employee_id)
        principal = accounts.as_hr(connection, person) if person is not None else None
    if principal is None or not may(principal, Act.CORRECT) or not principal.person.has_access(house.today(now())):
        fail(t("{id} is nobody of human resources. Nothing was changed.", id=employee_id))
    return principal
