"""The record as xAPI statements by the rules of cmi5, for a learning record store."""

import hashlib
import hmac
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from itertools import chain as chained
from itertools import islice
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import Connection, Row, select

from progress.completion.enrolments import CycleKey
from progress.record import chains
from progress.record.chains import Event, Kind, events
from progress.reports.as_of import View
from progress.reports.rows import cycles
from progress.reports.selection import Selection

STATEMENTS = "kodex cmi5 1"
"""The format of a file of statements."""
PAUSE_SECONDS = 15 * 60
"""A longer time without a step counts as a pause, not as learning."""
ENROLMENTS_AT_A_TIME = 500

VERBS = {
    "passed": "http://adlnet.gov/expapi/verbs/passed",
    "completed": "http://adlnet.gov/expapi/verbs/completed",
    "waived": "https://w3id.org/xapi/adl/verbs/waived",
    "voided": "http://adlnet.gov/expapi/verbs/voided",
}
CMI5 = "https://w3id.org/xapi/cmi5"
CATEGORIES = [{"id": f"{CMI5}/context/categories/cmi5"}, {"id": f"{CMI5}/context/categories/moveon"}]
SESSION = f"{CMI5}/context/extensions/sessionid"
MASTERY_SCORE = f"{CMI5}/context/extensions/masteryscore"
REASON = f"{CMI5}/result/extensions/reason"
REASONS = {"exempt": "Administrative", "equivalent": "Equivalent Outside Activity"}
TESTED_OUT = "Tested Out"
COURSE = "http://adlnet.gov/expapi/activities/course"


class Actor(StrEnum):
    """The way to identify people in a store."""

    PSEUDONYM = "pseudonym"
    EMPLOYEE_ID = "employee-id"


@dataclass(frozen=True)
class Namer:
    """The names of people, courses, registrations and statements in a store; they never change."""

    base: str
    """The address of this installation."""
    actor: Actor
    titles: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """The titles of each course, by language."""

    def person(self, person_key: str) -> "StoreNames":
        # The key is 128 random bits that never leave the database: nobody without it can derive one from the other,
        # and a new KODEX_SECRET changes nobody's pseudonym.
        said = f"kodex xapi 1 {self.actor}".encode()
        root = hmac.new(person_key.encode(), said, hashlib.sha256).digest()
        return StoreNames(root[:16].hex(), UUID(bytes=root[16:]))

    def own(self, kind: str, name: str) -> str:
        """An IRI that this installation defines."""
        return f"{self.base}/xapi/{kind}/{name}"

    def account(self, name: str) -> dict[str, Any]:
        return {"objectType": "Agent", "account": {"homePage": self.base, "name": name}}

    def course(self, course_id: str) -> dict[str, Any]:
        definition = {"type": COURSE, "name": dict(self.titles.get(course_id, {}))}
        named = {name: value for name, value in definition.items() if value}
        return {"objectType": "Activity", "id": self.own("course", course_id), "definition": named}

    def publisher_id(self, course_id: str) -> dict[str, Any]:
        """The publisher's id of the course, which cmi5 requires to differ from the activity's."""
        return {"id": f"{self.base}/course/{course_id}"}


@dataclass(frozen=True)
class StoreNames:
    """The names of one person in a store."""

    pseudonym: str
    space: UUID
    """The namespace of their registrations and statements. It cannot be derived from the pseudonym."""

    def registration(self, course_id: str, cycle: int) -> str:
        """One per cycle: a course that is taken again is passed again."""
        return self._id("registration", course_id, cycle)

    def session(self, course_id: str, cycle: int, what: str = "") -> str:
        return self._id("session", course_id, cycle, what)

    def statement(self, course_id: str, cycle: int, what: str, written_at: str) -> str:
        return self._id("statement", course_id, cycle, what, written_at)

    def _id(self, *parts: object) -> str:
        return str(uuid5(self.space, "\n".join(map(str, parts))))


@dataclass
class _Cycle:
    """Data from a cycle's events that an enrolment lacks and statements need. Timestamps are stored text."""

    acts: list[str] = field(default_factory=list)
    """Timestamps of the learner's steps."""
    begun: str = ""
    """Start of the current attempt."""
    passed: dict[str, str] = field(default_factory=dict)
    """Starts of passed attempts by their ends."""
    tested_out: set[str] = field(default_factory=set)
    """Ends of passed test-outs."""
    commitment_sha256: str | None = None


_ACTS = frozenset(
    {
        Kind.STARTED,
        Kind.CHECKED,
        Kind.REPLIED,
        Kind.CARD_SEEN,
        Kind.PRIOR_STARTED,
        Kind.PRIOR_ANSWERED,
        Kind.PRIOR_FINISHED,
        Kind.ATTEMPT_STARTED,
        Kind.ANSWERED,
        Kind.ATTEMPT_FINISHED,
        Kind.COMMITTED,
    }
)


def statements(view: View, selection: Selection, end: datetime, namer: Namer) -> Iterator[dict[str, Any]]:
    """Statements true at the end of the view's day (`end` is that midnight) for the selected enrolments."""
    rows = cycles(view, selection)
    while piece := list(islice(rows, ENROLMENTS_AT_A_TIME)):
        lived = _lived(view.connection, {row.person_key for row in piece}, end)
        for row in piece:
            yield from _statements(row, lived.get((row.person_key, row.course_id, row.cycle), _Cycle()), namer)


def _lived(connection: Connection, person_keys: Iterable[str], end: datetime) -> dict[tuple[str, str, int], _Cycle]:
    lived: dict[tuple[str, str, int], _Cycle] = {}
    theirs = chains.of(connection, events.c.person_key.in_(sorted(person_keys)), before=end)
    for event in chained.from_iterable(theirs):
        if event.kind not in _ACTS:
            continue
        key = (event.person_key, event.body["course"], event.body["cycle"])
        cycle = lived.setdefault(key, _Cycle())
        cycle.acts.append(event.written_at)
        match event.kind:
            case Kind.ATTEMPT_STARTED:
                cycle.begun = event.written_at
            case Kind.ATTEMPT_FINISHED if event.body["passed"]:
                cycle.passed[event.written_at] = cycle.begun
            case Kind.PRIOR_FINISHED if event.body["passed"]:
                cycle.tested_out.add(event.written_at)
            case Kind.COMMITTED:
                cycle.commitment_sha256 = event.body["commitment_sha256"]
    return lived


def _statements(row: Row[Any], lived: _Cycle, namer: Namer) -> Iterator[dict[str, Any]]:
    about = _Cmi5(row, lived, namer, namer.person(row.person_key))
    # A revoked certificate takes back that the course was passed and completed, not that the commitment was signed.
    holds = row.revoked_at is None
    is_tested_out = row.passed_at in lived.tested_out
    if row.passed_at and holds:
        yield about.tested_out() if is_tested_out else about.passed()
    if row.committed_at:
        yield about.committed()
    if row.completed_at and holds:
        yield about.completed()
    # A registration is waived once.
    if row.exempted_at and not (is_tested_out and holds):
        yield about.waived()


@dataclass(frozen=True)
class _Cmi5:
    """The statements about one cycle of one person."""

    row: Row[Any]
    lived: _Cycle
    namer: Namer
    named: StoreNames

    def passed(self) -> dict[str, Any]:
        row = self.row
        score = {"scaled": row.score / 100, "raw": row.score, "min": 0, "max": 100}
        took = _seconds_between(self.lived.passed.get(row.passed_at) or row.passed_at, row.passed_at)
        result = {"score": score, "success": True, "duration": _duration(took)}
        return self._by_cmi5("passed", row.passed_at, result, {MASTERY_SCORE: row.pass_mark / 100})

    def completed(self) -> dict[str, Any]:
        row = self.row
        acts = [at for at in self.lived.acts if at <= row.completed_at]
        took = sum(each for each in map(_seconds_between, acts, acts[1:]) if each <= PAUSE_SECONDS)
        result = {"completion": True, "duration": _duration(took)}
        return self._by_cmi5("completed", row.completed_at, result, self._own_until(row.valid_until))

    def waived(self) -> dict[str, Any]:
        row = self.row
        return self._waived(row.exempted_at, REASONS[row.exempted_as], self._own_until(row.exempted_until))

    def tested_out(self) -> dict[str, Any]:
        return self._waived(self.row.passed_at, TESTED_OUT, {})

    def _waived(self, at: str, reason: str, extensions: dict[str, Any]) -> dict[str, Any]:
        result = {"success": True, "completion": True, "extensions": {REASON: reason}}
        return self._by_cmi5("waived", at, result, extensions, session="waived")

    def committed(self) -> dict[str, Any]:
        """A verb of our own, which cmi5 allows in the same session, without its categories."""
        row, own = self.row, self.namer.own
        sha256 = self.lived.commitment_sha256
        extensions = {own("extension", "commitment-sha256"): sha256} if sha256 else {}
        return {
            **self._by_whom("committed", row.committed_at),
            "verb": {"id": own("verb", "committed"), "display": {"en": "committed to"}},
            "object": {"objectType": "Activity", "id": own("course", f"{row.course_id}/commitment")},
            "context": self._context(extensions),
        }

    def _by_cmi5(
        self, verb: str, at: str, result: dict[str, Any], extensions: dict[str, Any], session: str = ""
    ) -> dict[str, Any]:
        context = self._context(extensions, session)
        context["contextActivities"]["category"] = CATEGORIES
        return {
            **self._by_whom(verb, at),
            "verb": {"id": VERBS[verb], "display": {"en": verb}},
            "object": self.namer.course(self.row.course_id),
            "result": result,
            "context": context,
        }

    def _by_whom(self, what: str, at: str) -> dict[str, Any]:
        row, named = self.row, self.named
        name = named.pseudonym if self.namer.actor is Actor.PSEUDONYM else row.employee_id
        return {
            "id": named.statement(row.course_id, row.cycle, what, at),
            "timestamp": _moment(at),
            "actor": self.namer.account(name),
        }

    def _context(self, extensions: dict[str, Any], session: str = "") -> dict[str, Any]:
        row, named = self.row, self.named
        known = {"revision": row.course_version, "language": row.language}
        content = {self.namer.own("extension", "content-sha256"): row.content_sha256} if row.content_sha256 else {}
        return {
            "registration": named.registration(row.course_id, row.cycle),
            "contextActivities": {"grouping": [self.namer.publisher_id(row.course_id)]},
            "platform": "Kodex",
            **{name: value for name, value in known.items() if value},
            "extensions": {SESSION: named.session(row.course_id, row.cycle, session), **content, **extensions},
        }

    def _own_until(self, day: date | None) -> dict[str, Any]:
        return {self.namer.own("extension", "valid-until"): day.isoformat()} if day else {}


# Withdrawals


@dataclass(frozen=True)
class Withdrawal:
    """A statement that is no longer true, and the one that voids it."""

    statement_id: str
    voiding: dict[str, Any]


def withdrawals(connection: Connection, end: datetime, namer: Namer) -> Iterator[Withdrawal]:
    """A withdrawal for everything that was corrected or revoked before `end`, whether it was ever sent or not."""
    corrected = select(events.c.person_key).where(
        events.c.kind.in_([Kind.CORRECTED.value, Kind.REVOKED.value]), events.c.at < end
    )
    person_keys = iter(connection.execute(corrected.distinct().order_by(events.c.person_key)).scalars().all())
    while piece := list(islice(person_keys, ENROLMENTS_AT_A_TIME)):
        for chain in chains.of(connection, events.c.person_key.in_(piece), before=end):
            yield from _withdrawn(chain, namer.person(chain[0].person_key), namer)


def _withdrawn(chain: Sequence[Event], named: StoreNames, namer: Namer) -> Iterator[Withdrawal]:
    corrected = {seq: correction.written_at for seq, correction in chains.voided(chain).items()}
    revoked: dict[CycleKey, str] = {
        (each.body["course"], each.body["cycle"]): each.written_at for each in chain if each.kind is Kind.REVOKED
    }
    for event in chain:
        what = _VERB_OF.get(event.kind)
        if what is None or not event.body.get("passed", True):
            continue
        course_id, cycle = event.body["course"], event.body["cycle"]
        at = corrected.get(event.seq) or revoked.get((course_id, cycle))
        if at is not None:
            statement_id = named.statement(course_id, cycle, what, event.written_at)
            yield Withdrawal(statement_id, _voiding(statement_id, at, named, namer))


_VERB_OF = {
    Kind.ATTEMPT_FINISHED: "passed",
    Kind.PRIOR_FINISHED: "waived",
    Kind.CERTIFIED: "completed",
    Kind.EXEMPTED: "waived",
}


def _voiding(statement_id: str, at: str, named: StoreNames, namer: Namer) -> dict[str, Any]:
    return {
        "id": str(uuid5(named.space, f"voiding\n{statement_id}")),
        "actor": namer.account("kodex"),
        "verb": {"id": VERBS["voided"], "display": {"en": "voided"}},
        "object": {"objectType": "StatementRef", "id": statement_id},
        "timestamp": _moment(at),
    }


# Time


def _moment(written_at: str) -> str:
    """In UTC, to the millisecond: some stores truncate to that."""
    return f"{written_at[:23]}Z"


def _seconds_between(begin: str, end: str) -> float:
    return (datetime.fromisoformat(end) - datetime.fromisoformat(begin)).total_seconds()


def _duration(seconds: float) -> str:
    """As ISO 8601. By hand: pydantic writes a day as P1D instead of PT24H, and sent statements must never change."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    parts = ((hours, "H"), (minutes, "M"), (rest, "S"))
    return "PT" + ("".join(f"{number}{unit}" for number, unit in parts if number) or "0S")
