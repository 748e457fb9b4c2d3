"""Downloads over a real server: finished before they are sent, under a limit, and gone whatever the client does."""

import asyncio
import csv
import io
import socket
import struct
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
from conftest import Study
from coroutines import awaited
from openpyxl import load_workbook
from operating import records
from serving import KEY, NewServer, Server
from sqlalchemy import insert, select
from starlette.applications import Starlette
from starlette.types import Message

import installation as house
from people import directory
from people.access import Principal, Role
from people.directory import Person
from progress.completion.enrolments import enrolments
from progress.record import checkpoints, signing
from progress.reports import export_log, export_statements
from progress.reports.export_statements import ENDING
from web import visitor
from web.downloads import exports, handing_out
from web.downloads.handing_out import BusyError, Limit
from words import LANGUAGES, Words

READERS = 16
AS_IT_IS = {"Accept-Encoding": "identity"}
"""Not compressed on the way, so that its length is said."""
MANY = 6_000
"""People whose units have names so long that no socket's buffer holds the export."""


@pytest.fixture(scope="module")
def crowded(new_server: NewServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server whose export has some megabytes, and a temporary folder of its own."""
    folder = tmp_path_factory.mktemp("temporary")
    server = new_server(TMPDIR=str(folder))
    with server.database.writing() as connection:
        persons = [
            Person(f"{n:032x}", f"C{n}", "Somebody", f"c{n}@example.com", "u" * 1200, None, "cs", invented=True)
            for n in range(MANY)
        ]
        directory.add(connection, persons)
        row = dict(connection.execute(select(enrolments).limit(1)).mappings().one())
        told = [row | {"person_key": person.key, "certificate_no": None} for person in persons]
        connection.execute(insert(enrolments), told)
    server.start()
    yield server
    server.close()


def descriptors(server: Server) -> list[str]:
    """What each open descriptor of the server's process leads to."""
    assert server.process is not None
    found = []
    for each in Path(f"/proc/{server.process.pid}/fd").iterdir():
        try:
            found.append(str(each.readlink()))
        except FileNotFoundError:
            continue  # it was closed meanwhile
    return found


def unnamed(server: Server) -> int:
    """Files that are open and have no name on the disk."""
    return sum(each.endswith("(deleted)") for each in descriptors(server))


def sockets(server: Server) -> int:
    return sum(each.startswith("socket:") for each in descriptors(server))


def until(holds: Callable[[], bool], seconds: float = 20) -> bool:
    end = time.monotonic() + seconds
    while not holds() and time.monotonic() < end:
        time.sleep(0.05)
    return holds()


def reader(server: Server, cookie: str, path: str) -> socket.socket:
    """Somebody who asks, has the first byte of the answer, and does not read on."""
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.settimeout(60)
    connection.connect((server.host, server.port))
    request = f"GET {path} HTTP/1.1\r\nHost: {server.host}:{server.port}\r\nCookie: {cookie}\r\n\r\n"
    connection.sendall(request.encode())
    assert connection.recv(12) == b"HTTP/1.1 200"
    return connection


def cookie_of(client: httpx.Client) -> str:
    return "; ".join(f"{name}={value}" for name, value in client.cookies.items())


def works(server: Server, client: httpx.Client, path: str) -> None:
    """Sign-in, readiness and a whole export."""
    with server.client(server.cast(Role.MANAGER)) as another:
        assert another.get("/my-record.json").status_code == 200
    assert client.get("/readyz").status_code == 200
    answer = client.get(path, headers=AS_IT_IS)
    assert answer.status_code == 200
    assert len(answer.content) == int(answer.headers["content-length"]) > 1_000_000


@pytest.mark.parametrize("path", ["/export/certifications.csv", "/export/certifications.json"])
def test_readers_who_never_read_and_readers_who_leave_cost_nothing_that_lasts(crowded: Server, path: str) -> None:
    temporary = Path(crowded.settings["TMPDIR"])
    with crowded.client(crowded.cast(Role.HR)) as client:
        works(crowded, client, path)
        cookie, before = cookie_of(client), sockets(crowded)
        with ExitStack() as held:
            for _ in range(READERS):
                held.enter_context(reader(crowded, cookie, path))
            assert unnamed(crowded) == READERS
            pooled = sum(each == str(crowded.file) for each in descriptors(crowded))
            assert pooled <= 5, "no connection beyond those that the pool keeps"
            works(crowded, client, path)
        assert until(lambda: unnamed(crowded) == 0)
        for _ in range(READERS):
            leaving = reader(crowded, cookie, path)
            leaving.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            leaving.close()
        assert until(lambda: unnamed(crowded) == 0)
        assert until(lambda: sockets(crowded) <= before)
        works(crowded, client, path)
    assert list(temporary.iterdir()) == []
    assert "Traceback" not in crowded.said()


@pytest.mark.parametrize("wanted", ["bytes=abc", "bytes=99999999-", "chars=0-1", "bytes=0-10", "bytes=0-1,3-4"])
@pytest.mark.parametrize("form", ["csv", "json", "xlsx"])
def test_a_part_is_never_sent_and_no_file_stays(crowded: Server, form: str, wanted: str) -> None:
    with crowded.client(crowded.cast(Role.MANAGER)) as client:
        answer = client.get(f"/export/team.{form}", headers={"Range": wanted, **AS_IT_IS})
    assert answer.status_code == 200
    assert len(answer.content) == int(answer.headers["content-length"])
    assert until(lambda: unnamed(crowded) == 0)
    assert list(Path(crowded.settings["TMPDIR"]).iterdir()) == []


@pytest.mark.parametrize("path", ["/export/certifications.xlsx", "/export/team.csv", "/export/certificates.zip"])
def test_head_makes_nothing(server: Server, path: str) -> None:
    def kept() -> tuple[int, int]:
        with server.database.reading() as connection:
            return export_log.count(connection), len(checkpoints.stored(connection))

    before = kept()
    with server.client(server.cast(Role.MANAGER if "team" in path else Role.HR)) as client:
        answer = client.head(path)
    assert answer.status_code == 200
    assert "attachment" in answer.headers["content-disposition"]
    assert kept() == before


# What is sent


def verifiers() -> list[signing.Verifier]:
    return list(signing.opened(KEY).verifiers)


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_file_and_its_statement_come_in_one_zip_or_each_alone(server: Server, tmp_path: Path, form: str) -> None:
    manager = server.cast(Role.MANAGER)
    with server.client(manager) as client:
        both = client.get(f"/export/team.{form}", params={"statement": "beside"})
        alone = client.get(f"/export/team.{form}")
        stated = client.get(alone.headers["link"].split(">")[0].lstrip("<"))
    assert both.headers["content-type"] == "application/zip"
    assert f'.{form}.zip"' in both.headers["content-disposition"]
    pack = tmp_path / "both.zip"
    pack.write_bytes(both.content)
    said = export_statements.checked(pack, verifiers())
    assert said["scope"] == f"reporting line of {manager.person.employee_id}"
    with zipfile.ZipFile(io.BytesIO(both.content)) as opened:
        name, statement = opened.namelist()
        assert statement == name + ENDING
        assert opened.testzip() is None
    assert f'filename="{statement}"' in stated.headers["content-disposition"]
    file = tmp_path / name
    file.write_bytes(alone.content)
    (tmp_path / statement).write_bytes(stated.content)
    assert export_statements.checked(file, verifiers())["records"] == said["records"]


def test_a_statement_is_given_to_whoever_asked_and_to_those_who_verify(server: Server) -> None:
    with server.client(server.cast(Role.MANAGER)) as client:
        own = client.get("/export/team.csv").headers["link"].split(">")[0].lstrip("<")
        assert client.get(own).status_code == 200
        for number in ("0", "x", "9" * 30, "-1", "²"):
            assert client.get(f"/export/statement/{number}").status_code == 404
    for role, status in ((Role.HR, 200), (Role.AUDITOR, 200), (Role.EDITOR, 404), (Role.EMPLOYEE, 404)):
        with server.client(server.cast(role)) as client:
            assert client.get(own).status_code == status, role


@pytest.mark.parametrize("language", LANGUAGES)
def test_heads_are_in_the_readers_language_or_names_of_fields(server: Server, language: str) -> None:
    t = Words.of(language)
    with server.client(server.cast(Role.HR), headers={"Accept-Language": language}) as client:
        for form, default in (("csv", "employee_id"), ("xlsx", t("Employee number"))):
            for asked, head in (("local", t("Employee number")), ("field", "employee_id"), (None, default)):
                query = {"headers": asked} if asked else {}
                content = client.get(f"/export/certifications.{form}", params=query).content
                if form == "csv":
                    first = content.decode("utf-8-sig").splitlines()[0].split(";")[0]
                else:
                    book = load_workbook(io.BytesIO(content))
                    assert book.sheetnames[0] == (t("Certifications") if head != "employee_id" else "Certifications")
                    first = book.worksheets[0]["A1"].value
                assert first == head


def test_a_csv_holds_nothing_but_rows_whatever_separates_them(server: Server) -> None:
    with server.client(server.cast(Role.HR)) as client:
        wanted = records(client.get("/export/certifications.csv").content.decode())
        for name, delimiter in (("comma", ","), ("tab", "\t"), ("semicolon", ";")):
            text = client.get("/export/certifications.csv", params={"delimiter": name}).content.decode("utf-8-sig")
            found = list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter))
            assert found == wanted
            assert all(row["employee_id"].isalnum() and None not in row for row in found)


@pytest.mark.parametrize("query", ["headers=czech", "delimiter=%7C", "statement=yes"])
def test_a_form_that_there_is_not_is_refused(server: Server, query: str) -> None:
    with server.client(server.cast(Role.HR)) as client:
        assert client.get(f"/export/certifications.csv?{query}").status_code == 400


# Under a limit


def test_places_are_given_back_however_they_are_left() -> None:
    limit = Limit(each=2, in_all=3)
    with limit.place("a"), limit.place("a"):
        with pytest.raises(BusyError), limit.place("a"):
            pass
        with limit.place("b"), pytest.raises(BusyError), limit.place("c"):
            pass
        with pytest.raises(ZeroDivisionError), limit.place("b"):
            raise ZeroDivisionError
        assert limit.total == 2
    assert limit.total == 0


@pytest.fixture
def application(
    assigned: Study, hr: Principal, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Starlette]:
    """The routes of downloads in this process, asked by HR."""
    monkeypatch.setenv("KODEX_DATABASE_URL", assigned.database.engine.url.render_as_string(hide_password=False))
    monkeypatch.setenv("KODEX_CHECKPOINT_KEY", str(tmp_path / "checkpoint.key"))
    monkeypatch.setattr(visitor, "principal", lambda _: hr)
    house.installation.cache_clear()
    yield Starlette(routes=exports.ROUTES)
    house.installation().database.close()
    house.installation.cache_clear()


def scope_of(path: str) -> dict[str, Any]:
    return {
        "type": "http",
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(b"accept-language", b"cs")],
        "scheme": "http",
        "server": ("127.0.0.1", 80),
        "client": ("127.0.0.1", 1),
        "asgi": {"spec_version": "2.4"},
    }


@pytest.mark.parametrize("form", ["csv", "json", "xlsx"])
def test_no_connection_and_no_place_are_held_once_a_client_has_gone(application: Starlette, form: str) -> None:
    pool: Any = house.installation().database.engine.pool
    seen = []

    async def never_reads() -> None:
        reached = asyncio.Event()

        async def send(message: Message) -> None:
            if message["type"] == "http.response.body":
                reached.set()
                await asyncio.sleep(3600)

        async def receive() -> Message:
            return {"type": "http.request", "body": b"", "more_body": False}

        asking = asyncio.create_task(application(scope_of(f"/export/certifications.{form}"), receive, send))
        await reached.wait()
        seen.append((pool.checkedout(), handing_out.making.total, handing_out.sending.total))
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)

    awaited(never_reads())
    assert seen == [(0, 0, 1)]
    assert handing_out.sending.total == 0


def test_who_takes_nothing_for_a_minute_is_given_up(application: Starlette, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handing_out, "STALLED_SECONDS", 0.01)
    sent = []

    async def send(message: Message) -> None:
        sent.append(message["type"])
        if message["type"] == "http.response.body":
            await asyncio.sleep(3600)

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    awaited(application(scope_of("/export/certifications.csv"), receive, send))
    assert sent == ["http.response.start", "http.response.body"]
    assert handing_out.sending.total == 0


@pytest.mark.parametrize("which", ["making", "sending"])
def test_one_too_many_is_told_to_come_again_in_their_language(
    application: Starlette, monkeypatch: pytest.MonkeyPatch, which: str
) -> None:
    monkeypatch.setattr(handing_out, which, Limit(each=0, in_all=0))
    transport = httpx.ASGITransport(application)

    async def ask() -> httpx.Response:
        async with httpx.AsyncClient(transport=transport, base_url="http://kodex") as client:
            return await client.get("/export/certifications.csv", headers={"Accept-Language": "cs"})

    answer = awaited(ask())
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) > 0
    assert "Příliš mnoho stahování najednou" in answer.text
    with house.installation().database.reading() as connection:
        assert export_log.count(connection) == 0
