"""Copies of the database: made under load, put back as an epoch of their own, and an old one in secret is found."""

import os
import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from browsing import plain
from operating import Run
from sqlalchemy import func, select, text
from studying import Study

import installation
from commands import application
from commands.console import whole
from database import Database
from installation import schema
from people.access import Principal
from progress.audit import verification
from progress.completion import learning
from progress.completion.fold import differing
from progress.completion.steps import Submission
from progress.record.chains import events
from quizzes.content import Course

t = application.t


def address(database: Database) -> str:
    return database.engine.url.render_as_string(hide_password=False)


@pytest.fixture
def run(database: Database, operated: Callable[..., Run]) -> Run:
    return operated(address(database))


def many(database: Database) -> int:
    with database.reading() as connection:
        counted: int = connection.execute(select(func.count()).select_from(events)).scalar_one()
        return counted


@pytest.fixture
def copy(run: Run, assigned: Study, learner: Principal, tmp_path: Path) -> Path:
    assigned.cards(learner)
    file = tmp_path / "kodex.copy"
    result = run("backup", str(file))
    assert result.exit_code == 0, result.output
    return file


def test_a_copy_is_put_back_as_it_was(
    run: Run, assigned: Study, learner: Principal, outsider: Principal, copy: Path
) -> None:
    before = assigned.chain(learner)
    assigned.cards(outsider)
    lost = many(assigned.database)
    assigned.database.close()
    assert run("restore", str(copy), "--yes").exit_code == 0
    assert assigned.chain(learner) == before
    assert many(assigned.database) < lost
    assert run("record", "verify").exit_code == 0
    with assigned.database.reading() as connection:
        assert list(differing(connection)) == []


def test_a_copy_is_for_its_owner_alone(copy: Path) -> None:
    assert copy.stat().st_mode & 0o777 == 0o600


def test_what_a_command_writes_is_for_its_owner_alone_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        for _ in range(2):  # anew, and over what was there for all to read
            with whole(tmp_path / "output") as unfinished, unfinished.open("w") as file:
                assert unfinished.stat().st_mode & 0o777 == 0o600
                file.write("somebody")
            assert (tmp_path / "output").stat().st_mode & 0o777 == 0o600
            (tmp_path / "output").chmod(0o644)
    finally:
        os.umask(before)


def test_a_copy_made_while_people_answer_is_of_one_moment(
    run: Run, assigned: Study, learner: Principal, course: Course, tmp_path: Path
) -> None:
    stop = threading.Event()

    def answer() -> None:
        for card in course.cards:
            choice = card.choice(course.lesson(card.lesson_id).source)
            if choice is not None:
                learning.answer_card(
                    assigned.database, assigned.asker(learner), course, card, Submission(choice.right_answer, "cs")
                )
            assigned.talk(learner, card)
            learning.leave_card(assigned.database, assigned.asker(learner), course, card, "cs")
        stop.set()

    person = threading.Thread(target=answer)
    person.start()
    made = []
    while not stop.is_set() or not made:
        made.append(tmp_path / f"{len(made)}.copy")
        assert run("backup", str(made[-1])).exit_code == 0
    person.join()
    assigned.database.close()
    for file in made:
        assert run("restore", str(file), "--yes").exit_code == 0
        assert run("record", "verify").exit_code == 0


def test_what_a_checkpoint_has_and_the_copy_has_not_is_said_to_be_lost(
    run: Run, assigned: Study, outsider: Principal, copy: Path, tmp_path: Path
) -> None:
    newest = tmp_path / "newest.txt"
    assigned.cards(outsider)
    assert run("record", "checkpoint", "--output", str(newest)).exit_code == 0
    assigned.database.close()
    assert run("restore", str(copy), "--yes").exit_code == 0
    result = run("record", "verify", "--checkpoint", str(newest))
    assert result.exit_code == 1
    assert "lost" in plain(result.output)


def test_an_old_copy_put_back_in_secret_is_found(
    run: Run, database: Database, assigned: Study, outsider: Principal, tmp_path: Path
) -> None:
    """By somebody who does not use our command: the file, or the rows, are simply those of before."""
    if not database.is_sqlite:
        pytest.skip("the same verification as for SQLite, where a file is all it takes")
    database.close()
    old = tmp_path / "old.sqlite3"
    file = Path(address(database).removeprefix("sqlite:///"))
    with database.reading() as connection:
        connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    shutil.copy(file, old)
    assigned.cards(outsider)
    newest = tmp_path / "newest.txt"
    assert run("record", "checkpoint", "--output", str(newest)).exit_code == 0
    installation.installation().database.close()
    database.close()
    for ending in ("-wal", "-shm"):
        file.with_name(file.name + ending).unlink(missing_ok=True)
    shutil.copy(old, file)
    assert run("record", "verify", "--checkpoint", str(newest)).exit_code == 1


def test_the_database_that_was_there_is_kept(run: Run, assigned: Study, outsider: Principal, copy: Path) -> None:
    if not assigned.database.is_sqlite:
        pytest.skip("PostgreSQL's is replaced in one transaction")
    assigned.cards(outsider)
    before = many(assigned.database)
    assigned.database.close()
    run("restore", str(copy), "--yes")
    (aside,) = copy.parent.glob("*.before-*Z")
    kept = Database(f"sqlite:///{aside}")
    assert many(kept) == before
    kept.close()


@pytest.mark.parametrize("data", [b"", b"nothing", b"SQLite format 3\0" + b"\0" * 4000, b"PGDMP" + b"\0" * 100])
def test_what_is_no_copy_is_refused_and_changes_nothing(
    run: Run, assigned: Study, tmp_path: Path, data: bytes
) -> None:
    before = many(assigned.database)
    assigned.database.close()
    file = tmp_path / "broken.copy"
    file.write_bytes(data)
    result = run("restore", str(file), "--yes")
    assert result.exit_code == 1
    assert "Traceback" not in result.output
    assert many(assigned.database) == before


def test_a_copy_that_is_cut_off_is_refused_and_changes_nothing(
    run: Run, assigned: Study, copy: Path, tmp_path: Path
) -> None:
    before = many(assigned.database)
    assigned.database.close()
    whole = copy.read_bytes()
    for part in (len(whole) // 4, len(whole) // 2, len(whole) - 100):
        file = tmp_path / "cut.copy"
        file.write_bytes(whole[:part])
        assert run("restore", str(file), "--yes").exit_code == 1, part
        assert many(assigned.database) == before
        assert schema.is_newest(assigned.database)
        assigned.database.close()


def test_without_a_yes_nothing_changes(run: Run, assigned: Study, copy: Path) -> None:
    result = run("restore", str(copy))
    assert result.exit_code == 1
    assert many(assigned.database) > 0


def test_an_earlier_copy_is_never_written_over(run: Run, copy: Path) -> None:
    before = copy.read_bytes()
    assert run("backup", str(copy)).exit_code == 1
    assert copy.read_bytes() == before


def test_a_copy_that_is_not_there_is_named(run: Run, tmp_path: Path) -> None:
    result = run("restore", str(tmp_path / "none.copy"), "--yes")
    assert result.exit_code == 1
    assert "none.copy" in plain(result.output)


def test_verification_counts_what_was_put_back(run: Run, assigned: Study, copy: Path) -> None:
    assigned.database.close()
    run("restore", str(copy), "--yes")
    verified = verification.verify(assigned.database, [], {})
    assert verified.events == many(assigned.database)
