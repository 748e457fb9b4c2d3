"""The record is append-only, and shows every alteration."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from conftest import NOW, Study
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from database import Database
from database import written as dated
from lessons.model import canonical
from people.access import Principal
from progress.record import chains
from progress.record.chains import FIRST_HASH, NO_EVENTS, Event, Head, Kind, broken_at, events, following

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
happenings = st.lists(
    st.tuples(st.sampled_from(Kind), st.dictionaries(st.text(), json_values, max_size=4)),
    min_size=1,
    max_size=6,
)


def chained(happened: list[tuple[Kind, dict[str, object]]]) -> list[Event]:
    return following(NO_EVENTS, "somebody", happened, NOW)


@given(happenings)
def test_a_chain_verifies_whatever_happened(happened: list[tuple[Kind, dict[str, object]]]) -> None:
    assert broken_at(chained(happened)) is None


@given(happenings, st.data())
def test_any_altered_event_breaks_the_chain_there(
    happened: list[tuple[Kind, dict[str, object]]], data: st.DataObject
) -> None:
    chain = chained(happened)
    place = data.draw(st.integers(0, len(chain) - 1))
    event = chain[place]
    changes = (
        {"person_key": "somebody else"},
        {"seq": event.seq + 1},
        {"written_kind": "certified" if event.kind is not Kind.CERTIFIED else "started"},
        {"written_at": dated(event.at + timedelta(microseconds=1))},
        {"written_body": canonical({**event.body, "added": True})},
        {"previous_hash": "1" * 64},
        {"hash": "1" * 64},
    )
    chain[place] = replace(event, **data.draw(st.sampled_from(changes)))
    assert broken_at(chain) == place + 1


@given(happenings, st.data())
def test_an_event_taken_out_or_put_elsewhere_breaks_the_chain(
    happened: list[tuple[Kind, dict[str, object]]], data: st.DataObject
) -> None:
    chain = chained([*happened, (Kind.REMINDED, {}), (Kind.REMINDED, {"again": True})])
    place = data.draw(st.integers(0, len(chain) - 2))
    assert broken_at(chain[:place] + chain[place + 1 :]) == place + 1
    chain[place], chain[place + 1] = chain[place + 1], chain[place]
    assert broken_at(chain) == place + 1


def test_the_first_event_follows_from_nothing() -> None:
    first, second = chained([(Kind.ASSIGNED, {}), (Kind.STARTED, {})])
    assert (first.seq, first.previous_hash) == (1, FIRST_HASH)
    assert (second.seq, second.previous_hash) == (2, first.hash)


def test_a_chain_that_is_told_anew_without_its_beginning_is_broken() -> None:
    """Even when every hash was worked out again."""
    assert broken_at(following(Head(1, None, FIRST_HASH), "somebody", [(Kind.STARTED, {})], NOW)) == 1


def test_what_an_event_hashes_to_never_changes() -> None:
    """A change here would make every chain that was ever written look forged."""
    (event,) = following(NO_EVENTS, "0f", [(Kind.ASSIGNED, {"course": "ochrana", "á": [1, None]})], NOW)
    assert event.hash == "4aa3794bf358aed2a69202979abe6e96a593a526b8d44dc2ce36a52f5e9ed306"


def test_time_never_runs_backwards_in_a_chain() -> None:
    before = Head(7, NOW, "a" * 64)
    happened = [(Kind.STARTED, {}), (Kind.CARD_SEEN, {}), (Kind.CARD_SEEN, {})]
    told = following(before, "somebody", happened, NOW - timedelta(hours=1))
    assert [event.at for event in told] == [NOW, NOW, NOW]


def test_the_hash_does_not_depend_on_the_time_zone_that_a_moment_is_told_in() -> None:
    elsewhere = NOW.astimezone(timezone(timedelta(hours=9)))
    happened = [(Kind.STARTED, {"course": "x"})]
    assert following(NO_EVENTS, "somebody", happened, elsewhere)[0].hash == chained(happened)[0].hash


def test_a_chain_is_read_as_it_was_written(database: Database) -> None:
    at = datetime(2026, 3, 2, 9, 0, 0, 123456, tzinfo=UTC)
    written = following(NO_EVENTS, "somebody", [(Kind.ASSIGNED, {"name": "Žofie", "n": 1}), (Kind.STARTED, {})], at)
    with database.writing() as connection:
        chains.append(connection, written)
    with database.reading() as connection:
        assert chains.chain(connection, "somebody") == written
        assert chains.head(connection, "somebody") == Head(2, at, written[-1].hash)
        assert chains.head(connection, "nobody") == NO_EVENTS


def test_of_two_writers_with_the_same_next_event_one_is_refused(database: Database) -> None:
    ours, theirs = (chained([(Kind.ASSIGNED, {"by": name})]) for name in ("ours", "theirs"))
    with database.writing() as connection:
        chains.append(connection, ours)
    with pytest.raises(IntegrityError), database.writing() as connection:
        chains.append(connection, theirs)
    with database.reading() as connection:
        assert chains.chain(connection, "somebody") == ours


def test_each_person_has_their_own_chain(assigned: Study, learner: Principal, outsider: Principal) -> None:
    assigned.cards(learner)
    assigned.cards(outsider)
    with assigned.database.reading() as connection:
        found = list(chains.chains(connection))
    assert len(found) == 3
    for chain in found:
        assert {event.person_key for event in chain} == {chain[0].person_key}
        assert broken_at(chain) is None


def test_a_whole_course_leaves_an_unbroken_chain(assigned: Study, learner: Principal) -> None:
    assigned.certify(learner)
    chain = assigned.chain(learner)
    assert broken_at(chain) is None
    assert [event.kind for event in chain][:2] == [Kind.ASSIGNED, Kind.STARTED]
    assert [event.kind for event in chain][-2:] == [Kind.COMMITTED, Kind.CERTIFIED]


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "reminded"},
        {"at": NOW - timedelta(days=1)},
        {"body": '{"course":"customer-privacy","cycle":2}'},
        {"previous_hash": "0" * 63 + "1"},
        {"hash": "0" * 64},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_a_row_altered_in_the_database_is_found(
    assigned: Study, learner: Principal, changes: dict[str, object]
) -> None:
    assigned.cards(learner)
    row = (events.c.person_key == learner.key) & (events.c.seq == 4)
    with assigned.database.writing() as connection:
        connection.execute(update(events).where(row).values(changes))
    assert broken_at(assigned.chain(learner)) == 4


def test_a_row_deleted_from_the_database_is_found(assigned: Study, learner: Principal) -> None:
    assigned.cards(learner)
    with assigned.database.writing() as connection:
        connection.execute(delete(events).where(events.c.person_key == learner.key, events.c.seq == 4))
    assert broken_at(assigned.chain(learner)) == 4


def test_an_event_put_into_another_persons_chain_is_found(
    assigned: Study, learner: Principal, outsider: Principal
) -> None:
    assigned.certify(learner)
    with assigned.database.writing() as connection:
        row = connection.execute(select(events).where(events.c.kind == "certified")).one()._asdict()
        connection.execute(insert(events), [{**row, "person_key": outsider.key, "seq": 2}])
    assert broken_at(assigned.chain(outsider)) == 2


def test_no_name_and_no_address_stands_in_the_record(assigned: Study, learner: Principal) -> None:
    assigned.certify(learner)
    with assigned.database.reading() as connection:
        told = " ".join(connection.execute(select(events.c.body)).scalars())
    person = learner.person
    for personal in (person.name, *person.name.split(), person.email, person.employee_id, person.unit):
        assert personal not in told
