"""Verification of chains: what each fault is called, whose it is, and until when all was right."""

from datetime import timedelta

import pytest
from sqlalchemy import (
    delete,
    update,
)
from tampered import Audited

from database import written
from people.access import Principal
from progress.record import checkpoints
from progress.record.chains import Head, Kind, append, events, following


@pytest.mark.parametrize("column", ["kind", "at", "body", "previous_hash", "hash"])
def test_an_altered_event_is_named_with_its_person_and_the_last_checkpoint_before_it(
    audited: Audited, column: str
) -> None:
    number = audited.ends[0] + 3
    values = {"kind": "committed", "at": audited.study.now, "body": "{}", "previous_hash": "0" * 64, "hash": "1" * 64}
    audited.change(update(events).where(audited.event(number)).values({column: values[column]}))
    first = audited.verify().findings[0]
    assert str(first.what) == f"event {number} was altered: it does not have its hash any more"
    assert first.person_key == audited.learner.key
    assert first.sound_until == audited.made_at[0]


def test_a_removed_event_is_named(audited: Audited) -> None:
    number = audited.ends[1] + 2
    audited.change(delete(events).where(audited.event(number)))
    first = audited.verify().findings[0]
    assert str(first.what) == f"event {number} is missing"
    assert (first.person_key, first.sound_until) == (audited.learner.key, audited.made_at[1])


def test_a_chain_that_is_cut_off_is_shorter_than_its_checkpoint_says(audited: Audited) -> None:
    last = audited.ends[1]
    audited.change(delete(events).where(events.c.person_key == audited.learner.key, events.c.seq > last))
    first = audited.verify().findings[0]
    sealed = written(audited.made_at[2])
    assert str(first.what) == (
        f"the chain ends with event {last}; the checkpoint of {sealed} has event {audited.ends[2]}"
    )
    assert (first.person_key, first.sound_until) == (audited.learner.key, audited.made_at[1])


def test_a_chain_that_was_made_anew_is_not_the_one_that_was_sealed(audited: Audited) -> None:
    audited.forge(audited.ends[1] + 1)
    said = audited.said()
    assert (
        said[0] == f"event {audited.ends[2]} is not the one that the checkpoint of {written(audited.made_at[2])} has"
    )
    assert audited.verify().findings[0].sound_until == audited.made_at[1]


def test_an_event_that_does_not_follow_from_the_one_before_is_named(audited: Audited) -> None:
    last = audited.study.chain(audited.learner)[-1]
    stray = following(
        Head(last.seq, last.at, "0" * 64), audited.learner.key, [(Kind.READ, {"by": "nobody"})], audited.study.now
    )
    with audited.database.writing() as connection:
        append(connection, stray)
    finding = audited.only_finding()
    assert str(finding.what) == f"event {stray[0].seq} does not follow from the event before it"


def test_an_event_before_its_forerunner_is_named(audited: Audited) -> None:
    last = audited.study.chain(audited.learner)[-1]
    early = following(
        Head(last.seq, None, last.hash), audited.learner.key, [(Kind.READ, {"by": "x"})], audited.made_at[0]
    )
    with audited.database.writing() as connection:
        append(connection, early)
    assert f"event {early[0].seq} says that it happened before the event before it" in audited.said()


@pytest.mark.parametrize("checkpoints_are", ["kept", "removed"])
def test_an_event_that_says_it_was_there_before_a_checkpoint_without_it_is_backdated(
    audited: Audited, outsider: Principal, checkpoints_are: str
) -> None:
    """Also where whoever wrote it has removed the checkpoints that the database holds: those kept elsewhere count."""
    at = audited.made_at[0] + timedelta(minutes=1)
    last = audited.study.chain(outsider)[-1]
    late = following(Head(last.seq, last.at, last.hash), outsider.key, [(Kind.READ, {"by": "x"})], at)
    with audited.database.writing() as connection:
        append(connection, late)
        if checkpoints_are == "removed":
            connection.execute(delete(checkpoints.checkpoints))
    finding = audited.only_finding()
    assert str(finding.what) == (
        f"event 2 says that it happened at {written(at)}; the checkpoint of {written(audited.made_at[2])} "
        "does not have it"
    )
    assert finding.person_key == outsider.key


@pytest.mark.parametrize("body", ["[]", "{}", "no JSON", '{"course": 3}'])
def test_an_event_that_makes_no_sense_is_said_to_be_so(audited: Audited, body: str) -> None:
    audited.change(update(events).where(audited.event(2)).values(body=body))
    assert "what the events say makes no sense" in audited.said()
