"""What a server does at its start, in production and in a demonstration."""

import shutil
import subprocess
import sys
from pathlib import Path

import httpx
from serving import PATIENCE, NewServer, environment, wait_until_ready
from sqlalchemy import select
from starting import PUBLIC, SECRET, Start
from surroundings import HOME

from database import Database
from people import directory
from progress.record.chains import events


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
