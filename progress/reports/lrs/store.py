"""A learning record store over HTTP (xAPI 1.0.3): sent to again until it has answered for each statement."""

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import orjson

from words import SaidError, sentence

VERSION = "1.0.3"
BACKOFF = (1, 2, 4, 8, 16)
"""Seconds to wait before each further attempt."""
MOST_SECONDS_TO_WAIT = 300
"""A store that asks for a longer pause is not waited for."""
TEMPORARY = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Statuses after which the same request may succeed."""
TOO_LARGE = 413
CONFLICT = 409
MOST_TRIES = 3
"""Times that a store may report a conflict or a success for a batch and then have none of it."""

Statement = dict[str, Any]


class NotDeliveredError(SaidError):
    """The store did not accept the statements; the reason says what to do."""


class Store:
    """A learning record store. `wait` is called with the seconds before the next attempt."""

    def __init__(self, client: httpx.Client, address: str, wait: Callable[[float], None]) -> None:
        self.address = address
        self._client = client
        self._wait = wait
        self._has_answered = False

    def take(self, batch: Sequence[Statement], tries: int = 0) -> Iterator[Sequence[Statement]]:
        """Send a batch and yield those of it that the store has, as soon as it has confirmed them."""
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
        """Ask for each statement of the batch, where the answer does not list them, or reports some as there already
        because an earlier answer was lost. A statement that is there has to be the same."""
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
            # A store that does not know the parameter lists all of its statements.
            listed = (each for each in found["statements"] if isinstance(each, dict))
            return next((each for each in listed if _is_id(each.get("id"), statement_id)), None)
        if not isinstance(found, dict) or not _is_id(found.get("id"), statement_id):
            raise _somebody_else(answer, self.address)
        return found

    def _ask(self, method: str, **request: Any) -> httpx.Response:
        """The store's answer; temporary errors and timeouts are retried.

        By hand: `httpx-retries` retries neither an answer that breaks off in its body nor reads a Retry-After by the
        store's own clock, and would wait for an address at which nobody answers.
        """
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
                            reason=_printable(str(error)) or type(error).__name__,
                        )
                    ) from error
                self._wait(pause)
                continue
            self._has_answered = True
            if answer.status_code not in TEMPORARY:
                return answer
            asked = _asked_to_wait(answer)
            if pause is None or (asked or 0) > MOST_SECONDS_TO_WAIT:
                break
            self._wait(pause if asked is None else asked)
        raise NotDeliveredError(
            sentence(
                "The learning record store keeps answering {status}. Run the same command again later: it goes on "
                "where it ended. If it stays so, ask the store’s operator.",
                status=answer.status_code,
            )
        )


# What a store says


def _lists(answer: httpx.Response, batch: Sequence[Statement]) -> bool:
    """True where the answer lists the ids of the batch, all of them and no others: only that confirms that the store
    has them (xAPI 1.0.3, part three, 2.1.2)."""
    ids = _read(answer) if answer.status_code == httpx.codes.OK else None
    if not isinstance(ids, list) or len(ids) != len(batch):
        return False
    said = sorted(str(each).lower() for each in ids)
    return said == sorted(str(each["id"]).lower() for each in batch)


def _read(answer: httpx.Response) -> object:
    """The answer's JSON, or None where it is invalid."""
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
        return False  # it is not a statement at all


def comparable(statement: Statement) -> Statement:
    """A statement without the parts that a store may add or change (xAPI, Statement Immutability)."""
    compared = {name: value for name, value in statement.items() if name not in _ADDED and value != []}
    compared["verb"] = {"id": statement.get("verb", {}).get("id")}
    compared["timestamp"] = datetime.fromisoformat(statement.get("timestamp") or "0001-01-01T00:00:00Z").astimezone(
        UTC
    )
    compared["object"] = _undescribed(statement.get("object", {}))
    compared["actor"] = {"objectType": "Agent", **statement.get("actor", {})}
    if context := statement.get("context"):
        activities = context.get("contextActivities", {})
        lists = {name: each if isinstance(each, list) else [each] for name, each in activities.items()}
        plain = {name: [_undescribed(each) for each in found] for name, found in lists.items() if found}
        compared["context"] = {**context, "contextActivities": plain}
    return compared


_ADDED = {"stored", "authority", "version", "attachments"}


def _undescribed(activity: Statement) -> Statement:
    """The activity without its description, which may change without changing a statement."""
    return {"objectType": "Activity", **{name: each for name, each in activity.items() if name != "definition"}}


def _is_about_content(answer: httpx.Response) -> bool:
    """True where the answer is about the statements, not about the sender or the address."""
    return answer.status_code in {400, TOO_LARGE, 415, 422}


def _asked_to_wait(answer: httpx.Response) -> float | None:
    """The seconds in Retry-After, or until the time in it by the store's own clock; None without a valid one."""
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
            "came before it is there. Ask the store’s operator why, and then run the same command again.",
            id=batch[0]["id"],
            verb=batch[0]["verb"]["id"],
            time=batch[0]["timestamp"],
            status=answer.status_code,
            reason=_printable(answer.text) or answer.reason_phrase,
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
            "sent. They do not count as sent. Ask the store’s operator why, and run the same command again: it "
            "goes on where it ended.",
            address=address,
            status=answer.status_code,
        )
    )


def _differs(statement: Statement) -> NotDeliveredError:
    return NotDeliveredError(
        sentence(
            "The learning record store holds another statement with the id {id} ({verb}, {time}). A statement is "
            "never changed: send to a new store, or ask the operator of this one to void and remove theirs.",
            id=statement["id"],
            verb=statement["verb"]["id"],
            time=statement["timestamp"],
        )
    )


def _printable(text: str) -> str:
    """A server's text, short and harmless on a terminal."""
    return "".join(each if each.isprintable() else " " for each in text[:300]).strip()
