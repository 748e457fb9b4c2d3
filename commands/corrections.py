"""Corrections of a record in the name of an HR officer: each command shows what it changes, and asks."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Annotated

import typer

from commands.console import fail, opened, say, t
from commands.options import with_options
from installation import Installation, now
from people.access import Act, Asker, Principal, RefusedError, may
from people.directory import by_employee_id
from people.sign_in import accounts
from progress.completion import certificates, corrections
from progress.completion.correction_words import consequences, done
from progress.completion.corrections import Correctable, NotCorrectedError, What, Wish
from progress.record import chains

app = typer.Typer()

USUAL_DAYS = 14
"""Days until a course is due that is assigned again after a revocation."""

Number = Annotated[str, typer.Argument(help=t("Their employee number."))]
Until = Annotated[
    datetime | None, typer.Option(formats=["%Y-%m-%d"], help=t("The last day; without this option there is none."))
]
OnlyCourse = Annotated[str | None, typer.Option("--course", help=t("The course, if there are several."))]
Yes = Annotated[bool, typer.Option("--yes", help=t("Do not ask for confirmation."))]


@dataclass(frozen=True)
class Decided:
    """The reason for a correction, and who decided it: every correction has both."""

    reason: Annotated[
        str, typer.Option(help=t("The reason, without names: it is stored for good, and the person can read it."))
    ]
    by: Annotated[str, typer.Option(help=t("The employee number of the HR officer who decided it."))]


@dataclass(frozen=True)
class VoidOptions(Decided):
    attempt: Annotated[int | None, typer.Option(min=1, help=t("The number of the attempt."))] = None
    exemption: Annotated[bool, typer.Option("--exemption", help=t("The exemption, not an attempt."))] = False
    prior: Annotated[bool, typer.Option("--prior", help=t("The questions before the lesson, not an attempt."))] = (
        False
    )
    course: OnlyCourse = None
    yes: Yes = False

    @property
    def is_one(self) -> bool:
        return [self.attempt is not None, self.exemption, self.prior].count(True) == 1

    def matches(self, each: Correctable) -> bool:
        if self.attempt is not None:
            return each.what is What.VOID_ATTEMPT and each.attempt == self.attempt
        return each.what is (What.VOID_EXEMPTION if self.exemption else What.VOID_PRIOR)


@dataclass(frozen=True)
class ExemptOptions(Decided):
    """For an exemption, and for something equivalent."""

    until: Until = None
    course: OnlyCourse = None
    yes: Yes = False

    @property
    def last_day(self) -> date | None:
        return self.until.date() if self.until else None


@dataclass(frozen=True)
class RevokeOptions(Decided):
    due_in: Annotated[
        int, typer.Option(min=1, max=730, help=t("The days until the course, which is assigned again, is due."))
    ] = USUAL_DAYS
    only: Annotated[bool, typer.Option("--only", help=t("Do not assign the course again."))] = False
    yes: Yes = False


@app.command(help=t("Void an attempt, an exemption, or the questions before a lesson."))
@with_options
def void(employee_id: Number, options: VoidOptions) -> None:
    if not options.is_one:
        fail(t("Give one of --attempt, --exemption and --prior."))
    installation = opened()
    key = _person(installation, employee_id)
    found = _chosen(installation, key, options.matches, options.course)
    wish = Wish(found.what, found.course_id, found.cycle, found.seq, options.reason)
    _correct(installation, key, wish, options.by, "void", yes=options.yes)


@app.command(help=t("Exempt somebody from a course."))
@with_options
def exempt(employee_id: Number, options: ExemptOptions) -> None:
    installation = opened()
    key = _person(installation, employee_id)
    found = _chosen(installation, key, lambda each: each.what is What.EXEMPT, options.course)
    wish = Wish(found.what, found.course_id, found.cycle, found.seq, options.reason, until=options.last_day)
    _correct(installation, key, wish, options.by, "exempt", yes=options.yes)


@app.command(help=t("Record that something equivalent was done elsewhere."))
@with_options
def equivalent(
    employee_id: Number,
    what: Annotated[str, typer.Option(help=t("What was done, without names."))],
    on: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help=t("The day on which it was done."))],
    options: ExemptOptions,
) -> None:
    installation = opened()
    key = _person(installation, employee_id)
    found = _chosen(installation, key, lambda each: each.what is What.EQUIVALENT, options.course)
    wish = Wish(
        found.what,
        found.course_id,
        found.cycle,
        found.seq,
        options.reason,
        until=options.last_day,
        equivalent=what,
        done_on=on.date(),
    )
    _correct(installation, key, wish, options.by, "equivalent", yes=options.yes)


@app.command(help=t("Revoke a certificate."))
@with_options
def revoke(
    number: Annotated[str, typer.Argument(help=t("The certificate's number."))], options: RevokeOptions
) -> None:
    installation = opened()
    with installation.database.reading() as connection:
        certificate = certificates.find(connection, number)
    if certificate is None:
        fail(t("There is no certificate {number}.", number=number))
    due_on = None if options.only else installation.today(now()) + timedelta(days=options.due_in)
    wish = Wish(What.REVOKE, certificate.course_id, certificate.cycle, 0, options.reason, due_on=due_on)
    _correct(installation, certificate.person_key, wish, options.by, "revoke", yes=options.yes)


def _person(installation: Installation, employee_id: str) -> str:
    with installation.database.reading() as connection:
        person = by_employee_id(connection, employee_id)
    if person is None:
        fail(t("There is nobody with the employee number {id}.", id=employee_id))
    return person.key


def _chosen(
    installation: Installation, person_key: str, is_meant: Callable[[Correctable], bool], course: str | None
) -> Correctable:
    """Return the one choice that is meant; fail if there is none, or several."""
    with installation.database.reading() as connection:
        found = [each for each in corrections.choices(chains.chain(connection, person_key)) if is_meant(each)]
    in_course = [each for each in found if course in {None, each.course_id}]
    if not in_course:
        fail(t("This record has nothing of that kind to correct. Nothing was changed."))
    if len(in_course) > 1:
        fail(t("Choose the course with --course: {courses}", courses=", ".join(each.course_id for each in in_course)))
    return in_course[0]


def _correct(installation: Installation, person_key: str, wish: Wish, by: str, command: str, *, yes: bool) -> None:
    principal = _hr(installation, by)
    course = installation.content.courses.get(wish.course_id)
    asker = Asker(principal, now(), installation.settings.time_zone)
    try:
        plan = corrections.look(installation.database, asker, person_key, wish, course)
        for each in consequences(t, installation.content, plan):
            say(each)
        if not yes and not typer.confirm(
            t("Make this correction in the name of {name}?", name=principal.person.name)
        ):
            fail(t("Nothing was changed."))
        through = f"manage.py record {command}"
        made = corrections.make(installation.database, replace(asker, now=now()), plan, course, through)
    except NotCorrectedError as error:
        fail(t.say(error.reason), t("Nothing was changed."))
    except RefusedError:
        fail(t("The person named by --by may not correct this record. Nothing was changed."))
    say(done(t, installation.content, made))


def _hr(installation: Installation, employee_id: str) -> Principal:
    with installation.database.reading() as connection:
        person = by_employee_id(connection, employee_id)
        principal = accounts.as_hr(connection, person) if person is not None else None
    if (
        principal is None
        or not may(principal, Act.CORRECT)
        or not principal.person.has_access(installation.today(now()))
    ):
        fail(t("{id} is not an HR officer who may correct records. Nothing was changed.", id=employee_id))
    return principal
