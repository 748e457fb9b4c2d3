"""A server starts ready, or does not start and says why; it never half-loads."""

import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from serving import PATIENCE, NewServer, environment, free_port, wait_until_ready
from sqlalchemy import select
from surroundings import HOME

from database import Database
from people import directory
from people.directory import Person
from progress.record.chains import events

SECRET = "Yf6Ju1Ae0RoXiVwZk7vQ2xW9rT4mB8nLc5dHs3Gp"
PUBLIC = "https://kodex.example.com"

Start = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def start(port: int) -> Start:
    """Tries to start a server that is expected to refuse; gives how it ended."""

    def started(database: Path, *command: str, **settings: str) -> subprocess.CompletedProcess[str]:
        served = command or (sys.executable, "-m", "uvicorn", "app:app", "--port", str(port))
        ended = subprocess.run(
            served,
            cwd=HOME,
            env=environment(**{"KODEX_DATABASE_URL": f"sqlite:///{database}"} | settings),
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        assert ended.returncode != 0
        assert "Traceback" not in ended.stderr
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", port)) != 0
        return ended

    return started


@pytest.fixture
def empty(migrated_sqlite: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(migrated_sqlite, tmp_path / "kodex.sqlite3"))


@pytest.fixture
def real(empty: Path) -> Path:
    """A database that holds somebody real."""
    opened = Database(f"sqlite:///{empty}")
    with opened.writing() as connection:
        directory.add(connection, [Person("0" * 32, "1", "Skutečná Osoba", "s@example.com", "Sklad", None, "cs")])
    opened.close()
    return empty


@pytest.fixture
def faulty(tmp_path: Path) -> tuple[Path, list[str]]:
    """Content with two faults in two files, and where they are."""
    folder = tmp_path / "pack"
    for part in ("lessons", "quizzes"):
        shutil.copytree(HOME / part, folder / part, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    places = []
    for file, text, by in (
        ("lessons/catalogue.yaml", "pass_mark: 80", "pass_mark: 0"),
        ("quizzes/customer-privacy/cs.yaml", "kind: single", "kind: riddle"),
    ):
        before, _, after = (folder / file).read_text("utf-8").partition(text)
        (folder / file).write_text(before + by + after, "utf-8")
        places.append(f"{file}:{before.count(chr(10)) + 1}:")
    return folder, places


def test_a_server_with_faulty_content_does_not_start_and_names_every_fault(
    start: Start, empty: Path, faulty: tuple[Path, list[str]]
) -> None:
    folder, places = faulty
    ended = start(empty, KODEX_CONTENT=str(folder))
    lines = ended.stderr.splitlines()
    for place in places:
        assert [line for line in lines if line.startswith(place)], ended.stderr


def test_streamlit_run_does_not_start_with_faulty_content_either(
    start: Start, empty: Path, port: int, faulty: tuple[Path, list[str]]
) -> None:
    folder, places = faulty
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    ended = start(empty, *command, KODEX_CONTENT=str(folder))
    for place in places:
        assert place in ended.stderr + ended.stdout


def test_wrong_settings_are_named_at_start_all_of_them(start: Start, empty: Path) -> None:
    ended = start(
        empty,
        KODEX_MODE="productoin",
        KODEX_CONTENT="/nowhere",
        KODEX_TIME_ZONE="Europe/Praha",
        KODEX_SESSION_HOURS="many",
        KODEX_DATABSE_URL="sqlite:///x",
    )
    for name in (
        "KODEX_MODE",
        "KODEX_CONTENT",
        "KODEX_TIME_ZONE",
        "KODEX_SESSION_HOURS",
        "KODEX_DATABSE_URL",
    ):
        assert [line for line in ended.stderr.splitlines() if name in line], name


def test_a_database_that_does_not_answer_is_named(start: Start, tmp_path: Path) -> None:
    (tmp_path / "folder.sqlite3").mkdir()
    assert "database" in start(tmp_path / "folder.sqlite3").stderr.lower()


def test_production_needs_a_secret(start: Start, empty: Path) -> None:
    assert "KODEX_SECRET" in start(empty, KODEX_MODE="production", KODEX_SECRET="").stderr


def test_production_does_not_run_over_a_demonstrations_people(start: Start, filled: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copy(filled, tmp_path / "kodex.sqlite3"))
    ended = start(copy, KODEX_MODE="production", KODEX_SECRET=SECRET, KODEX_PUBLIC_URL=PUBLIC)
    assert "invented people" in ended.stderr


def test_a_demonstration_does_not_run_over_real_people(start: Start, real: Path) -> None:
    ended = start(real, KODEX_MODE="demonstration")
    assert "real people" in ended.stderr


def test_production_is_migrated_by_the_operator_and_not_by_its_start(start: Start, tmp_path: Path) -> None:
    file = tmp_path / "kodex.sqlite3"
    assert (
        "manage.py migrate"
        in start(file, KODEX_MODE="production", KODEX_SECRET=SECRET, KODEX_PUBLIC_URL=PUBLIC).stderr
    )
    opened = Database(f"sqlite:///{file}")
    with opened.reading() as connection:
        tables = connection.exec_driver_sql("SELECT name FROM sqlite_master").all()
    opened.close()
    assert tables == []


def test_in_production_nobody_chooses_who_to_be(new_server: NewServer, real: Path) -> None:
    server = new_server(real, KODEX_MODE="production", KODEX_SECRET=SECRET, KODEX_PUBLIC_URL=PUBLIC)
    server.start()
    try:
        with server.client() as client:
            assert client.get("/readyz").status_code == 200
            page = client.get("/sign-in", headers={"Accept-Language": "en"})
            assert "Skutečná Osoba" not in page.text
            assert 'name="person"' not in page.text
            for person in ("1", "hr", "employee"):
                answer = client.post("/sign-in", data={"person": person})
                assert answer.status_code == 403
                assert not client.cookies
    finally:
        server.close()


def test_a_demonstration_fills_an_empty_database_once(new_server: NewServer, empty: Path) -> None:
    server = new_server(empty)
    server.start()
    try:
        first = people_and_events(server.database)
        assert len(first[0]) == 240
        assert first[1] > 1000
        server.restart()
        assert people_and_events(server.database) == first
    finally:
        server.close()


def people_and_events(database: Database) -> tuple[list[str], int]:
    with database.reading() as connection:
        names = sorted(connection.execute(select(directory.people.c.name)).scalars())
        return names, len(connection.execute(select(events.c.seq)).all())


def test_streamlit_run_serves_the_same(filled: Path, tmp_path: Path, port: int) -> None:
    copy = shutil.copy(filled, tmp_path / "kodex.sqlite3")
    log = tmp_path / "log"
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    with log.open("wb") as said:
        process = subprocess.Popen(
            command,
            cwd=HOME,
            env=environment(KODEX_DATABASE_URL=f"sqlite:///{copy}"),
            stdout=said,
            stderr=subprocess.STDOUT,
        )
    try:
        url = f"http://127.0.0.1:{port}"
        wait_until_ready(url, process, log)
        with httpx.Client(base_url=url, timeout=PATIENCE) as client:
            assert client.get("/", headers={"Accept": "text/html"}).headers["location"].startswith("/sign-in")
            assert client.post("/sign-in", data={"person": "employee"}).status_code == 303
            assert '<div id="root">' in client.get("/").text
    finally:
        process.terminate()
        process.wait(PATIENCE)
