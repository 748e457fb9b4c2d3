"""kill -9 at any moment: what was acknowledged is there, and every chain is whole."""

import random
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import answering
import pytest
import width
from browsing import plain
from cast import NOW
from nursery import Nursery
from serving import NewServer, Server
from size import IS_FULL, tell, times
from websockets.exceptions import ConnectionClosed
from wire import Wire, opened
from writer import COURSE, facts, people

from database import Database
from people import directory
from people.access import Principal
from progress.audit import verification
from progress.completion import assignments
from progress.completion.assignments import Assignment
from progress.record import chains

N_KILLS = [950] if IS_FULL else width.times(15, 40)
N_KILLS_OF_CONTROLS = times(950, 40)
N_KILLS_OF_THE_SERVER = times(50, 2)
LONGEST_PAUSE = 0.012
"""Seconds: within them a writer takes a few steps more."""


@pytest.fixture
def file(stocked_sqlite: Path, tmp_path: Path) -> Path:
    """A database with more people than a writer gets through."""
    file = Path(shutil.copy(stocked_sqlite, tmp_path / "kodex.sqlite3"))
    database = Database(f"sqlite:///{file}")
    everybody = people(475 if IS_FULL else 40)
    with database.writing() as connection:
        directory.add(connection, everybody)
    assignments.assign(database, Assignment(COURSE, NOW.date(), "tests"), [each.key for each in everybody], NOW)
    database.close()
    return file


def killed(file: Path, mode: str, kills: int) -> Iterator[tuple[list[str], set[str], list[str]]]:
    """By kill: what was acknowledged, what the chains of those people hold, and whose are broken."""
    database = Database(f"sqlite:///{file}")
    chance = random.Random(1)
    first = 0
    with Nursery("writer") as nursery:
        for _ in range(kills):
            child = nursery.child(file.parent, f"sqlite:///{file}", str(first), mode)
            assert child.word() == "ready"
            acknowledged = [child.word() for _ in range(chance.randrange(8))]
            time.sleep(chance.uniform(0, LONGEST_PAUSE))
            child.kill()
            acknowledged += child.last_words()
            whom = sorted({line.split(" ")[0] for line in acknowledged})
            with database.snapshot() as connection:
                found = [chains.chain(connection, person) for person in whom]
            first = max([first, *(int(person, 16) - 1 for person in whom)])
            held = {fact for chain in found for fact in facts(chain)}
            yield acknowledged, held, [chain[0].person_key for chain in found if chains.broken_at(chain)]
    found = verification.verify(database, (), {}).findings
    database.close()
    assert found == []


@pytest.mark.parametrize("n_kills", N_KILLS)
def test_a_killed_writer_has_lost_nothing_that_it_acknowledged(file: Path, n_kills: int) -> None:
    acknowledged, lost, broken = 0, [], []
    for said, held, damaged in killed(file, "honest", n_kills):
        acknowledged += len(said)
        lost += [line for line in said if line not in held]
        broken += damaged
    tell(
        f"{n_kills} kill -9 of a writer: {acknowledged} answers acknowledged, {len(lost)} lost, "
        f"{len(broken)} chains broken"
    )
    assert acknowledged > n_kills
    assert (lost, broken) == ([], [])


@pytest.mark.wide
def test_a_writer_that_acknowledges_before_the_commit_loses(file: Path) -> None:
    """The negative control: the kills do come between a write and its commit."""
    acknowledged, lost = 0, 0
    for said, held, _ in killed(file, "early", N_KILLS_OF_CONTROLS):
        acknowledged += len(said)
        lost += len([line for line in said if line not in held])
    tell(f"a writer that acknowledges before the commit: {lost} of {acknowledged} lost")
    assert lost


# The real server


def test_a_killed_server_has_lost_no_answer_that_a_screen_called_saved(new_server: NewServer) -> None:
    server = new_server()
    chance = random.Random(2)
    acknowledged, lost, broken = 0, [], 0
    server.start()
    for number in range(N_KILLS_OF_THE_SERVER):
        learner = server.newcomer(f"Přerušovaná Otázka {number}")
        server.study.cards(learner)
        server.study.begin(learner)
        saved: list[str] = []
        answering = threading.Thread(target=answer, args=(server, learner, saved))
        answering.start()
        enough = chance.randrange(1, 6)
        while len(saved) < enough and answering.is_alive():
            time.sleep(0.005)
        time.sleep(chance.uniform(0, 0.1))
        assert server.process is not None
        server.process.kill()
        server.process.wait()
        answering.join()
        server.start()
        attempt = server.study.enrolment(learner).attempt
        assert attempt is not None
        acknowledged += len(saved)
        lost += [question for question in saved if question not in attempt.responses]
        broken += chains.broken_at(server.study.chain(learner)) is not None
    server.close()
    tell(
        f"{N_KILLS_OF_THE_SERVER} kill -9 of the web server: {acknowledged} answers shown as saved, "
        f"{len(lost)} lost, {broken} chains broken"
    )
    assert acknowledged
    assert (lost, broken) == ([], 0)


def answer(server: Server, who: Principal, saved: list[str]) -> None:
    """Answers question after question over a WebSocket, until the server is gone."""
    attempt = server.study.enrolment(who).attempt
    assert attempt is not None
    with (
        server.client(who) as client,
        opened(server.url, client.cookies.jar) as connection,
        suppress(ConnectionClosed),
    ):
        wire = Wire(connection)
        for question_id, _ in attempt.questions:
            asked = server.course.questions[question_id].text("cs")
            wire.visit("assessment")
            wire.frames.clear()
            answering.answer(wire, asked, asked.right_answer)
            if plain(asked.options[0].explanation) in wire.held():
                saved.append(question_id)
