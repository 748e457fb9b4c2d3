"""Downloads that nobody reads, and downloads that are abandoned: the server's work meanwhile, and what remains."""

import socket
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from benchmarks import record
from benchmarks.servers import Server, serving
from benchmarks.tables import milliseconds, table
from people.access import Role
from people.demonstration import CAST

READERS = 16
PATH = "/export/certifications.csv"
AS_IT_IS = {"Accept-Encoding": "identity"}
PATIENCE = 120
SETTLES_SECONDS = 10
TARGET = "Target: sign-in, readiness and an export work meanwhile, and afterwards no file and no connection is left."


def survived(folder: Path, url: str) -> str:
    """The table. `url` is the address of a database with people enough that no socket's buffer holds their export."""
    settings = {"KODEX_DATABASE_URL": url, "KODEX_CHECKPOINT_KEY": str(folder / record.KEY)}
    with serving("app:app", folder, settings) as server, httpx.Client(base_url=server.url, timeout=PATIENCE) as hr:
        _sign_in(hr)
        rows = [_row("none", server, hr)]
        with ExitStack() as held:
            for _ in range(READERS):
                held.enter_context(_reader(server, hr))
            rows.append(_row(f"{READERS} that never read", server, hr))
        for _ in range(READERS):
            with _reader(server, hr) as leaving:
                leaving.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        time.sleep(SETTLES_SECONDS)
        rows.append(_row(f"{READERS} that left", server, hr))
    head = ["Slow readers survived", "sign-in ms", "ready ms", "export s", "files held", "connections"]
    return f"{table(head, rows)}\n{TARGET}"


def _row(who: str, server: Server, hr: httpx.Client) -> list[str]:
    with httpx.Client(base_url=server.url, timeout=PATIENCE) as another:
        sign_in = _seconds(lambda: _sign_in(another))
        ready = _seconds(lambda: another.get("/readyz").raise_for_status())
    export = _seconds(lambda: hr.get(PATH, headers=AS_IT_IS).raise_for_status())
    open_files = list(_descriptors(server))
    files = sum(each.endswith("(deleted)") for each in open_files)
    connections = sum(each.endswith(".sqlite3") for each in open_files)
    return [who, milliseconds(sign_in), milliseconds(ready), f"{export:.2f}", str(files), str(connections)]


def _sign_in(client: httpx.Client) -> None:
    answer = client.post("/sign-in", data={"person": CAST[Role.HR][0]})
    if answer.status_code != httpx.codes.SEE_OTHER:
        answer.raise_for_status()


def _seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


@contextmanager
def _reader(server: Server, hr: httpx.Client) -> Iterator[socket.socket]:
    """A client that has the first bytes of the export, and reads no further."""
    address = urlsplit(server.url)
    cookie = "; ".join(f"{name}={value}" for name, value in hr.cookies.items())
    with socket.create_connection((address.hostname, address.port), PATIENCE) as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.sendall(f"GET {PATH} HTTP/1.1\r\nHost: {address.netloc}\r\nCookie: {cookie}\r\n\r\n".encode())
        connection.recv(16)
        yield connection


def _descriptors(server: Server) -> Iterator[str]:
    for each in Path(f"/proc/{server.pid}/fd").iterdir():
        try:
            yield str(each.readlink())
        except FileNotFoundError:
            continue  # it was closed meanwhile
