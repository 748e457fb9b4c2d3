"""A sound record is counted, and nothing is found in it."""

from tampered import Audited

from database import Database
from progress.audit import verification


def test_a_sound_record_is_counted_and_nothing_is_found(audited: Audited) -> None:
    verified = audited.verify()
    assert verified.findings == []
    assert (verified.events, verified.people, verified.certificates) == (audited.ends[-1] + 2, 3, 1)


def test_a_record_without_anything_holds(database: Database) -> None:
    assert verification.verify(database, (), {}).findings == []
