"""Verification of checkpoints: altered, sealed again, or of another installation."""

from datetime import timedelta
from pathlib import Path

from sqlalchemy import (
    delete,
    insert,
    select,
    update,
)
from tampered import Audited

from database import written
from progress.record import checkpoints, signing
from progress.record.checkpoints import restorations, sealed_heads


def test_an_altered_checkpoint_is_named(audited: Audited) -> None:
    audited.change(update(checkpoints.checkpoints).values(note="nothing"))
    assert len([each for each in audited.said() if each.endswith("this is no signed text")]) == 3


def test_a_checkpoint_whose_row_says_otherwise_is_named(audited: Audited) -> None:
    made_at = audited.made_at[0] + timedelta(days=1)
    audited.change(
        update(checkpoints.checkpoints).where(checkpoints.checkpoints.c.number == 1).values(made_at=made_at)
    )
    assert audited.said() == [f"checkpoint 1 of {written(made_at)} was altered: what is signed says otherwise"]


def test_heads_that_were_sealed_anew_have_another_root(audited: Audited) -> None:
    """The first checkpoint still agrees, and the finding says so."""
    audited.forge(audited.ends[0] + 1)
    hashes = {event.seq: event.hash for event in audited.study.chain(audited.learner)}
    for seq in audited.ends[1:]:
        sealed = (sealed_heads.c.person_key == audited.learner.key) & (sealed_heads.c.seq == seq)
        audited.change(update(sealed_heads).where(sealed).values(hash=hashes[seq]))
    roots = [each for each in audited.verify().findings if "has another root" in str(each.what)]
    assert [each.sound_until for each in roots] == [audited.made_at[0]] * 4
    assert {str(each.what).split(" has ")[0] for each in roots} >= {
        "the checkpoint in 2.txt",
        "the checkpoint in 3.txt",
    }


def test_removed_heads_are_fewer_than_a_checkpoint_says(audited: Audited) -> None:
    with audited.database.reading() as connection:
        size = len(connection.execute(select(sealed_heads)).all())
    audited.change(
        delete(sealed_heads).where(sealed_heads.c.leaf == size - 1),
        delete(checkpoints.checkpoints).where(checkpoints.checkpoints.c.number == 3),
    )
    finding = audited.verify().findings[0]
    assert str(finding.what).startswith(f"the checkpoint in 3.txt holds {size} heads of chains, the database only")
    assert finding.sound_until == audited.made_at[1]


def test_heads_with_other_numbers_are_named(audited: Audited) -> None:
    """Numbers tell when a head was sealed: with others, an event could be called older than it is."""
    audited.change(update(sealed_heads).values(leaf=sealed_heads.c.leaf - 100))
    assert audited.said() == ["the sealed heads of chains are not numbered as they were sealed"]


def test_the_checkpoint_of_another_installation_is_said_to_be_one(audited: Audited, tmp_path: Path) -> None:
    foreign = signing.opened(tmp_path / "foreign.key")
    note = checkpoints.make(audited.database, foreign, audited.study.now).note
    audited.change(delete(checkpoints.checkpoints).where(checkpoints.checkpoints.c.number == 4))
    said = str(audited.only_finding({"theirs.txt": note}).what)
    assert said.startswith("the checkpoint in theirs.txt: it is signed by another installation")


def test_a_checkpoint_stays_good_when_the_key_is_changed(audited: Audited) -> None:
    signing.changed(audited.key_file)
    audited.checkpoint()
    assert audited.said() == []


def test_what_was_lost_by_putting_an_older_copy_back_is_told(audited: Audited) -> None:
    with audited.database.reading() as connection:
        size = len(connection.execute(select(sealed_heads)).all())
    audited.change(insert(restorations).values(number=1, at=audited.study.now, size=size - 1))
    assert any("than the copy from which the database was put back" in each for each in audited.said())
