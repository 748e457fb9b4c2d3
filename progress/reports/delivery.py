"""Statements sent to a learning record store (xAPI 1.0.3): each once, whatever fails, and resumed where it ended."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from itertools import islice
from typing import Any

import httpx
import orjson
from sqlalchemy import Column, Connection, Table, Text, insert, select

from database import Database, Instant, metadata
from progress.reports.xapi import Withdrawal
from words import SaidError, sentence

VERSION = "1.0.3"
BATCH = 100
BACKOFF = (1, 2, 4, 8, 16)
"""Seconds to wait before each further try."""
LONGEST_WAIT = 300
"""Seconds that a store may ask to be left alone, and it is waited for."""
PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Answers after which the same may succeed."""
TOO_LARGE = 413
CONFLICT = 409
MOST_TRIES = 3
"""Times that a store may call a batch a conflict, or a success, and then hold none of it."""

delivered = Table(
    "delivered_statements",
    metadata,
    Column("store", Text, primary_key=True),
    Column("statement_id", Text, primary_key=True),
    Column("at", Instant, nullable=False),
)
"""What a store has acknowledged, by its address. A statement's id says nothing about anybody."""

Statement = dict[str, Any]


class NotDeliveredError(SaidError):
    """The store did not take the statements; the reason says what to do."""


@dataclass(frozen=True)
class Delivered:
    sent: int
    known: int
    """Those that the store had acknowledged before."""
    voided: int


class Store:
    """A learning record store. `wait` is told how many seconds to wait before the next try."""

    def __init__(self, client: httpx.Client, address: str, wait: Callable[[float], None]) -> None:
        self.address = address
        self._client = client
        self._wait = wait
        self._has_answered = False

    def take(self, batch: Sequence[Statement], tries: int = 0) -> Iterator[Sequence[Statement]]:
        """Send a batch, and yield what the store holds of it, as soon as it is known to."""
        answer = self._ask("POST", content=orjson.dumps(batch), headers={"Content-Type": "application/json"})
        if _lists(answer, batch):
            yield batch
        elif answer.is_success or answer.status_code == CONFLICT:
            yield from self._compared(batch, answer, tries)
        elif len(batch) > 1 and _is_about_content(answer):
            # The answer does not say which of them it is about.
            middle = len(batch) // 2
            yield from self.take(batch[:middle])
            yield from self.take(batch[middle:])
        else:
            raise _refused(answer, batch, self.address)

    def holds(self, statement_id: str) -> bool:
        return self._held(statement_id) is not None

    def _compared(
        self, batch: Sequence[Statement], answer: httpx.Response, tries: int
    ) -> Iterator[Sequence[Statement]]:
        """Ask for each of the batch: an answer does not list them, or says that some are there already, because an
        earlier one was lost. What is there has to be the same."""
        held, lacking = [], []
        for statement in batch:
            theirs = self._held(statement["id"]) or self._held(statement["id"], "voidedStatementId")
            if theirs is None:
                lacking.append(statement)
            elif _are_same(theirs, statement):
                held.append(statement)
            else:
                raise _differs(statement)
        if held:
            yield held
        elif tries == MOST_TRIES:
            raise _not_taken(answer, self.address) if answer.is_success else _refused(answer, batch, self.address)
        if lacking:
            if answer.is_success:
                self._wait(BACKOFF[tries])
            yield from self.take(lacking, 0 if held else tries + 1)

    def _held(self, statement_id: str, parameter: str = "statementId") -> Statement | None:
        answer = self._ask("GET", params={parameter: statement_id})
        if answer.status_code == httpx.codes.NOT_FOUND:
            return None
        if not answer.is_success:
            raise _refused(answer, [], self.address)
        found = _read(answer)
        if isinstance(found, dict) and isinstance(found.get("statements"), list):
            # A store that does not know the parameter lists what it has.
            listed = (each for each in found["statements"] if isinstance(each, dict))
            return next((each for each in listed if _is_id(each.get("id"), statement_id)), None)
        if not isinstance(found, dict) or not _is_id(found.get("id"), statement_id):
            raise _somebody_else(answer, self.address)
        return found

    def _ask(self, method: str, **request: Any) -> httpx.Response:
        """The store's answer, which is no passing one: those are waited out, and so is silence."""
        for pause in (*BACKOFF, None):
            try:
                answer = self._client.request(method, f"{self.address}/statements", **request)
            except httpx.RequestError as error:
                # An address that nobody answers at is most often a wrong one.
                if pause is None or (isinstance(error, httpx.ConnectError) and not self._has_answered):
                    raise NotDeliveredError(
                        sentence(
                            "The learning record store {address} does not answer: {reason}. Check the address, and "
                            "run the same command again: it goes on where it ended.",
                            address=self.address,
                            reason=_plain(str(error)) or type(error).__name__,
                        )
                    ) from error
                self._wait(pause)
                continue
            self._has_answered = True
            if answer.status_code not in PASSING:
                return answer
            asked = _asked_to_wait(answer)
            if pause is None or (asked or 0) > LONGEST_WAIT:
                break
            self._wait(pause if asked is None else asked)
        raise NotDeliveredError(
            sentence(
                "The learning record store keeps answering {status}. Run the same command again later: it goes on "
                "where it ended. If it stays so, ask whoever runs the store.",
                status=answer.status_code,
            )
        )


def deliver(
    database: Database,
    store: Store,
    statements: Iterable[Statement],
    withdrawals: Iterable[Withdrawal],
    clock: Callable[[], datetime],
    told: Callable[[int], None] = lambda _: None,
) -> Delivered:
    """Sends what the store has not acknowledged, and voids there what does not hold any more. `told` hears how many
    statements are done with since the last time."""
    remaining = iter(statements)
    sent = known = 0
    while batch := list(islice(remaining, BATCH)):
        there = _acknowledged(database, store, [each["id"] for each in batch])
        known += len(there)
        told(len(there))
        missing = [each for each in batch if each["id"] not in there]
        sent += _send(database, store, missing, clock, told)
    return Delivered(sent, known, _void(database, store, withdrawals, clock))


def _void(database: Database, store: Store, withdrawals: Iterable[Withdrawal], clock: Callable[[], datetime]) -> int:
    """Voids what is in the store, however it came there, and not what it was never sent."""
    remaining = iter(withdrawals)
    voided = 0
    while batch := list(islice(remaining, BATCH)):
        ids = [name for each in batch for name in (each.statement_id, each.voiding["id"])]
        there = _acknowledged(database, store, ids)
        due = [
            each.voiding
            for each in batch
            if each.voiding["id"] not in there and (each.statement_id in there or store.holds(each.statement_id))
        ]
        voided += _send(database, store, due, clock, lambda _: None)
    return voided


def _send(
    database: Database,
    store: Store,
    batch: Sequence[Statement],
    clock: Callable[[], datetime],
    told: Callable[[int], None],
) -> int:
    if not batch:
        return 0
    for taken in store.take(batch):
        rows = [{"store": store.address, "statement_id": each["id"], "at": clock()} for each in taken]
        _acknowledge(database, rows)
        told(len(taken))
    return len(batch)


def _acknowledged(database: Database, store: Store, ids: Sequence[str]) -> set[str]:
    row = delivered.c
    asked = select(row.statement_id).where(row.store == store.address, row.statement_id.in_(ids))
    with database.reading() as connection:
        return set(connection.execute(asked).scalars())


def _acknowledge(database: Database, rows: list[dict[str, Any]]) -> None:
    ids = [row["statement_id"] for row in rows]

    def work(connection: Connection) -> None:
        # Another command may send the same at the same time: the store takes it once, and so does this table.
        asked = select(delivered.c.statement_id).where(
            delivered.c.store == rows[0]["store"], delivered.c.statement_id.in_(ids)
        )
        there = set(connection.execute(asked).scalars())
        new = [row for row in rows if row["statement_id"] not in there]
        if new:
            connection.execute(insert(delivered), new)

    database.write(work)


def has_delivered(connection: Connection) -> bool:
    """Whether anything was ever sent to a store."""
    return connection.execute(select(delivered.c.store).limit(1)).first() is not None


# What a store says


def _lists(answer: httpx.Response, batch: Sequence[Statement]) -> bool:
    """Whether the answer lists the ids of the batch, all of them and no others: that alone says that it was taken
    (xAPI 1.0.3, part three, 2.1.2)."""
    ids = _read(answer) if answer.status_code == httpx.codes.OK else None
    if not isinstance(ids, list) or len(ids) != len(batch):
        return False
    said = sorted(str(each).lower() for each in ids)
    return said == sorted(str(each["id"]).lower() for each in batch)


def _read(answer: httpx.Response) -> object:
    """The answer's JSON; none when it is none."""
    try:
        return orjson.loads(answer.content)
    except orjson.JSONDecodeError:
        return None


def _is_id(said: object, statement_id: str) -> bool:
    return isinstance(said, str) and said.lower() == statement_id.lower()


def _are_same(theirs: Statement, ours: Statement) -> bool:
    try:
        return comparable(theirs) == comparable(ours)
    except (AttributeError, TypeError, ValueError):
        return False  # it has not even a statement's form


def comparable(statement: Statement) -> Statement:
    """A statement without what a store may add to it or write otherwise (xAPI, Statement Immutability)."""
    kept = {name: value for name, value in statement.items() if name not in _ADDED and value != []}
    kept["verb"] = {"id": statement.get("verb", {}).get("id")}
    kept["timestamp"] = datetime.fromisoformat(statement.get("timestamp") or "0001-01-01T00:00:00Z").astimezone(UTC)
    kept["object"] = _undescribed(statement.get("object", {}))
    kept["actor"] = {"objectType": "Agent", **statement.get("actor", {})}
    if context := statement.get("context"):
        activities = context.get("contextActivities", {})
        lists = {name: each if isinstance(each, list) else [each] for name, each in activities.items()}
        plain = {name: [_undescribed(each) for each in found] for name, found in lists.items() if found}
        kept["context"] = {**context, "contextActivities": plain}
    return kept


_ADDED = {"stored", "authority", "version", "attachments"}


def _undescribed(activity: Statement) -> Statement:
    """How an activity is described may change, and changes no statement."""
    return {"objectType": "Activity", **{name: each for name, each in activity.items() if name != "definition"}}


def _is_about_content(answer: httpx.Response) -> bool:
    """Whether the answer is about what was sent, and not about who sends it or where to."""
    return answer.status_code in {400, TOO_LARGE, 415, 422}


def _asked_to_wait(answer: httpx.Response) -> float | None:
    """The seconds in Retry-After, or until the moment in it."""
    value = answer.headers.get("Retry-After", "").strip()
    if re.fullmatch("[0-9]{1,9}", value):
        return float(value)
    try:
        until = parsedate_to_datetime(value)
        since = parsedate_to_datetime(answer.headers.get("Date", ""))
        return max(0.0, (until - since).total_seconds())
    except (ValueError, TypeError):
        return None


def _refused(answer: httpx.Response, batch: Sequence[Statement], address: str) -> NotDeliveredError:
    if answer.status_code in {401, 403}:
        return NotDeliveredError(
            sentence(
                "The learning record store refuses the key (it answers {status}). Check KODEX_LRS_KEY and "
                "KODEX_LRS_SECRET, and that this key may write statements and read them.",
                status=answer.status_code,
            )
        )
    if not batch or not (_is_about_content(answer) or answer.status_code == CONFLICT):
        return _no_store(answer, address)
    return NotDeliveredError(
        sentence(
            "The learning record store refuses the statement {id} ({verb}, {time}) with {status}: {reason}. What "
            "came before it is there. Ask whoever runs the store why, and then run the same command again.",
            id=batch[0]["id"],
            verb=batch[0]["verb"]["id"],
            time=batch[0]["timestamp"],
            status=answer.status_code,
            reason=_plain(answer.text) or answer.reason_phrase,
        )
    )


def _no_store(answer: httpx.Response, address: str) -> NotDeliveredError:
    return NotDeliveredError(
        sentence(
            "There is no learning record store at {address} (it answers {status}). Give the address that "
            "/statements is added to, such as https://lrs.example.com/xapi.",
            address=address,
            status=answer.status_code,
        )
    )


def _somebody_else(answer: httpx.Response, address: str) -> NotDeliveredError:
    return NotDeliveredError(
        sentence(
            "Something that is no learning record store answers at {address} (with {status}), such as a proxy or a "
            "sign-in page. What it answered does not count as sent. Check the address and the way to it, and run the "
            "same command again: it goes on where it ended.",
            address=address,
            status=answer.status_code,
        )
    )


def _not_taken(answer: httpx.Response, address: str) -> NotDeliveredError:
    return NotDeliveredError(
        sentence(
            "The learning record store {address} answers {status}, and holds none of the statements that it was "
            "sent. They do not count as sent. Ask whoever runs the store why, and run the same command again: it "
            "goes on where it ended.",
            address=address,
            status=answer.status_code,
        )
    )


def _differs(statement: Statement) -> NotDeliveredError:
    return NotDeliveredError(
        sentence(
            "The learning record store holds another statement with the id {id} ({verb}, {time}). A statement is "
            "never changed: send to a new store, or ask whoever runs this one to void and remove theirs.",
            id=statement["id"],
            verb=statement["verb"]["id"],
            time=statement["timestamp"],
        )
    )


def _plain(text: str) -> str:
    """What somebody else's server says, short and harmless on a terminal."""
    return "".join(each if each.isprintable() else " " for each in text[:300]).strip()
