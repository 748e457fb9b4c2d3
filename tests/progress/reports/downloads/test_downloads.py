"""Downloads: finished before they are sent, and gone whatever the client does."""

import socket
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest
import width
from serving import NewServer, Server
from sqlalchemy import insert, select

from people import directory
from people.access import Role
from people.directory import Person
from progress.completion.enrolments import enrolments
from progress.record import checkpoints
from progress.reports import export_log

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


@pytest.mark.parametrize(
    "path", width.sample(["/export/certifications.csv", "/export/certifications.json"], "/export/certifications.csv")
)
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
