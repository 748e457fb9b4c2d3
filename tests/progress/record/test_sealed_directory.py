"""The directory's past under the checkpoints: what was changed, removed or put in is found; erasing is no alarm."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from conftest import NOW, Study
from sqlalchemy import delete, insert, select, update

from people import history
from people.access import Principal
from people.directory import people
from people.history import history as past
from progress.audit import verification
from progress.audit.verification import Verified
from progress.personal import erasure
from progress.record import checkpoints, signing
from progress.record.checkpoints import restorations
from progress.record.sealed_directory import Past, sealed_history
from progress.record.signing import Key

A_DAY, A_MINUTE = timedelta(days=1), timedelta(minutes=1)


class Kept:
    """A directory that changes once a day, its checkpoints kept elsewhere as well."""

    def __init__(self, study: Study, somebody: Principal, key: Key) -> None:
        self.study, self.somebody, self.key = study, somebody, key
        self.notes: dict[str, str] = {}
        self.move("Sklad", NOW)
        self.seal(NOW + A_MINUTE)

    def move(self, unit: str, now: Any) -> None:
        self.change(update(people).where(people.c.person_key == self.somebody.key).values(unit=unit))
        with self.study.database.writing() as connection:
            history.keep(connection, now)

    def seal(self, now: Any) -> None:
        self.notes[f"{len(self.notes) + 1}.txt"] = checkpoints.make(self.study.database, self.key, now).note

    def change(self, statement: Any) -> None:
        with self.study.database.writing() as connection:
            connection.execute(statement)

    def verify(self, *, with_notes: bool = True) -> Verified:
        notes = self.notes if with_notes else {}
        return verification.verify(self.study.database, self.key.verifiers, notes)

    def said(self) -> list[str]:
        return [str(each.what) for each in self.verify().findings]

    def units(self) -> list[str]:
        asked = select(past.c.unit).where(past.c.person_key == self.somebody.key).order_by(past.c.from_at)
        with self.study.database.reading() as connection:
            return list(connection.execute(asked).scalars())


@pytest.fixture
def kept(study: Study, learner: Principal, tmp_path: Path) -> Kept:
    return Kept(study, learner, signing.opened(tmp_path / "checkpoint.key"))


def test_what_is_not_sealed_yet_is_counted_and_the_next_checkpoint_seals_it(kept: Kept) -> None:
    assert kept.verify().past == Past(8, 8, 2), "the one checkpoint, here and elsewhere"
    kept.move("Doprava", NOW + A_DAY)
    assert kept.verify().past == Past(9, 8, 2)
    kept.seal(NOW + 2 * A_DAY)
    assert kept.verify() == Verified(0, 0, 4, 0, [], kept.verify().editions, Past(9, 9, 4))


@pytest.mark.parametrize("with_notes", [True, False])
@pytest.mark.parametrize(
    ("tamper", "said"),
    [
        (lambda mine: update(past).where(mine).values(unit="Obchod"), "was altered since it was sealed"),
        (lambda mine: update(past).where(mine).values(active=False), "was altered since it was sealed"),
        (lambda mine: update(past).where(mine).values(manager_key=None), "was altered since it was sealed"),
        (lambda mine: update(past).where(mine).values(salt=None), "was altered since it was sealed"),
        (lambda mine: update(past).where(mine).values(from_at=NOW - A_DAY), "which a checkpoint has, is missing"),
        (lambda mine: delete(past).where(mine), "which a checkpoint has, is missing"),
    ],
)
def test_a_note_that_was_changed_or_removed_is_found(kept: Kept, tamper: Any, said: str, with_notes: bool) -> None:
    kept.change(tamper(past.c.person_key == kept.somebody.key))
    finding = next(each for each in kept.verify(with_notes=with_notes).findings if said in str(each.what))
    assert finding.person_key == kept.somebody.key


def test_a_note_whose_salt_was_removed_is_not_sealed_anew(kept: Kept) -> None:
    kept.change(update(past).where(past.c.person_key == kept.somebody.key).values(unit="Obchod", salt=None))
    kept.seal(NOW + A_DAY)
    (said,) = kept.said()
    assert said.endswith("was altered since it was sealed")


@pytest.mark.parametrize("salt", [None, "0" * 32])
def test_a_note_that_was_put_in_is_found(kept: Kept, salt: str | None) -> None:
    row = {"person_key": kept.somebody.key, "from_at": NOW - A_DAY, "unit": "Obchod", "active": True, "salt": salt}
    kept.change(insert(past).values(row))
    assert any("was put in" in each or "was made after the checkpoint" in each for each in kept.said())


def test_a_note_that_was_put_in_and_sealed_later_says_that_it_was_made_too_late(kept: Kept) -> None:
    row = {"person_key": kept.somebody.key, "from_at": NOW - A_DAY, "unit": "Obchod", "active": True}
    kept.change(insert(past).values(row))
    kept.seal(NOW + A_DAY)
    assert any("was made after the checkpoint of" in each for each in kept.said())


def test_what_was_changed_and_sealed_anew_has_another_root(kept: Kept) -> None:
    """Somebody without the key alters a note, and has it sealed by the next checkpoint."""
    kept.change(update(past).where(past.c.person_key == kept.somebody.key).values(unit="Obchod", salt=None))
    kept.change(delete(sealed_history))
    kept.change(update(past).values(salt=None))
    kept.change(delete(checkpoints.checkpoints))
    kept.change(delete(checkpoints.sealed_heads))
    kept.seal(NOW + A_DAY)
    assert "the checkpoint in 1.txt has another past of the directory than the one that is sealed here" in kept.said()


def test_a_note_that_is_sealed_is_never_replaced(kept: Kept) -> None:
    """Neither in the same moment nor by a clock that was set back."""
    kept.move("Doprava", NOW)
    kept.move("Obchod", NOW - A_MINUTE)
    assert kept.units() == ["Sklad", "Obchod"], "what was not sealed yet was"
    kept.seal(NOW + 2 * A_MINUTE)
    kept.move("Doprava", NOW)
    assert kept.units() == ["Sklad", "Obchod", "Doprava"]
    assert kept.said() == []


def test_an_erasure_takes_the_notes_and_is_no_alarm(kept: Kept) -> None:
    erasure.erase(kept.study.database, kept.somebody.person.employee_id, "odchod", "tests", NOW + A_DAY)
    assert kept.units() == []
    assert kept.said() == []
    kept.seal(NOW + 2 * A_DAY)
    assert kept.said() == []


def test_a_checkpoint_of_before_stays_valid_and_covers_nothing(kept: Kept) -> None:
    with kept.study.database.reading() as connection:
        note = checkpoints.newest(connection, 1)[0].note
    text = note.partition("\n\n")[0]
    older = signing.signed("".join(f"{line}\n" for line in text.splitlines() if "directory" not in line), kept.key)
    assert checkpoints.read(older, kept.key.verifiers).checkpoint.directory is None
    kept.change(delete(sealed_history))
    kept.change(update(past).values(salt=None))
    kept.change(update(checkpoints.checkpoints).values(note=older, directory=None))
    kept.notes = {"older.txt": older}
    verified = kept.verify()
    assert (list(verified.findings), verified.past) == ([], Past(8, 0, 0))
    kept.seal(NOW + A_DAY)
    assert (kept.said(), kept.verify().past) == ([], Past(8, 8, 2))


def test_what_was_lost_by_putting_an_older_copy_back_is_told(kept: Kept) -> None:
    kept.move("Doprava", NOW + A_DAY)
    kept.seal(NOW + 2 * A_DAY)
    last = kept.notes.popitem()[1]
    kept.change(delete(sealed_history).where(sealed_history.c.leaf == 8))
    kept.change(delete(past).where(past.c.unit == "Doprava"))
    kept.change(delete(checkpoints.checkpoints).where(checkpoints.checkpoints.c.number == 2))
    kept.change(insert(restorations).values(number=1, at=NOW + 3 * A_DAY, size=0))
    kept.seal(NOW + 4 * A_DAY)
    assert kept.said() == []
    kept.notes["lost.txt"] = last
    assert any("1 more notes of the directory’s past than the backup" in each for each in kept.said())
