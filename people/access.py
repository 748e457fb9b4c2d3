"""Access: this module alone decides who may see and do what."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, FromClause, Select, false, select, true

from people import security_log
from people.directory import Person, people, reporting_line


class Role(StrEnum):
    EMPLOYEE = "employee"
    MANAGER = "manager"
    HR = "hr"
    EDITOR = "editor"
    AUDITOR = "auditor"


class Act(StrEnum):
    LEARN = "learn"
    SEE_TEAM = "see team"
    SEE_CERTIFICATIONS = "see certifications"
    SEE_CONTENT = "see content"
    ANSWER_REMARKS = "answer remarks"
    """Of learners on cards and questions. Nobody who answers them learns whose they are."""
    NAME_DEPUTY = "name a deputy"
    SEE_PEOPLE = "see people"
    SEE_RECORD = "see a person's record"
    SEE_ATTEMPT = "see an attempt"
    """A finished one with its answers, exactly as it was, and without how sure the person was."""
    ASSIGN = "assign courses"
    """By rules, to people of the whole company."""
    NOTE_LEAVE = "note leave"
    """Somebody else's: it moves due dates."""
    CORRECT = "correct a record"
    """Somebody else's: nobody corrects their own."""
    CHANGE_PEOPLE = "change people"
    """The directory and who has which role."""
    VERIFY = "verify the record"
    """And have its checkpoints and the public keys."""
    SEAL = "seal a checkpoint"
    TAKE_EVIDENCE = "take evidence"
    """Certificates with all that proves them, including the answers, because the chain rests on them."""


ALLOWED: dict[Act, frozenset[Role]] = {
    Act.LEARN: frozenset({Role.EMPLOYEE}),
    Act.SEE_TEAM: frozenset({Role.MANAGER}),
    Act.SEE_CERTIFICATIONS: frozenset({Role.HR, Role.AUDITOR}),
    Act.SEE_CONTENT: frozenset({Role.EDITOR, Role.HR, Role.AUDITOR}),
    Act.ANSWER_REMARKS: frozenset({Role.EDITOR}),
    Act.NAME_DEPUTY: frozenset({Role.MANAGER}),
    Act.SEE_PEOPLE: frozenset({Role.HR}),
    Act.SEE_RECORD: frozenset({Role.HR, Role.AUDITOR}),
    Act.SEE_ATTEMPT: frozenset({Role.AUDITOR}),
    Act.ASSIGN: frozenset({Role.HR}),
    Act.NOTE_LEAVE: frozenset({Role.HR}),
    Act.CORRECT: frozenset({Role.HR}),
    Act.CHANGE_PEOPLE: frozenset({Role.HR}),
    Act.VERIFY: frozenset({Role.HR, Role.AUDITOR}),
    Act.SEAL: frozenset({Role.HR}),
    Act.TAKE_EVIDENCE: frozenset({Role.HR, Role.AUDITOR}),
}
OF_THE_WHOLE_COMPANY = frozenset({Act.ASSIGN, Act.CHANGE_PEOPLE, Act.VERIFY, Act.SEAL, Act.TAKE_EVIDENCE})
"""Acts that cannot be narrowed to units: HR that is limited to some may do none of them."""

OF_OTHERS = frozenset({Act.NOTE_LEAVE, Act.CORRECT})
"""Acts that nobody does about themselves."""


class RefusedError(Exception):
    """The principal may not do this."""


@dataclass(frozen=True)
class Principal:
    """The signed-in person and what they may do, read again on every run."""

    person: Person
    roles: frozenset[Role]
    units: frozenset[str] | None = None
    """The units that HR's role is limited to; None if it is for the whole company."""
    stands_in_for: frozenset[str] = frozenset()
    """The keys of the managers whose deputy they are today."""

    @property
    def key(self) -> str:
        return self.person.key


@dataclass(frozen=True)
class Asker:
    """The principal who asks for something, when, and in which time zone a day begins and ends."""

    principal: Principal
    now: datetime
    zone: ZoneInfo

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()


def may(principal: Principal, act: Act) -> bool:
    is_limited = principal.units is not None and act in OF_THE_WHOLE_COMPANY
    roles = principal.roles - {Role.HR} if is_limited else principal.roles
    return principal.person.active and not roles.isdisjoint(ALLOWED[act])


def refused(principal: Principal, act: Act) -> RefusedError:
    """Return the error that says so, after noting the refusal in the security log."""
    security_log.note("access", person=principal.key, result="refused", act=act.value)
    return RefusedError(act)


def require(principal: Principal, act: Act) -> None:
    if not may(principal, act):
        raise refused(principal, act)


@dataclass(frozen=True)
class Scope:
    """The people whose progress an act shows: everybody, or those that the other fields name. Empty, nobody."""

    everybody: bool = False
    units: frozenset[str] = frozenset()
    reporting_lines: frozenset[str] = frozenset()
    """The keys of the managers at their tops, who are not in them."""
    person: str | None = None
    """The key of one person alone."""


NOBODY = Scope()


def scope(principal: Principal, act: Act) -> Scope:
    """Return the people whose progress the principal may see in that act; nobody's if they may not do it."""
    if not may(principal, act):
        return NOBODY
    match act:
        case Act.LEARN:
            return Scope(person=principal.key)
        case Act.SEE_TEAM:
            return Scope(reporting_lines=frozenset({principal.key, *principal.stands_in_for}))
        case Act.NAME_DEPUTY:
            return Scope(reporting_lines=frozenset({principal.key}))
        case Act.SEE_CERTIFICATIONS | Act.SEE_RECORD if Role.AUDITOR in principal.roles:
            return Scope(everybody=True)
        case (
            Act.SEE_CERTIFICATIONS
            | Act.SEE_RECORD
            | Act.SEE_PEOPLE
            | Act.CHANGE_PEOPLE
            | Act.NOTE_LEAVE
            | Act.CORRECT
        ):
            return Scope(everybody=True) if principal.units is None else Scope(units=principal.units)
        case Act.VERIFY | Act.TAKE_EVIDENCE | Act.SEE_ATTEMPT:
            return Scope(everybody=True)
        case _:
            return NOBODY


def visible(principal: Principal, act: Act, among: FromClause = people) -> Select[tuple[str]]:
    """Return the keys of the people in the `scope` of that act; nobody corrects their own record or notes their own
    leave. `among` is the directory, or a past one of the same columns."""
    theirs = _in_scope(scope(principal, act), among)
    return theirs.where(among.c.person_key != principal.key) if act in OF_OTHERS else theirs


def _in_scope(within: Scope, among: FromClause) -> Select[tuple[str]]:
    everybody = select(among.c.person_key)
    if within.everybody:
        return everybody
    if within.units:
        return everybody.where(among.c.unit.in_(sorted(within.units)))
    if within.reporting_lines:
        return reporting_line(within.reporting_lines, among)
    if within.person is not None:
        return everybody.where(among.c.person_key == within.person)
    return everybody.where(false())


def is_visible(
    person_key: ColumnElement[str], principal: Principal, act: Act, among: FromClause = people
) -> ColumnElement[bool]:
    """The condition that `person_key` is in `visible`. Principals who see everybody need no check of each row."""
    if scope(principal, act).everybody and act not in OF_OTHERS:
        return true()
    return person_key.in_(visible(principal, act, among))


def sees(connection: Connection, principal: Principal, act: Act, person_key: str) -> bool:
    """True if this person is among those that the principal may see in that act."""
    asked = select(people.c.person_key).where(
        people.c.person_key == person_key, is_visible(people.c.person_key, principal, act)
    )
    return connection.execute(asked).first() is not None


def sees_attempts_of(connection: Connection, principal: Principal, person_key: str) -> bool:
    """True for the person who sat them, and auditors."""
    is_own = principal.key == person_key and may(principal, Act.LEARN)
    return is_own or sees(connection, principal, Act.SEE_ATTEMPT, person_key)


def sees_confidence_of(principal: Principal, person_key: str) -> bool:
    """True for the person alone: how sure somebody was is shown to nobody else with a name."""
    return principal.key == person_key


def sees_certificate_of(connection: Connection, principal: Principal, person_key: str) -> bool:
    """True for the certificate's holder, HR and auditors."""
    return principal.key == person_key or sees(connection, principal, Act.SEE_CERTIFICATIONS, person_key)


def sees_export_of(principal: Principal, person_key: str) -> bool:
    """True for the person who asked for the export, and for people who may verify the record."""
    return principal.key == person_key or may(principal, Act.VERIFY)


OPERATOR = Principal(Person("operator", "", "", "", "", None, "en"), frozenset({Role.AUDITOR}))
"""The person who runs commands on the machine: they hold the database anyway, and read what an auditor reads."""
