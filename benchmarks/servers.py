"""The servers that are measured: started on free ports, watched from outside, stopped at the end."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

HOME = Path(__file__).resolve().parent.parent
LONGEST_START = 60
MOST_SAID = 3000
"""Characters of a server's log to show when something goes wrong."""


class DidNotStartError(Exception):
    """The server at this address ended, or did not answer, before anything could be measured."""


@dataclass(frozen=True)
class Server:
    url: str
    pid: int

    def cpu(self) -> float:
        """Return the CPU seconds of all threads so far, as in /proc/<pid>/stat but to the nanosecond."""
        return time.clock_gettime((~self.pid << 3) | 2)

    def memory(self) -> float:
        """MiB that it has resident."""
        pages = int(Path(f"/proc/{self.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


@contextmanager
def serving(app: str, folder: Path, environment: Mapping[str, str] | None = None) -> Iterator[Server]:
    """Run `app` under uvicorn, with the settings of .streamlit/config.toml; its output goes to a file in `folder`."""
    port = free_port()
    log = folder / f"{app.replace(':', '-')}.log"
    command = [sys.executable, "-m", "uvicorn", app, "--port", str(port), "--log-level", "warning", "--no-access-log"]
    with log.open("w") as said:
        process = subprocess.Popen(
            command,
            cwd=HOME,
            env={**os.environ, **(environment or {})},
            stdout=said,
            stderr=subprocess.STDOUT,
        )
    try:
        server = Server(f"http://127.0.0.1:{port}", process.pid)
        _wait_for(server, process)
        yield server
    except Exception as error:
        error.add_note(log.read_text()[-MOST_SAID:])
        raise
    finally:
        _stop(process)


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


def _wait_for(server: Server, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + LONGEST_START
    while process.poll() is None and time.monotonic() < deadline:
        try:
            with urlopen(f"{server.url}/_stcore/health", timeout=1):
                return
        except (URLError, TimeoutError):
            time.sleep(0.1)
    raise DidNotStartError(server.url)


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
