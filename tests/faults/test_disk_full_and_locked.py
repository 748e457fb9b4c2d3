"""A full disk, or a database that somebody else holds: what was acknowledged is stored, and people are told so."""

import os
import random
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import answering
import pytest
from browsing import plain
from cast import NOW
from connections import several
from nursery import Nursery
from serving import NewServer, Server
from size import tell, times
from sqlalchemy import text
from surroundings import unavailable
from wire import Wire, opened
from writer import COURSE, facts, people

from database import Database
from people import directory
from people.access import Principal
from progress.audit import verification
from progress.completion import assignments
from progress.completion.assignments import Assignment
from progress.record import chains

N_POINTS = times(50, 5)
DISK = 24 * 1024 * 1024
NOT_SAVED = "Your answer could not be saved. Nothing was lost: choose it again and send it."
HELD = 2
"""Seconds that somebody else holds the database; a writer waits for ten."""


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small disk of its own."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={DISK}", "kodex-test", str(place)], check=False, capture_output=True
    )
    if mounted.returncode:
        unavailable("a disk to fill", mounted.stderr.decode().strip())
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=True)


def fill(disk: Path, left: int) -> Path:
    """Leaves so many bytes."""
    ballast = disk / "ballast"
    free = shutil.disk_usage(disk).free
    with ballast.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, max(1, free - left))
    return ballast


def assigned(migrated: Path, file: Path) -> None:
    shutil.copy(migrated, file)
    database = Database(f"sqlite:///{file}")
    everybody = people(20)
    with database.writing() as connection:
        directory.add(connection, everybody)
    assignments.assign(database, Assignment(COURSE, NOW.date(), "tests"), [each.key for each in everybody], NOW)
    database.close()


def filled_up(disk: Path, migrated: Path, mode: str) -> tuple[int, int, list[str]]:
    """Lets a writer go on at so many points until the disk is full; gives what was acknowledged and what is lost."""
    chance = random.Random(3)
    acknowledged, lost, faults = 0, 0, []
    with Nursery("writer", hushed=True) as nursery:
        for _ in range(N_POINTS):
            file = disk / "kodex.sqlite3"
            assigned(migrated, file)
            ballast = fill(disk, chance.randrange(40_000, 1_200_000))
            said = nursery.child(disk.parent, f"sqlite:///{file}", "0", mode).last_words()[1:]
            assert shutil.disk_usage(disk).free < 200_000, "the disk was never full"
            ballast.unlink()
            database = Database(f"sqlite:///{file}")
            with database.reading() as connection:
                held = {fact for chain in chains.chains(connection) for fact in facts(chain)}
                faults += [] if connection.execute(text("PRAGMA integrity_check")).scalar() == "ok" else ["damaged"]
            faults += [str(each.what) for each in verification.verify(database, (), {}).findings]
            database.close()
            acknowledged += len(said)
            lost += len([line for line in said if line not in held])
            for each in disk.iterdir():
                each.unlink()
    return acknowledged, lost, faults


def test_a_full_disk_loses_nothing_that_was_acknowledged(disk: Path, stocked_sqlite: Path) -> None:
    acknowledged, lost, faults = filled_up(disk, stocked_sqlite, "honest")
    tell(
        f"the disk full at {N_POINTS} points: {acknowledged} answers acknowledged, {lost} lost, {len(faults)} faults"
    )
    assert acknowledged
    assert (lost, faults) == (0, [])


@pytest.mark.wide
def test_a_writer_that_acknowledges_before_the_commit_loses_at_a_full_disk(disk: Path, stocked_sqlite: Path) -> None:
    """The negative control."""
    acknowledged, lost, _ = filled_up(disk, stocked_sqlite, "early")
    tell(f"a writer that acknowledges before the commit: {lost} of {acknowledged} lost")
    assert lost


# What people see


@contextmanager
def asked(server: Server, who: Principal) -> Iterator[Wire]:
    """Somebody in front of the first question."""
    server.study.cards(who, "en")
    server.study.begin(who, "en")
    with server.client(who) as client:
        client.cookies.set("kodex-language", "en")
        with opened(server.url, client.cookies.jar) as connection:
            wire = Wire(connection)
            wire.visit("assessment")
            yield wire


def send(server: Server, wire: Wire, who: Principal) -> bool:
    """Answers what is asked; gives whether the answer is stored."""
    attempt = server.study.enrolment(who).attempt
    assert attempt is not None
    question_id, _ = attempt.questions[attempt.next_number - 1]
    question = server.course.questions[question_id].text("en")
    wire.frames.clear()
    answering.answer(wire, question, question.right_answer)
    attempt = server.study.enrolment(who).attempt
    assert attempt is not None
    is_stored = question_id in attempt.responses
    assert (plain(question.options[0].explanation) in wire.held()) == is_stored, (
        "the screen says something else than the record"
    )
    assert (plain(NOT_SAVED) in wire.held()) == (not is_stored)
    assert "Traceback" not in wire.held()
    assert wire.elements("exception") == []
    return is_stored


@contextmanager
def holding(server: Server) -> Iterator[None]:
    """Somebody else is writing."""
    with several(), server.database.writing():
        yield


@pytest.fixture
def on_a_small_disk(new_server: NewServer, disk: Path, filled: Path) -> Iterator[Server]:
    shutil.copy(filled, disk / "kodex.sqlite3")
    server = new_server(KODEX_DATABASE_URL=f"sqlite:///{disk / 'kodex.sqlite3'}")
    server.start()
    yield server
    server.close()


def test_on_a_full_disk_a_person_is_told_that_it_is_not_saved_and_goes_on_later(
    on_a_small_disk: Server, disk: Path
) -> None:
    server = on_a_small_disk
    learner = server.newcomer("Plná Disketa")
    with asked(server, learner) as wire:
        assert send(server, wire, learner)
        wire.visit("assessment")
        ballast = fill(disk, 0)
        stored = [send(server, wire, learner) for _ in range(2)]
        assert not all(stored)
        ballast.unlink()
        wire.visit("assessment")
        assert send(server, wire, learner)
    assert chains.broken_at(server.study.chain(learner)) is None


def test_while_somebody_else_holds_the_database_people_are_told_that_it_is_not_saved(new_server: NewServer) -> None:
    """Longer than a writer waits. The server's own log has the error of the sign-in, and is not looked at."""
    server = new_server(PYTHONPATH=str(Path(__file__).with_name("parts")))
    server.application = "impatient:app"
    server.start()
    try:
        learner = server.newcomer("Čekající Zámek")
        with asked(server, learner) as wire:
            with holding(server), server.client(headers={"Accept-Language": "en"}) as client:
                assert not send(server, wire, learner)
                answer = client.post("/sign-in", data={"person": learner.person.employee_id})
            assert send(server, wire, learner)
        assert answer.status_code == 503
        assert int(answer.headers["Retry-After"]) > 0
        assert "Please try again in a few minutes" in answer.text
        assert "Operational" not in answer.text
        assert chains.broken_at(server.study.chain(learner)) is None
    finally:
        server.stop()
        server.database.close()


@pytest.mark.wide
def test_an_answer_that_waits_for_the_database_is_saved_in_the_end(own_server: Server) -> None:
    learner = own_server.newcomer("Trpělivý Zámek")
    with asked(own_server, learner) as wire:
        begun = threading.Event()

        def hold() -> None:
            with holding(own_server):
                begun.set()
                time.sleep(HELD)

        holder = threading.Thread(target=hold)
        holder.start()
        begun.wait()
        assert send(own_server, wire, learner)
        holder.join()
