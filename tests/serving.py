"""A real server in a process of its own, and a real browser, for the tests that see Kodex from outside."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import cache, cached_property
from itertools import count
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
from browsing import Reader
from forked import Forked
from gates import gate_of
from httpx._transports import default as _transports
from playwright.sync_api import Browser, Error, sync_playwright
from sqlalchemy import select, update
from studying import Study
from surroundings import HOME, unavailable

from database import Database
from people import directory
from people.access import Principal, Role
from people.demonstration import CAST
from people.directory import Person
from people.sign_in import passwords
from people.sign_in.passwords import Client, Purpose
from progress import demonstration
from progress.completion import assignments, certificates, learning
from progress.completion.assignments import Assignment
from progress.completion.certificates import Certificate
from progress.completion.steps import Submission
from quizzes.content import Content, Course

EMPLOYEES = 240
SECRET = "Zk7vQ2xW9rT4mB8nLc5dHs3GpYf6Ju1Ae0RoXiVw"
KEY = Path(tempfile.gettempdir()) / f"kodex-tests-{os.getuid()}" / "checkpoint.key"
"""One for all servers: none of the tests needs another."""
PASSWORD = "kolo padá na křivou židli"
"""Everybody's of the cast, in production."""
CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 180
"""Seconds that a busy machine may take to start a server."""

_employee_ids = count(900001)


def environment(**settings: str) -> dict[str, str]:
    """The environment of a process of Kodex: the machine's, with these settings and no others."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KODEX_")}
    own = {"KODEX_SECRET": SECRET, "KODEX_CHECKPOINT_KEY": str(KEY), "LC_ALL": "en_GB.UTF-8"}
    return {**kept, **own, **settings}


def free_port(host: str = "127.0.0.1") -> int:
    with socket.socket() as probe:
        probe.bind((host, 0))
        port: int = probe.getsockname()[1]
        return port


class PastTheBrowser(Study):
    """Takes people along the course on a server's database, without its screens."""

    def cards_but_the_last(self, who: Principal) -> None:
        self.first_cards(who, len(self.course.cards) - 1)

    def first_cards(self, who: Principal, number: int) -> None:
        for card in self.course.cards[:number]:
            choice = card.choice(self.course.lesson(card.lesson_id).source)
            if choice is not None:
                learning.answer_card(
                    self.database, self.asker(who), self.course, card, Submission(choice.right_answer, "cs")
                )
            self.talk(who, card)
            learning.leave_card(self.database, self.asker(who), self.course, card, "cs")

    def answer_the_rest(self, who: Principal, *, right: bool = True, language: str = "cs") -> None:
        """All questions of the attempt that are still open."""
        attempt = self.enrolment(who).attempt
        assert attempt is not None
        for question_id, _ in attempt.questions[attempt.next_number - 1 :]:
            self.answer(who, question_id, right=right, language=language)


class Server:
    """One server over one SQLite file."""

    application = "app:app"

    def __init__(self, folder: Path, course: Course, host: str = "127.0.0.1", **settings: str) -> None:
        self.file = folder / "kodex.sqlite3"
        self.log = folder / "server.log"
        self.course = course
        self.host = host
        self.port = free_port(host)
        self.settings = {"KODEX_DATABASE_URL": f"sqlite:///{self.file}", **settings}
        if settings.get("KODEX_MODE") == "production":
            self.settings.setdefault("KODEX_PUBLIC_URL", "https://kodex.example")
        self.process: Forked | subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"

    def start_by(self, command: str) -> None:
        """Start it by `command`, a Python of one's own, instead of as a copy."""
        arguments = [command, "-m", "uvicorn", self.application, "--host", self.host, "--port", str(self.port)]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                arguments, cwd=HOME, env=environment(**self.settings), stdout=log, stderr=subprocess.STDOUT
            )
        wait_until_ready(self.url, self.process, self.log)

    def start(self) -> None:
        arguments = [self.application, "--host", self.host, "--port", str(self.port)]
        self.process = Forked("uvicorn", arguments, environment(**self.settings), self.log)
        wait_until_ready(self.url, self.process, self.log)

    def stop(self) -> None:
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            pytest.fail("the server did not stop when it was asked to")
        self.process = None

    def restart(self) -> None:
        self.stop()
        self.start()

    def said(self) -> str:
        return self.log.read_text("utf-8", "replace")

    @contextmanager
    def client(self, who: Principal | None = None, **options: Any) -> Iterator[httpx.Client]:
        """Something that asks over HTTP as a program does, signed in when it is given somebody."""
        with httpx.Client(base_url=self.url, timeout=PATIENCE, **options) as client:
            if who is not None:
                answer = client.post("/sign-in", data={"person": who.person.employee_id})
                assert answer.status_code == 303, answer.text
            yield client

    @cached_property
    def database(self) -> Database:
        """The server's database, opened from here."""
        return Database(self.settings["KODEX_DATABASE_URL"])

    @property
    def study(self) -> PastTheBrowser:
        return PastTheBrowser(self.database, self.course, datetime.now(UTC) - timedelta(hours=1))

    def newcomer(
        self, name: str, language: str = "cs", manager: Principal | None = None, *, is_assigned: bool = True
    ) -> Principal:
        """Somebody new in the company, with the course assigned to them unless it is not."""
        number = str(next(_employee_ids))
        person = Person(
            f"{int(number):032x}",
            number,
            name,
            f"{number}@example.com",
            "Zácvik",
            manager and manager.key,
            language,
            invented=True,
        )
        added = Principal(person, frozenset({Role.EMPLOYEE}))
        self.add(added, is_assigned=is_assigned)
        return added

    def add(self, who: Principal, *, is_assigned: bool = True) -> None:
        with self.database.writing() as connection:
            directory.add(connection, [who.person])
        if is_assigned:
            due_on = date.today() + timedelta(days=14)  # noqa: DTZ011 - any day that is still ahead
            assignments.assign(self.database, Assignment(self.course, due_on, "tests"), [who.key], datetime.now(UTC))

    def cast(self, role: Role) -> Principal:
        """Whom a visitor chooses to be by that role."""
        return self.somebody(CAST[role][0])

    def somebody(self, employee_id: str) -> Principal:
        with self.database.reading() as connection:
            person = directory.by_employee_id(connection, employee_id)
        assert person is not None
        return Principal(person, frozenset({Role.EMPLOYEE}))

    def certificate(self, number: str) -> Certificate:
        with self.database.reading() as connection:
            found = certificates.find(connection, number)
        assert found is not None
        return found

    def certificate_number(self, *, valid: bool) -> str:
        """The number of a certificate that is valid, or of one that has expired."""
        until = certificates.certificates.c.valid_until
        today = date.today()  # noqa: DTZ011 - what is chosen here is days away from it
        asked = select(certificates.certificates.c.number).order_by(until.desc() if valid else until)
        with self.database.reading() as connection:
            number: str = connection.execute(
                asked.where(until >= today if valid else until < today).limit(1)
            ).scalar_one()
        return number

    def close(self) -> None:
        self.stop()
        self.database.close()
        assert "Traceback" not in self.said(), self.said()


def wait_until_ready(url: str, process: Forked | subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if process.poll() is not None:
            pytest.fail(f"the server ended: {log.read_text('utf-8', 'replace')}")
        try:
            if httpx.get(f"{url}/readyz", timeout=PATIENCE).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.05)
    process.kill()
    process.wait()
    pytest.fail(f"the server was not ready in {PATIENCE} s: {log.read_text('utf-8', 'replace')}")


@pytest.fixture(scope="session", autouse=True)
def _trust_store_is_read_once() -> Iterator[None]:
    """Reading the certificates that a client trusts takes 40 ms, and httpx does so for each client."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_transports, "create_ssl_context", cache(_transports.create_ssl_context))
        yield


@pytest.fixture(scope="session")
def filled(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory, content: Content, zone: ZoneInfo) -> Path:
    """A database with a demonstration's organisation and progress: to be copied, not to be used."""
    file = Path(shutil.copy(migrated_sqlite, tmp_path_factory.mktemp("filled") / "kodex.sqlite3"))
    opened = Database(f"sqlite:///{file}")
    demonstration.fill(opened, content, EMPLOYEES, 1, zone, datetime.now(UTC))
    opened.close()
    return file


NewServer = Callable[..., Server]


@pytest.fixture(scope="session")
def new_server(filled: Path, course: Course, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Server]:
    def new(database: Path = filled, host: str = "127.0.0.1", **settings: str) -> Server:
        folder = tmp_path_factory.mktemp("server")
        shutil.copy(database, folder / "kodex.sqlite3")
        return Server(folder, course, host, **settings)

    return new


@pytest.fixture(scope="session")
def server(new_server: NewServer) -> Iterator[Server]:
    """One for all tests. Who changes something does so with a newcomer of their own."""
    yield from _started(new_server())


@pytest.fixture
def own_server(new_server: NewServer) -> Iterator[Server]:
    """One for this test alone, to be stopped and started at will."""
    yield from _started(new_server())


@pytest.fixture(scope="module")
def company(new_server: NewServer) -> Iterator[Server]:
    """One for this file alone, because it changes who is in the demonstration and what they are granted."""
    yield from _started(new_server())


@pytest.fixture(scope="module")
def real_company(new_server: NewServer, filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One in production mode for this file alone: the demonstration's people as if they were real, with passwords."""
    file = Path(shutil.copy(filled, tmp_path_factory.mktemp("real") / "kodex.sqlite3"))
    at = datetime.now(UTC)
    opened = Database(f"sqlite:///{file}")
    with opened.writing() as connection:
        connection.execute(update(directory.people).values(invented=False))
    for employee_id, _, _ in CAST.values():
        with opened.reading() as connection:
            person = directory.by_employee_id(connection, employee_id)
        assert person is not None
        link = passwords.new_link(opened, person.key, Purpose.INVITATION, SECRET.encode(), at)
        assert passwords.set_by_link(gate_of(opened, SECRET.encode()), link, PASSWORD, Client("", ""), at)
    opened.close()
    mail = {"KODEX_SMTP_URL": "smtp://127.0.0.1:9", "KODEX_MAIL_FROM": "kodex@example.com"}
    yield from _started(new_server(file, KODEX_MODE="production", KODEX_PUBLIC_URL="https://kodex.example", **mail))


def _started(server: Server) -> Iterator[Server]:
    server.start()
    yield server
    server.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        unavailable("a browser", f"there is no {CHROMIUM}; install the package chromium")
    with sync_playwright() as playwright:
        try:
            started = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        except Error as error:
            unavailable("a browser", str(error))
        yield started
        started.close()


NewReader = Callable[..., Reader]


@pytest.fixture
def new_reader(browser: Browser, server: Server) -> Iterator[NewReader]:
    """Puts people in front of browsers of their own; in the end none of the browsers may have complained."""
    readers: list[Reader] = []

    def new(who: Principal | None = None, language: str = "cs", at: Server = server, **options: Any) -> Reader:
        reader = Reader(browser, at.url, at.course, language, **options)
        readers.append(reader)
        if who is not None:
            reader.become(who)
        return reader

    yield new
    complaints = [complaint for reader in readers for complaint in reader.close()]
    assert complaints == []
