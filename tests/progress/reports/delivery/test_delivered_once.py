"""Statements reach a learning record store once each, whatever fails."""

import httpx
import pytest
from cast import NOW
from sending import BATCHES, SOME, Sending, made
from stores import LearningRecordStore

from progress.reports.lrs.delivery import BATCH, Delivered, Delivery
from progress.reports.lrs.store import BACKOFF, NotDeliveredError, Store


def test_all_is_sent_in_batches_and_nothing_twice(sending: Sending) -> None:
    assert sending.send(made(SOME)) == Delivered(SOME, 0, 0)
    assert sending.is_whole(made(SOME))
    assert len(sending.lrs.asked) == BATCHES
    assert sending.told == SOME
    assert sending.send(made(SOME)) == Delivered(0, SOME, 0)
    assert len(sending.lrs.asked) == BATCHES
    assert sending.waits == []


def test_only_what_is_new_is_sent(sending: Sending) -> None:
    sending.send(made(SOME))
    assert sending.send(made(SOME + 5)) == Delivered(5, SOME, 0)
    assert sending.is_whole(made(SOME + 5))


PATTERNS = [
    ["500"],
    ["", "503", "502", "504"],
    ["drop before"],
    ["drop after"],
    ["", "drop half way"],
    ["drop after", "drop after", "500", "drop before"],
    ["429"],
    ["drop half way", "429", "drop after", "500", "", "drop after"],
    ["500", "drop after"] * 4,
]


@pytest.mark.parametrize("tells_duplicates", [True, False])
@pytest.mark.parametrize("failures", PATTERNS, ids="; ".join)
def test_whatever_passes_each_statement_is_there_once(
    sending: Sending, failures: list[str], tells_duplicates: bool
) -> None:
    sending.lrs.failures, sending.lrs.tells_duplicates = list(failures), tells_duplicates
    if sum(each not in {"", "drop half way"} for each in failures) > len(BACKOFF):
        sending.refused(made(SOME))
    sending.send(made(SOME))
    assert sending.lrs.failures == []
    assert sending.is_whole(made(SOME))


@pytest.mark.parametrize("moment", ["hang before", "hang after"])
def test_a_store_that_is_silent_is_asked_again(sending: Sending, moment: str) -> None:
    sending.timeout, sending.lrs.failures = 2, ["", moment]
    sending.send(made(SOME))
    assert sending.is_whole(made(SOME))
    assert sending.waits == [1]


def test_what_was_sent_is_known_after_a_failure_that_stays(sending: Sending) -> None:
    sending.lrs.failures = ["", "", *["503"] * (len(BACKOFF) + 1)]
    assert "503" in sending.refused(made(SOME))
    assert len(sending.acknowledged()) == len(sending.lrs.stored) == 2 * BATCH
    assert sending.waits == list(BACKOFF)
    assert sending.send(made(SOME)) == Delivered(SOME - 2 * BATCH, 2 * BATCH, 0)
    assert sending.is_whole(made(SOME))


def test_nobody_at_the_address_is_said_at_once(sending: Sending) -> None:
    with httpx.Client() as client:
        store = Store(client, "http://127.0.0.1:9", sending.waits.append)
        with pytest.raises(NotDeliveredError, match="does not answer"):
            Delivery(sending.database, store, lambda: NOW).carry_out(made(1), [])
    assert sending.waits == []


@pytest.mark.parametrize(("asked", "waited"), [("7", 7), ("0", 0), ("soon", 1), ("", 1)])
def test_a_store_that_asks_for_time_is_given_it(sending: Sending, asked: str, waited: float) -> None:
    sending.lrs.failures, sending.lrs.retry_after = ["429"], asked
    sending.send(made(3))
    assert sending.waits == [waited]
    assert sending.is_whole(made(3))


def test_a_store_that_asks_for_hours_is_not_waited_for(sending: Sending) -> None:
    sending.lrs.failures, sending.lrs.retry_after = ["429"], "7200"
    assert "429" in sending.refused(made(3))
    assert sending.waits == []


def test_two_stores_are_each_sent_all(sending: Sending) -> None:
    sending.send(made(5))
    with LearningRecordStore().running() as other:
        assert Sending(sending.database, other).send(made(5)) == Delivered(5, 0, 0)
        assert len(other.stored) == 5
