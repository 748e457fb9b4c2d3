"""A run: what is due is entered in the ledger, and what waits there is sent, each letter once.

A letter is claimed in one transaction, handed to the mail server outside of any, and noted in another. Whoever dies
in between leaves a claim; once its lease is over, the letter is said to be unknown and is not sent again.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection

from database import Database
from mail import Post, Round, UnclearError, UnsentError, new_message_id
from progress.reminding import audience, ledger, silence
from progress.reminding.audience import Office
from progress.reminding.composing import Composed, composed
from progress.reminding.ledger import Claim, LetterKey, LetterState

MOST_IN_A_ROW = 3
"""Letters that a server may fail to answer before the run ends and leaves the rest to the next one."""
PAUSES = (2.0, 8.0)
"""Seconds before the next letter after each of them."""
NO_ADDRESS = "no e-mail address"
"""In the ledger, in place of a mail server's answer."""

Clock = Callable[[], datetime]
Wait = Callable[[float], None]


@dataclass
class Result:
    """What became of the letters of one run."""

    became: dict[LetterState, int] = field(default_factory=dict)
    """Those that wait for the next run, because of the hour or of the mail server, are `DUE`."""
    is_server_dead: bool = False

    def count(self, state: LetterState, n: int = 1) -> None:
        self.became[state] = self.of(state) + n

    def of(self, state: LetterState) -> int:
        return self.became.get(state, 0)


@dataclass(frozen=True)
class Sender:
    """Everything that a run needs, with the clock and the pauses as whoever starts it has them."""

    database: Database
    office: Office
    post: Post
    clock: Clock
    wait: Wait


def look(database: Database, office: Office, now: datetime) -> list[LetterKey]:
    """Enter in the ledger what is due, and return all that waits."""
    with database.snapshot() as connection:
        keys = list(audience.due(connection, office, now))
    database.write(lambda connection: ledger.give_up_claims(connection, now), is_repeatable=True)
    for part in ledger.in_parts(keys):
        _enter(database, part, now)
    with database.reading() as connection:
        return ledger.waiting(connection)


def _enter(database: Database, keys: list[LetterKey], now: datetime) -> None:
    database.write(lambda connection: ledger.enter(connection, keys, now), is_repeatable=True)


def run(sender: Sender) -> Result:
    """Send what waits and may go now. Ends early where the mail server does not answer; the next run goes on."""
    result, in_a_row = Result(), 0
    now = sender.clock()
    keys = look(sender.database, sender.office, now)
    local = now.astimezone(sender.office.zone)
    if sender.office.working.may_go_anywhere(local):
        silence.note_looked(sender.database, local.date())
    with sender.post.round() as letters:
        for number, key in enumerate(keys):
            outcome = _send(sender, letters, key)
            in_a_row = in_a_row + 1 if outcome.is_unanswered else 0
            if outcome.state is not None:
                result.count(outcome.state)
            if in_a_row == MOST_IN_A_ROW:
                result.is_server_dead = True
                result.count(LetterState.DUE, len(keys) - number - 1)
                break
            if in_a_row:
                sender.wait(PAUSES[in_a_row - 1])
    return result


class _Outcome(NamedTuple):
    state: LetterState | None
    """None if another run has the letter."""
    is_unanswered: bool = False


class _Claimed(NamedTuple):
    composed: Composed
    claim: Claim


def _send(sender: Sender, letters: Round, key: LetterKey) -> _Outcome:
    now = sender.clock()
    message_id = new_message_id(sender.post.sender)
    taken = sender.database.write(lambda connection: _claim(connection, sender.office, key, message_id, now))
    if not isinstance(taken, _Claimed):
        return _Outcome(taken)
    try:
        letters.send(taken.composed.letter(taken.claim, now), now)
    except UnclearError as error:
        return _noted(sender, key, LetterState.UNKNOWN, error)
    except UnsentError as error:
        return _noted(sender, key, LetterState.REFUSED if error.is_final else LetterState.DUE, error)
    _note_sent(sender, key)
    return _Outcome(LetterState.SENT)


def _claim(
    connection: Connection, office: Office, key: LetterKey, message_id: str, now: datetime
) -> _Claimed | LetterState | None:
    """Claim the letter, or return what became of it instead."""
    letter, local = composed(connection, office, key, now), now.astimezone(office.zone)
    if letter is None:
        return LetterState.LAPSED if ledger.lapse(connection, key, now) else None
    if not office.working.of(letter.unit).may_go(local):
        return LetterState.DUE
    if not letter.to:
        return LetterState.REFUSED if ledger.settle(connection, key, LetterState.REFUSED, NO_ADDRESS, now) else None
    due_on = letter.entry.day if letter.entry else None
    claim = ledger.claim(connection, key, message_id, due_on, now)
    if claim is None:
        return None
    silence.note_tried(connection, local.date())
    return _Claimed(letter, claim)


def _noted(sender: Sender, key: LetterKey, state: LetterState, error: UnsentError) -> _Outcome:
    """Note what became of a letter that the server has not said yes to."""
    now, said = sender.clock(), error.said or str(error)

    def note(connection: Connection) -> None:
        if state is LetterState.DUE:
            ledger.release(connection, key, said)
        else:
            ledger.settle(connection, key, state, said, now)

    sender.database.write(note, is_repeatable=True)
    return _Outcome(state, is_unanswered=not error.said)


def _note_sent(sender: Sender, key: LetterKey) -> None:
    now = sender.clock()
    day = sender.office.day_of(now)

    def note(connection: Connection) -> None:
        if ledger.settle_sent(connection, key, now):
            silence.note_sent(connection, day)

    sender.database.write(note, is_repeatable=True)
