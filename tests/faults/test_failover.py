"""A PostgreSQL is killed while people answer, and the one that follows it takes over."""

import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field

import pytest
from cast import NOW, TODAY
from coroutines import awaited
from databases import postgresql_programs
from replicas import Primary, Standby
from serving import SECRET
from size import tell, times
from sqlalchemy import Connection
from sqlalchemy.exc import InternalError, SQLAlchemyError
from starlette.requests import Request
from surroundings import unavailable
from writer import CONTENT, COURSE, Learner, facts, people

import settings
from database import NOT_ANSWERED, Database, UnknownOutcomeError
from installation import Installation, schema
from people import directory
from people.access import Principal, Role
from progress.audit import verification
from progress.completion import assignments, editions
from progress.completion.assignments import Assignment
from progress.completion.steps import NotPossibleError
from progress.record import chains
from quizzes.content import Content
from web import health

pytestmark = pytest.mark.postgresql

THREADS, PEOPLE = 4, times(120, 24)
BEFORE = times(2000, 150)
"""Answers that are acknowledged before the server is killed."""


@dataclass
class Pair:
    primary: Primary
    standby: Standby
    url: str

    def fail_over(self) -> None:
        self.primary.kill()
        self.standby.promote()


@pytest.fixture
def pair(request: pytest.FixtureRequest) -> Iterator[Pair]:
    """Two servers; `param` says whether the first acknowledges what the second does not have."""
    programs = postgresql_programs()
    if programs is None:
        unavailable("PostgreSQL", "there is no initdb; install the package postgresql")
    primary, standby = Primary(programs, is_safe=getattr(request, "param", True)), Standby(programs)
    try:
        primary.start()
        standby.follow(primary)
        primary.wait_for_follower()
        first = primary.new_database()
        yield Pair(primary, standby, f"{first}&host={standby.folder}")
    finally:
        primary.stop()
        standby.stop()


@pytest.fixture
def database(pair: Pair) -> Iterator[Database]:
    """Both servers, with people who have everything before them."""
    opened = Database(pair.url)
    schema.bring_up_to_date(opened)
    editions.keep(opened, CONTENT)
    everybody = people(PEOPLE)
    with opened.writing() as connection:
        directory.add(connection, everybody)
    assignments.assign(opened, Assignment(COURSE, TODAY, "tests"), [each.key for each in everybody], NOW)
    yield opened
    opened.close()


@dataclass
class Class:
    """Everybody learns, each trying again what they are told was not saved."""

    database: Database
    acknowledged: list[str] = field(default_factory=list)
    at: list[float] = field(default_factory=list)
    told_otherwise: int = 0

    def say(self, line: str) -> None:
        self.acknowledged.append(line)
        self.at.append(time.monotonic())

    def learn(self, number: int) -> None:
        learner = Learner(
            self.database, Principal(people(PEOPLE)[number], frozenset({Role.EMPLOYEE})), self.say, is_early=False
        )
        until = time.monotonic() + 60
        while True:
            try:
                learner.go_on()
            except (*NOT_ANSWERED, UnknownOutcomeError):
                assert time.monotonic() < until, "nobody takes over"
                self.told_otherwise += 1
                time.sleep(0.1)
            else:
                return

    def wait_for(self, answers: int) -> None:
        until = time.monotonic() + 60
        while len(self.acknowledged) < answers:
            assert time.monotonic() < until, "people do not get on"
            time.sleep(0.01)

    @property
    def longest_silence(self) -> float:
        return max(after - before for before, after in zip(self.at, self.at[1:], strict=False))

    def lost(self) -> list[str]:
        with self.database.snapshot() as connection:
            held = {fact for chain in chains.chains(connection) for fact in facts(chain)}
        return [line for line in self.acknowledged if line not in held]


def test_nothing_that_was_acknowledged_is_lost_and_people_go_on(pair: Pair, database: Database) -> None:
    everybody = Class(database)
    with ThreadPoolExecutor(THREADS) as threads:
        learning = [threads.submit(everybody.learn, number) for number in range(PEOPLE)]
        everybody.wait_for(BEFORE)
        pair.fail_over()
        for each in learning:
            each.result()
    lost = everybody.lost()
    tell(
        f"failover: {len(everybody.acknowledged)} steps acknowledged, {len(lost)} lost, "
        f"{everybody.longest_silence:.1f} s without writes, "
        f"{everybody.told_otherwise} times told that it is not known to be saved"
    )
    assert lost == []
    found = verification.verify(database, (), {})
    assert (found.findings, found.certificates) == ([], PEOPLE)


@pytest.mark.wide
@pytest.mark.parametrize("pair", [False], indirect=True)
def test_a_server_that_acknowledges_before_the_other_has_it_loses(pair: Pair, database: Database) -> None:
    """The negative control: asynchronous, and the other one away for a while."""
    everybody = Class(database)

    def learn(number: int) -> None:
        with suppress(SQLAlchemyError, UnknownOutcomeError, NotPossibleError, AssertionError, KeyError):
            everybody.learn(number)

    with ThreadPoolExecutor(THREADS) as threads:
        for number in range(PEOPLE):
            threads.submit(learn, number)
        everybody.wait_for(BEFORE // 2)
        pair.standby.pause()
        everybody.wait_for(BEFORE)
        pair.primary.kill()
        pair.standby.go_on()
        pair.standby.promote()
    lost = everybody.lost()
    tell(f"failover without waiting for the other server: {len(lost)} of {len(everybody.acknowledged)} lost")
    assert lost


@pytest.fixture
def demoted(pair: Pair) -> Iterator[Database]:
    """Connected to a server that then refuses to write. Reading still works: nothing but the refusal tells."""
    alone = Database(pair.url.partition("&")[0])
    schema.bring_up_to_date(alone)
    pair.primary.set_read_only(True)
    yield alone
    alone.close()


def test_a_write_waits_until_the_server_takes_writes_again(pair: Pair, demoted: Database) -> None:
    tried = threading.Event()

    def promote() -> None:
        tried.wait()
        time.sleep(0.5)
        pair.primary.set_read_only(False)

    def work(connection: Connection) -> None:
        tried.set()
        directory.add(connection, people(1))

    promoting = threading.Thread(target=promote)
    promoting.start()
    demoted.write(work)
    promoting.join()
    with demoted.reading() as connection:
        assert not directory.is_empty(connection)


def process_id(database: Database) -> int:
    """Of the server's process that answers."""
    with database.reading() as connection:
        number: int = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
    return number


@pytest.mark.wide
def test_a_server_that_stays_read_only_is_said_and_its_connections_are_given_up(
    pair: Pair, demoted: Database, content: Content, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = Installation(settings.read({"KODEX_SECRET": SECRET}), demoted, content)
    monkeypatch.setattr(health, "installation", lambda: installed)
    answer = awaited(health.is_ready(Request({"type": "http"})))
    assert answer.status_code == 503
    said = json.loads(bytes(answer.body))
    assert (said["database"], said["writable"]) == (True, False)
    assert said["reason"] == "the database server is read-only"
    before = process_id(demoted)
    with pytest.raises(InternalError, match="read-only"), demoted.writing() as connection:
        directory.add(connection, people(1))
    assert process_id(demoted) != before
    pair.primary.set_read_only(False)
    assert awaited(health.is_ready(Request({"type": "http"}))).status_code == 200


@pytest.mark.wide
def test_a_database_that_is_gone_is_said(
    pair: Pair, demoted: Database, content: Content, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = Installation(settings.read({"KODEX_SECRET": SECRET}), demoted, content)
    monkeypatch.setattr(health, "installation", lambda: installed)
    pair.primary.kill()
    answer = awaited(health.is_ready(Request({"type": "http"})))
    assert answer.status_code == 503
    assert json.loads(bytes(answer.body))["reason"] == "the database does not answer"
