"""The record's size, its keys, and what came of its last verification."""

from datetime import timedelta
from pathlib import Path

from studying import Study

from database import Database
from people.access import Principal
from progress.audit import verification, verification_history
from progress.record import chains, checkpoints, signing


def test_the_size_of_the_record_is_its_events_and_the_people_who_have_some(
    assigned: Study, learner: Principal
) -> None:
    assigned.certify(learner)
    with assigned.database.reading() as connection:
        n_events, n_people = chains.size(connection)
        everybody = list(chains.chains(connection))
    assert (n_events, n_people) == (sum(map(len, everybody)), len(everybody))


def test_an_empty_record_has_no_size_and_was_never_verified(database: Database) -> None:
    with database.reading() as connection:
        assert chains.size(connection) == (0, 0)
        assert verification_history.last(connection) is None
        assert checkpoints.newest(connection, 5) == []
        assert checkpoints.note(connection, 1) is None


def test_what_came_of_the_last_verification_is_kept_and_read_back(
    assigned: Study, learner: Principal, tmp_path: Path
) -> None:
    assigned.certify(learner)
    key = signing.opened(tmp_path / "checkpoint.key")
    note = checkpoints.make(assigned.database, key, assigned.now).note
    for elsewhere in ({}, {"mine.txt": note}):
        assigned.later(hours=1)
        verified = verification.verify(assigned.database, key.verifiers, elsewhere)
        kept = verification_history.keep(assigned.database, verified, len(elsewhere), assigned.now)
        with assigned.database.reading() as connection:
            assert verification_history.last(connection) == kept
        assert (kept.at, kept.elsewhere, kept.findings) == (assigned.now, len(elsewhere), 0)
        assert (kept.events, kept.people, kept.certificates) == (verified.events, verified.people, 1)


def test_a_finding_names_nobody_whom_the_reader_may_not_see(
    database: Database, learner: Principal, hr: Principal, auditor: Principal, manager: Principal
) -> None:
    with database.reading() as connection:
        for who in (hr, auditor):
            assert verification_history.persons(connection, who, {learner.key, "x"}) == {learner.key: learner.person}
        for who in (manager, learner):
            assert verification_history.persons(connection, who, {learner.key}) == {}


def test_each_key_is_known_by_the_first_checkpoint_that_it_signed(assigned: Study, tmp_path: Path) -> None:
    file = tmp_path / "checkpoint.key"
    old = signing.opened(file)
    begun = assigned.now
    checkpoints.make(assigned.database, old, begun)
    new = signing.changed(file)
    with assigned.database.reading() as connection:
        assert checkpoints.first_by(connection, new.verifier) is None
    for _ in range(2):
        assigned.later(hours=1)
        checkpoints.make(assigned.database, new, assigned.now)
    with assigned.database.reading() as connection:
        assert checkpoints.first_by(connection, old.verifier) == begun
        assert checkpoints.first_by(connection, new.verifier) == begun + timedelta(hours=1)
        newest = checkpoints.newest(connection, 2)
        assert [each.number for each in newest] == [3, 2]
        assert checkpoints.note(connection, 2) == newest[1].note


def test_the_keys_are_handed_out_as_they_stand_in_their_file(tmp_path: Path) -> None:
    file = tmp_path / "checkpoint.key"
    signing.opened(file)
    key = signing.changed(file)
    assert len(key.verifiers) == 2
    assert signing.as_lines(key.verifiers) == signing.public_file(file).read_text()
