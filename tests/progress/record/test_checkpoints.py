"""Checkpoints: what they seal, what they say, and that each goes on from the one before."""

from datetime import timedelta
from itertools import islice
from pathlib import Path

import pytest
from cast import NOW
from sqlalchemy import select, update
from studying import Study

from people.access import Principal
from progress.record import checkpoints, merkle, signing
from progress.record.checkpoints import Reason, Signed, sealed_heads
from progress.record.signing import Key, NotSignedError


@pytest.fixture
def key(tmp_path: Path) -> Key:
    return signing.opened(tmp_path / "checkpoint.key")


def make(study: Study, key: Key) -> Signed:
    return checkpoints.make(study.database, key, study.now)


def sealed(study: Study) -> list[tuple[str, int, str]]:
    columns = (sealed_heads.c.person_key, sealed_heads.c.seq, sealed_heads.c.hash)
    with study.database.reading() as connection:
        return [(*row,) for row in connection.execute(select(*columns).order_by(sealed_heads.c.leaf))]


def heads(study: Study, *whom: Principal) -> list[tuple[str, int, str]]:
    last = (study.chain(who)[-1] for who in whom)
    return sorted((event.person_key, event.seq, event.hash) for event in last)


def test_a_checkpoint_seals_the_head_of_every_chain(assigned: Study, key: Key) -> None:
    signed = make(assigned, key)
    with assigned.database.reading() as connection:
        everybody = set(connection.execute(select(checkpoints.events.c.person_key)).scalars())
    assert {person for person, _, _ in sealed(assigned)} == everybody
    assert signed.checkpoint.size == len(everybody) == len(sealed(assigned))
    assert signed.checkpoint.root == merkle.root(checkpoints.leaf(*head) for head in sealed(assigned))


def test_the_next_one_adds_only_the_chains_that_have_grown(assigned: Study, learner: Principal, key: Key) -> None:
    first = make(assigned, key)
    before = sealed(assigned)
    assigned.cards(learner)
    second = make(assigned, key)
    assert sealed(assigned) == [*before, *heads(assigned, learner)]
    assert second.checkpoint.size == first.checkpoint.size + 1
    assert second.checkpoint.root == merkle.root(checkpoints.leaf(*head) for head in sealed(assigned))
    with assigned.database.reading() as connection:
        assert merkle.root(islice(checkpoints.leaves(connection), first.checkpoint.size)) == first.checkpoint.root


def test_where_nothing_has_happened_the_root_is_the_same(assigned: Study, key: Key) -> None:
    first, second = make(assigned, key), make(assigned, key)
    assert (first.checkpoint.size, first.checkpoint.root) == (second.checkpoint.size, second.checkpoint.root)


def test_a_database_without_events_has_a_checkpoint_too(study: Study, key: Key) -> None:
    signed = make(study, key)
    assert (signed.checkpoint.size, signed.checkpoint.root) == (0, merkle.EMPTY_ROOT)


def test_time_does_not_run_backwards_between_checkpoints(assigned: Study, key: Key) -> None:
    first = checkpoints.make(assigned.database, key, NOW)
    second = checkpoints.make(assigned.database, key, NOW - timedelta(days=1))
    assert second.checkpoint.at == first.checkpoint.at == NOW


def test_a_checkpoint_is_read_as_it_was_written(assigned: Study, key: Key) -> None:
    signed = make(assigned, key)
    assert checkpoints.read(signed.note, key.verifiers) == signed
    assert signed.note.split("\n")[:2] == [key.verifier.name, str(signed.checkpoint.size)]


@pytest.mark.parametrize(
    "text",
    [
        "other\n1\n{root}\nepoch 1\nevents 1\ntime 2026-03-02T08:00:00.000000Z\n",
        "{name}\n01\n{root}\nepoch 1\nevents 1\ntime 2026-03-02T08:00:00.000000Z\n",
        "{name}\n1\nAAAA\nepoch 1\nevents 1\ntime 2026-03-02T08:00:00.000000Z\n",
        "{name}\n1\n{root}\nepoch 1\nevents 1\n",
        "{name}\n1\n{root}\nepoch 1\nevents 1\ntime 2026-13-02T08:00:00.000000Z\n",
        "{name}\n1\n{root}\nepoch 1\nevents 1\ntime 2026-03-02T08:00:00.000000Z\nmore\n",
    ],
)
def test_another_text_that_the_key_has_signed_is_no_checkpoint(text: str, key: Key) -> None:
    note = signing.signed(text.format(name=key.verifier.name, root="A" * 43 + "="), key)
    with pytest.raises(NotSignedError, match="no checkpoint"):
        checkpoints.read(note, key.verifiers)


# The one that a reader uses


def reasons(study: Study) -> list[str | None]:
    with study.database.reading() as connection:
        return [row.reason for row in checkpoints.kept(connection)]


def current(study: Study, key: Key, *, may_seal: bool) -> Signed | None:
    return checkpoints.current(study.database, key, study.now, may_seal=may_seal, reason=Reason.EVIDENCE)


def test_whoever_may_seal_makes_one_only_when_something_was_recorded(
    assigned: Study, learner: Principal, key: Key
) -> None:
    first = current(assigned, key, may_seal=True)
    assert (current(assigned, key, may_seal=True), reasons(assigned)) == (first, ["evidence"])
    assigned.cards(learner)
    second = current(assigned, key, may_seal=True)
    assert second != first
    assert reasons(assigned) == ["evidence"] * 2


def test_whoever_may_not_seal_makes_none_whatever_was_recorded(assigned: Study, learner: Principal, key: Key) -> None:
    assert current(assigned, key, may_seal=False) is None
    made = make(assigned, key)
    assigned.cards(learner)
    assert current(assigned, key, may_seal=False) == made
    assert reasons(assigned) == ["command"]


def test_one_that_does_not_hold_any_more_is_not_handed_out(assigned: Study, key: Key) -> None:
    make(assigned, key)
    with assigned.database.writing() as connection:
        connection.execute(update(checkpoints.checkpoints).values(note="nothing"))
    assert current(assigned, key, may_seal=False) is None
    assert current(assigned, key, may_seal=True) is not None
