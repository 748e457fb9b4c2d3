"""Conflicts with a store, and its refusals."""

from typing import Any

import pytest
from sending import SOME, Sending, made
from stores import LearningRecordStore

from progress.reports.delivery import BATCH, Delivered, comparable, delivered


def test_what_another_database_has_sent_is_found_there(sending: Sending) -> None:
    """The table was lost: the store says what it has."""
    sending.send(made(SOME))
    with sending.database.writing() as connection:
        connection.execute(delivered.delete())
    assert sending.send(made(SOME)) == Delivered(SOME, 0, 0)
    assert sending.is_whole(made(SOME))


@pytest.mark.parametrize(
    "change",
    [
        {"timestamp": "2026-03-02T09:00:01.000Z"},
        {"actor": {"objectType": "Agent", "account": {"homePage": "https://kodex.example.com", "name": "other"}}},
        {"result": {"success": False}},
        {"object": {"objectType": "Activity", "id": "https://kodex.example.com/xapi/course/y"}},
        {"verb": "nonsense"},
        {"context": []},
    ],
)
def test_another_statement_with_the_same_id_stops_and_is_named(sending: Sending, change: dict[str, Any]) -> None:
    statements = made(SOME)
    theirs = {**statements[-1], **change}
    sending.lrs.kept[theirs["id"]] = theirs
    sending.lrs._as_stores_give_it = lambda found: found  # type: ignore[method-assign]
    assert theirs["id"] in sending.refused(statements)
    assert theirs["id"] not in sending.acknowledged()
    assert sending.lrs.kept[theirs["id"]] == theirs


def test_a_store_that_adds_to_a_statement_has_not_changed_it() -> None:
    ours = made(1)[0]
    assert comparable(LearningRecordStore._as_stores_give_it(ours)) == comparable(ours)


def test_a_store_that_calls_everything_a_conflict_is_not_asked_for_ever(sending: Sending) -> None:
    sending.lrs.failures = ["409"] * 50
    assert "409" in sending.refused(made(2))
    assert len(sending.lrs.failures) > 40


def test_a_statement_that_is_refused_is_named_and_those_before_it_are_there(sending: Sending) -> None:
    statements = made(SOME)
    bad = statements[BATCH + 37]["id"]
    sending.lrs.refused = {bad}
    said = sending.refused(statements)
    assert bad in said
    assert "malformed" in said
    assert "\x1b" not in said
    before = {each["id"] for each in statements[: BATCH + 37]}
    assert sending.acknowledged() == before == set(sending.lrs.stored)
    sending.lrs.refused = set()
    sending.send(statements)
    assert sending.is_whole(statements)


def test_a_batch_that_is_too_large_is_sent_in_parts(sending: Sending) -> None:
    sending.lrs.largest_batch = 30
    sending.send(made(SOME))
    assert sending.is_whole(made(SOME))


def test_a_wrong_key_is_said_at_once(sending: Sending) -> None:
    sending.secret = "wrong"
    assert "KODEX_LRS_SECRET" in sending.refused(made(SOME))
    assert len(sending.lrs.asked) == 1
    assert sending.acknowledged() == set()


@pytest.mark.parametrize("status", ["301", "404", "405"])
def test_an_address_without_a_store_is_said(sending: Sending, status: str) -> None:
    sending.lrs.failures = [status]
    assert "There is no learning record store" in sending.refused(made(SOME))
