"""The ledger of letters: each once, from the day on which it was due to what became of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import islice
from typing import Any, NamedTuple

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Date,
    Integer,
    Row,
    Table,
    Text,
    and_,
    insert,
    select,
    update,
)

from database import Instant, metadata
from people.personal_data import PersonalData, deleting, row_as_json
from progress.completion import enrolments
from progress.completion.fold import after
from progress.record import chains
from progress.record.chains import Kind
from progress.reminding.schedule import LetterKind

reminders = Table(
    "reminders",
    metadata,
    Column("person_key", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("course_id", Text, primary_key=True),
    Column("cycle", Integer, primary_key=True, autoincrement=False),
    Column("day", Date, primary_key=True),
    Column("state", Text, nullable=False, index=True),
    Column("entered_at", Instant, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("claimed_until", Instant),
    Column("message_id", Text),
    Column("settled_at", Instant),
    Column("said", Text, nullable=False),
    Column("due_on", Date),
    Column("sequence", Integer, nullable=False),
)
"""`said` is the mail server's latest answer, without addresses; `due_on` is the due date in the letter's calendar
entry, and `sequence` how often it had moved by then."""

LEASE = timedelta(minutes=15)
"""Longer than any mail server is waited for. Whoever has not noted by then what became of a letter has died."""
AT_A_TIME = 1000
"""Letters entered in one transaction. A learner's answer may have to wait for one."""


class LetterState(StrEnum):
    DUE = "due"
    SENDING = "sending"
    SENT = "sent"
    """The mail server took it."""
    REFUSED = "refused"
    BOUNCED = "bounced"
    UNKNOWN = "unknown"
    """It may have been taken: whoever sent it died before noting it, or the server before answering."""
    LAPSED = "lapsed"
    """Before it could go it was not needed any more: a later letter took its place, or the person has finished."""


class LetterKey(NamedTuple):
    person_key: str
    kind: str
    course_id: str
    """Empty for a letter about several people."""
    cycle: int
    day: date

    @property
    def letter(self) -> LetterKind:
        return LetterKind(self.kind)


@dataclass(frozen=True)
class Reminder:
    """A line of the ledger."""

    key: LetterKey
    state: LetterState
    entered_at: datetime
    attempts: int
    message_id: str | None
    settled_at: datetime | None
    said: str
    due_on: date | None
    sequence: int


def enter(connection: Connection, keys: Sequence[LetterKey], now: datetime) -> int:
    """Enter the letters that are not in the ledger yet, and return how many were new."""
    before = known(connection, {key.day for key in keys})
    new = [key for key in dict.fromkeys(keys) if key not in before]
    if new:
        row = {"state": LetterState.DUE.value, "entered_at": now, "attempts": 0, "said": "", "sequence": 0}
        connection.execute(insert(reminders), [{**key._asdict(), **row} for key in new])
    return len(new)


def known(connection: Connection, days: Iterable[date]) -> set[LetterKey]:
    """Return the letters in the ledger that were due on those days."""
    named = [reminders.c[name] for name in LetterKey._fields]
    return {LetterKey(*row) for row in connection.execute(select(*named).where(reminders.c.day.in_(sorted(days))))}


def in_parts(keys: Iterable[LetterKey]) -> Iterable[list[LetterKey]]:
    left = iter(keys)
    while part := list(islice(left, AT_A_TIME)):
        yield part


def waiting(connection: Connection) -> list[LetterKey]:
    """Return the letters that are still to go, those tried least often first: none keeps another waiting."""
    named = [reminders.c[name] for name in LetterKey._fields]
    asked = select(*named).where(reminders.c.state == LetterState.DUE.value)
    return [LetterKey(*row) for row in connection.execute(asked.order_by(reminders.c.attempts, *named))]


class Claim(NamedTuple):
    message_id: str
    sequence: int


def claim(
    connection: Connection, key: LetterKey, message_id: str, due_on: date | None, now: datetime
) -> Claim | None:
    """Take a letter for sending; None if another run has it. `due_on` is the due date in its calendar entry."""
    row = connection.execute(select(reminders.c.message_id).where(_at(key), _is(LetterState.DUE))).first()
    if row is None:
        return None
    claimed = Claim(str(row.message_id or message_id), 0 if due_on is None else _sequence(connection, key, due_on))
    values = {"state": LetterState.SENDING.value, "claimed_until": now + LEASE, "due_on": due_on, **claimed._asdict()}
    taken = (
        update(reminders).where(_at(key), _is(LetterState.DUE)).values(**values, attempts=reminders.c.attempts + 1)
    )
    return claimed if connection.execute(taken).rowcount else None


def _sequence(connection: Connection, key: LetterKey, due_on: date) -> int:
    """Return how often the due date has moved since the first letter about it."""
    told = select(reminders.c.due_on, reminders.c.sequence).where(
        reminders.c.person_key == key.person_key,
        reminders.c.course_id == key.course_id,
        reminders.c.cycle == key.cycle,
        reminders.c.due_on.is_not(None),
    )
    latest = connection.execute(told.order_by(reminders.c.sequence.desc()).limit(1)).first()
    if latest is None:
        return 0
    sequence: int = latest.sequence
    return sequence if latest.due_on == due_on else sequence + 1


def lapse(connection: Connection, key: LetterKey, now: datetime) -> bool:
    return _change(connection, key, (LetterState.DUE,), state=LetterState.LAPSED.value, settled_at=now)


def release(connection: Connection, key: LetterKey, said: str) -> None:
    """Let a letter that was surely not taken wait again."""
    _change(connection, key, (LetterState.SENDING,), state=LetterState.DUE.value, claimed_until=None, said=said)


def settle(connection: Connection, key: LetterKey, state: LetterState, said: str, now: datetime) -> bool:
    """Note that a letter was refused, or that nobody knows; returns whether that was news."""
    changed = {"state": state.value, "claimed_until": None, "settled_at": now, "said": said}
    return _change(connection, key, (LetterState.DUE, LetterState.SENDING), **changed)


def settle_sent(connection: Connection, key: LetterKey, now: datetime) -> bool:
    """Note that the mail server took a letter: in the ledger, and on the person's chain if it is about their own
    course. A second time changes nothing; returns whether it was news."""
    changed = {"state": LetterState.SENT.value, "claimed_until": None, "settled_at": now}
    if not _change(connection, key, (LetterState.SENDING, LetterState.UNKNOWN), **changed):
        return False
    if key.course_id:
        _append(connection, key, now)
    return True


def _append(connection: Connection, key: LetterKey, now: datetime) -> None:
    message_id = connection.execute(select(reminders.c.message_id).where(_at(key))).scalar_one()
    body = {
        "course": key.course_id,
        "cycle": key.cycle,
        "letter": key.kind,
        "day": key.day.isoformat(),
        "message_id": message_id,
    }
    head = chains.head(connection, key.person_key)
    [event] = chains.following(head, key.person_key, [(Kind.REMINDED, body)], now)
    chains.append(connection, [event])
    taken = enrolments.of_person(connection, key.person_key)
    for each in taken:
        if (each.course_id, each.cycle) == (key.course_id, key.cycle):
            enrolments.save(connection, after(each, event), is_new=False)


def give_up_claims(connection: Connection, now: datetime) -> int:
    """Say of letters whose senders have died that nobody knows whether they went; they are not sent again. Returns
    how many there were."""
    over = and_(_is(LetterState.SENDING), reminders.c.claimed_until < now)
    changed = {"state": LetterState.UNKNOWN.value, "claimed_until": None, "settled_at": now}
    return connection.execute(update(reminders).where(over).values(**changed)).rowcount


def _change(connection: Connection, key: LetterKey, among: tuple[LetterState, ...], **values: Any) -> bool:
    states = reminders.c.state.in_([state.value for state in among])
    return connection.execute(update(reminders).where(_at(key), states).values(**values)).rowcount > 0


def _at(key: LetterKey) -> ColumnElement[bool]:
    return and_(*(reminders.c[name] == value for name, value in key._asdict().items()))


def _is(state: LetterState) -> ColumnElement[bool]:
    return reminders.c.state == state.value


def of_person(connection: Connection, person_key: str) -> tuple[Reminder, ...]:
    """Return the letters to a person, the latest first."""
    mine = select(reminders).where(reminders.c.person_key == person_key)
    rows = connection.execute(mine.order_by(reminders.c.entered_at.desc(), reminders.c.kind, reminders.c.course_id))
    return tuple(map(_from_row, rows))


def _from_row(row: Row[Any]) -> Reminder:
    key = LetterKey(row.person_key, row.kind, row.course_id, row.cycle, row.day)
    state = LetterState(row.state)
    noted = (row.message_id, row.settled_at, row.said, row.due_on, row.sequence)
    return Reminder(key, state, row.entered_at, row.attempts, *noted)


def _as_data(stored: tuple[Reminder, ...]) -> list[dict[str, Any]]:
    return [
        row_as_json(
            {
                "letter": each.key.kind,
                "course_id": each.key.course_id,
                "cycle": each.key.cycle,
                "day": each.key.day,
                "state": each.state.value,
                "entered_at": each.entered_at,
                "attempts": each.attempts,
                "message_id": each.message_id,
                "settled_at": each.settled_at,
                "said": each.said,
                "due_on": each.due_on,
                "sequence": each.sequence,
            }
        )
        for each in stored
    ]


REMINDERS = PersonalData[tuple[Reminder, ...]](
    "reminders",
    (reminders,),
    of_person,
    _as_data,
    deleting(reminders),
    withheld={"reminders.claimed_until": "it lasts for minutes, while a letter is handed over"},
)
