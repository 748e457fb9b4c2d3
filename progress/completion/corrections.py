"""Corrections by HR, each one more event: void, exempt, record an equivalent, revoke. Looked at first, then made."""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, select

from database import Database, read_back
from people import naming
from people.access import Act, Asker, Principal, refused, require, sees
from people.directory import Person, from_row, is_hidden, people
from progress.completion import assignments, enrolments
from progress.completion.enrolments import CycleKey, Enrolment
from progress.completion.fold import fold
from progress.completion.rules import Status, status
from progress.record import chains
from progress.record.chains import NO_EVENTS, Event, Kind, voided
from quizzes.content import Course
from words import SaidError, sentence

LONGEST_REASON = 200
"""Characters. A reason is stored for good, so it is short."""


class NotCorrectedError(SaidError):
    """The record cannot be corrected like that."""


class What(StrEnum):
    VOID_ATTEMPT = "void attempt"
    VOID_PRIOR = "void prior"
    VOID_EXEMPTION = "void exemption"
    EXEMPT = "exempt"
    EQUIVALENT = "equivalent"
    REVOKE = "revoke"


@dataclass(frozen=True)
class Correctable:
    """An entry in a person's record that can be corrected, and how."""

    what: What
    course_id: str
    cycle: int
    seq: int
    """Number of its event: the start of the attempt, the exemption, the certificate or the assignment."""
    at: datetime
    attempt: int = 0
    """Number of the attempt."""
    passed: bool | None = None
    """None if the attempt has not ended."""
    certificate_no: str = ""
    is_latest: bool = True
    """True if no later cycle of the course has begun."""


@dataclass(frozen=True)
class Wish:
    """A correction that HR wants. `what` decides which of the days it needs."""

    what: What
    course_id: str
    cycle: int
    seq: int
    reason: str
    until: date | None = None
    """The last day of an exemption; None if it has no end."""
    equivalent: str = ""
    """Description of what was done elsewhere."""
    done_on: date | None = None
    due_on: date | None = None
    """Due date of the course when it is to be taken again after a revocation; None if it is not assigned again."""


@dataclass(frozen=True)
class Plan:
    """The changes that a wish would make. It has none of the person's answers."""

    person_key: str
    wish: Wish
    basis: str
    """Hash of the last event that it rests on."""
    happened: tuple[tuple[Kind, dict[str, Any]], ...]
    before: Status
    after: Status
    certificate_no: str = ""
    """The certificate to revoke."""
    new_cycle: int | None = None
    attempts_left: int = 0
    """Attempts of the cycle that still count."""


@dataclass(frozen=True)
class Correction:
    """The changes that a correction made, as read back."""

    person_key: str
    wish: Wish
    events: tuple[Event, ...]
    status: Status
    """The person's status in that cycle now."""
    new_cycle: Enrolment | None = None


def choices(chain: Sequence[Event]) -> list[Correctable]:
    """Everything that can be corrected in a chain, the latest event first."""
    folded = fold(chain)
    void = voided(chain)
    found = [each for event in chain if event.seq not in void for each in _choices_at(event, folded)]
    return sorted(found, key=lambda each: (each.is_latest, each.seq, each.what is What.EXEMPT), reverse=True)


def _choices_at(event: Event, folded: Mapping[CycleKey, Enrolment]) -> Iterator[Correctable]:
    if event.kind in chains.OF_THE_PERSON:
        return
    course_id, cycle = event.body["course"], event.body["cycle"]
    enrolment = folded[course_id, cycle]
    is_latest = (course_id, cycle + 1) not in folded
    about = (course_id, cycle, event.seq, event.at)
    match event.kind:
        case Kind.CERTIFIED if enrolment.revoked_at is None:
            number = event.body["certificate_no"]
            yield Correctable(What.REVOKE, *about, certificate_no=number, is_latest=is_latest)
        case Kind.ASSIGNED if is_latest and enrolment.is_open:
            yield Correctable(What.EXEMPT, *about)
            yield Correctable(What.EQUIVALENT, *about)
        case Kind.EXEMPTED if is_latest and enrolment.certificate_no is None:
            yield Correctable(What.VOID_EXEMPTION, *about)
        case Kind.ATTEMPT_STARTED if is_latest and enrolment.certificate_no is None:
            number, attempt = event.body["number"], enrolment.attempt
            is_last = attempt is not None and attempt.id == event.body["attempt"]
            passed = attempt.passed if attempt is not None and is_last else False
            yield Correctable(What.VOID_ATTEMPT, *about, attempt=number, passed=passed)
        case Kind.PRIOR_STARTED if is_latest and enrolment.certificate_no is None and enrolment.prior is not None:
            yield Correctable(What.VOID_PRIOR, *about, passed=enrolment.prior.passed)


def look(database: Database, asker: Asker, person_key: str, wish: Wish, course: Course | None) -> Plan:
    """Work out what `wish` would change, and change nothing; raises `NotCorrectedError` if it cannot be done.
    `course` is None if the content no longer has it."""
    with database.snapshot() as connection:
        return _case(connection, asker, person_key, wish, course).plan()


def make(database: Database, asker: Asker, looked_at: Plan, course: Course | None, through: str = "") -> Correction:
    """Make a correction that was looked at, and return what is read back. Raises `NotCorrectedError` if anything
    but a reading of the record has happened in between. `through` names the command that HR had somebody run."""

    def work(connection: Connection) -> list[Event]:
        case = _case(connection, asker, looked_at.person_key, looked_at.wish, course)
        if case.basis != looked_at.basis:
            raise NotCorrectedError(
                sentence("The record has changed since you looked; look again at what the correction would change.")
            )
        happened = [(kind, {**body, "through": through} if through else body) for kind, body in case.plan().happened]
        chained = _following(case.chain, happened, asker.now)
        chains.append(connection, chained)
        # A correction changes what was before: every enrolment that follows from the whole chain is saved again.
        for key, enrolment in fold([*case.chain, *chained]).items():
            if enrolment != case.folded.get(key):
                enrolments.save(connection, enrolment, is_new=key not in case.folded)
        return chained

    written = database.write(work)
    with read_back(), database.snapshot() as connection:
        return _read_back(connection, looked_at, written, asker.today)


def _read_back(connection: Connection, looked_at: Plan, written: Sequence[Event], today: date) -> Correction:
    chain = chains.chain(connection, looked_at.person_key)
    stored = {(each.course_id, each.cycle): each for each in enrolments.of_person(connection, looked_at.person_key)}
    folded = fold(chain)
    there = {event.hash for event in chain}
    is_stored = all(event.hash in there for event in written) and chains.broken_at(chain) is None
    if not is_stored or stored != folded:
        raise NotCorrectedError(
            sentence("The correction could not be read back. Ask the person who runs Kodex to verify the record.")
        )
    wish = looked_at.wish
    return Correction(
        person_key=looked_at.person_key,
        wish=wish,
        events=tuple(written),
        status=status(stored[wish.course_id, wish.cycle], today),
        new_cycle=stored.get((wish.course_id, looked_at.new_cycle)) if looked_at.new_cycle else None,
    )


def of_person(connection: Connection, principal: Principal, person_key: str) -> list[Correctable]:
    """The corrections that the principal may make in a person's record: none in their own."""
    return choices(chains.chain(connection, person_key)) if _may(connection, principal, person_key) else []


def _may(connection: Connection, principal: Principal, person_key: str) -> bool:
    return sees(connection, principal, Act.CORRECT, person_key)


def _case(connection: Connection, asker: Asker, person_key: str, wish: Wish, course: Course | None) -> "_Case":
    require(asker.principal, Act.CORRECT)
    if not _may(connection, asker.principal, person_key):
        raise refused(asker.principal, Act.CORRECT)
    row = connection.execute(select(people).where(people.c.person_key == person_key)).one()
    return _Case(chains.chain(connection, person_key), from_row(row), wish, course, asker)


def _following(chain: Sequence[Event], happened: Sequence[tuple[Kind, dict[str, Any]]], now: datetime) -> list[Event]:
    return chains.following(chain[-1].head, chain[-1].person_key, happened, now)


def _checked(text: str, person: Person) -> str:
    """`text` on one line. It is stored for good, so it has to be short and must not name the person, whose name can
    be erased; otherwise raises `NotCorrectedError`."""
    line = " ".join(unicodedata.normalize("NFC", text).split())
    if not line:
        raise NotCorrectedError(sentence("Say why: no correction is made without a reason."))
    if len(line) > LONGEST_REASON:
        raise NotCorrectedError(sentence("Say it in at most {n} characters.", n=LONGEST_REASON))
    if any(map(is_hidden, line)):
        raise NotCorrectedError(sentence("There is a character in it that hides, breaks or turns the text."))
    if naming.tells(line, person):
        raise NotCorrectedError(
            sentence("This is stored for good, even if the name is erased: leave out the person’s name and numbers.")
        )
    return line


@dataclass(frozen=True)
class _Case:
    """A wish, and everything that its plan depends on."""

    chain: Sequence[Event]
    person: Person
    wish: Wish
    course: Course | None
    asker: Asker

    @cached_property
    def folded(self) -> Mapping[CycleKey, Enrolment]:
        return fold(self.chain)

    @property
    def basis(self) -> str:
        """Hash of the last event that a correction rests on. Readings of the record don't count."""
        return next((event.hash for event in reversed(self.chain) if event.kind is not Kind.READ), NO_EVENTS.hash)

    def plan(self) -> Plan:
        wish, today = self.wish, self.asker.today
        reason = _checked(wish.reason, self.person)
        enrolment = self.folded.get((wish.course_id, wish.cycle))
        if enrolment is None:
            raise NotCorrectedError(sentence("This course was not assigned to this person."))
        about = {"course": wish.course_id, "cycle": wish.cycle, "reason": reason, "by": self.asker.principal.key}
        match wish.what:
            case What.REVOKE:
                happened = self._revocation(enrolment, about)
            case What.EXEMPT | What.EQUIVALENT:
                happened = [(Kind.EXEMPTED, self._exemption(enrolment, about))]
            case What.VOID_ATTEMPT | What.VOID_PRIOR | What.VOID_EXEMPTION:
                happened = [(Kind.CORRECTED, {**about, "voids": self._voids(enrolment)})]
        then = [*self.chain, *_following(self.chain, happened, self.chain[-1].at)]
        return Plan(
            person_key=self.person.key,
            wish=wish,
            basis=self.basis,
            happened=tuple(happened),
            before=status(enrolment, today),
            after=status(fold(then)[wish.course_id, wish.cycle], today),
            certificate_no=(enrolment.certificate_no or "") if wish.what is What.REVOKE else "",
            new_cycle=next((body["cycle"] for kind, body in happened if kind is Kind.ASSIGNED), None),
            attempts_left=_n_attempts(then, wish),
        )

    def _require_latest(self) -> None:
        if (self.wish.course_id, self.wish.cycle + 1) in self.folded:
            raise NotCorrectedError(
                sentence("The course has been assigned again since; only the latest time can be corrected.")
            )

    def _voids(self, enrolment: Enrolment) -> list[int]:
        """The numbers of all events of the attempt or the exemption."""
        wish = self.wish
        begins = _BEGINS[wish.what]
        theirs = [event for event in self.chain if _is_about(event, wish)]
        begun = next((event for event in theirs if event.seq == wish.seq and event.kind is begins), None)
        if begun is None:
            raise NotCorrectedError(sentence("There is no such entry in this record."))
        _require_no_certificate(enrolment)
        self._require_latest()
        if begun.seq in voided(self.chain):
            raise NotCorrectedError(sentence("This entry is already void."))
        if begun.kind is Kind.EXEMPTED:
            return [begun.seq]
        attempt = begun.body["attempt"]
        return [event.seq for event in theirs if event.body.get("attempt") == attempt]

    def _exemption(self, enrolment: Enrolment, about: dict[str, Any]) -> dict[str, Any]:
        wish, today = self.wish, self.asker.today
        self._require_latest()
        if enrolment.certificate_no is not None:
            raise NotCorrectedError(
                sentence("This has ended with a certificate; there is nothing to be exempted from.")
            )
        if not enrolment.is_open:
            raise NotCorrectedError(sentence("There is an exemption already. Void it first."))
        if wish.until is not None and wish.until < today:
            raise NotCorrectedError(sentence("The last day of an exemption cannot be in the past."))
        body = {**about, "as": wish.what.value, "until": wish.until and wish.until.isoformat()}
        if wish.what is What.EXEMPT:
            return body
        if not wish.equivalent.strip():
            raise NotCorrectedError(sentence("Say what was done elsewhere."))
        if wish.done_on is None or wish.done_on > today:
            raise NotCorrectedError(sentence("Say on which day it was done; it cannot be in the future."))
        equivalent = _checked(wish.equivalent, self.person)
        return {**body, "equivalent": equivalent, "done_on": wish.done_on.isoformat()}

    def _revocation(self, enrolment: Enrolment, about: dict[str, Any]) -> list[tuple[Kind, dict[str, Any]]]:
        wish = self.wish
        if enrolment.certificate_no is None:
            raise NotCorrectedError(sentence("No certificate was issued here."))
        if enrolment.revoked_at is not None:
            raise NotCorrectedError(sentence("This certificate is revoked already."))
        revoked = (Kind.REVOKED, {**about, "certificate_no": enrolment.certificate_no})
        if wish.due_on is None:
            return [revoked]
        return [revoked, self._assignment(wish.due_on)]

    def _assignment(self, due_on: date) -> tuple[Kind, dict[str, Any]]:
        wish = self.wish
        if (wish.course_id, wish.cycle + 1) in self.folded:
            raise NotCorrectedError(
                sentence("The course has been assigned again since; it cannot be assigned once more.")
            )
        if self.course is None:
            raise NotCorrectedError(sentence("This course is not taught any more; it cannot be assigned."))
        if not self.person.has_access(self.asker.today):
            raise NotCorrectedError(sentence("This person has left; nothing can be assigned to them."))
        if due_on <= self.asker.today:
            raise NotCorrectedError(sentence("The due date has to be after today."))
        return assignments.assigned(self.course, wish.cycle + 1, due_on, self.asker.principal.key)


_BEGINS = {
    What.VOID_ATTEMPT: Kind.ATTEMPT_STARTED,
    What.VOID_PRIOR: Kind.PRIOR_STARTED,
    What.VOID_EXEMPTION: Kind.EXEMPTED,
}
"""By what is voided: the kind of the event that it begins with."""


def _is_about(event: Event, wish: Wish) -> bool:
    return (event.body.get("course"), event.body.get("cycle")) == (wish.course_id, wish.cycle)


def _n_attempts(chain: Sequence[Event], wish: Wish) -> int:
    """The number of attempts of the cycle that count."""
    void = voided(chain)
    begun = (event for event in chain if event.kind is Kind.ATTEMPT_STARTED and event.seq not in void)
    return sum(_is_about(event, wish) for event in begun)


def _require_no_certificate(enrolment: Enrolment) -> None:
    if enrolment.revoked_at is not None:
        raise NotCorrectedError(
            sentence("This ended when its certificate was revoked; nothing in it is open any more.")
        )
    if enrolment.certificate_no is not None:
        raise NotCorrectedError(
            sentence(
                "The certificate {number} rests on it. Revoke the certificate instead.",
                number=enrolment.certificate_no,
            )
        )
