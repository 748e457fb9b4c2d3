"""HR's file read in a process of its own: a file made to fill the memory ends that process instead of the server.

`python -m people.hr_file.reader` is that process. It takes one request from its input and answers with plain data,
which cannot do anything but be read.
"""

import logging
import resource
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson
from pydantic import TypeAdapter

from people.hr_file import columns, fault_file, formats, roster
from people.hr_file.columns import Field
from people.hr_file.csv_file import Encoding
from people.hr_file.files import FileFault
from people.hr_file.roster import Roster
from words import sentence

MOST_MEMORY = 250_000_000
"""Bytes of data that the process may hold; with the libraries that it uses it takes less than 300 MB."""
MOST_SECONDS = 10
"""Of processor time."""
PATIENCE = 60
"""Seconds of wall-clock time, on a busy machine."""
COMMAND = [sys.executable, "-m", "people.hr_file.reader"]
HOME = Path(__file__).resolve().parents[2]
TOO_MUCH = sentence(
    "the file takes more memory or time than a list of people needs; delete what stands far from the table, "
    "or save the table alone as CSV"
)
NOT_READ = sentence("the file could not be read; open it in Excel and save the table alone as XLSX or CSV")

_ROSTER = TypeAdapter(Roster)
_MEMORY_IS_FULL = 3
"""Exit status of the process at its memory limit."""
_SIGNALS = {-signal.SIGABRT, -signal.SIGKILL, -signal.SIGXCPU, -signal.SIGSEGV, -signal.SIGBUS}
log = logging.getLogger("kodex.people")


class UnreadableFileError(Exception):
    """The file cannot be read; carries the fault that says why."""

    def __init__(self, fault: FileFault) -> None:
        super().__init__(str(fault.what))
        self.fault = fault


def read(file: bytes, mapped: Mapping[Field, str] | None = None, encoding: Encoding | None = None) -> Roster:
    """Return the file's content. If it cannot be read, the roster has one fault and nothing else."""
    try:
        return _ROSTER.validate_json(_asked({"mapped": _named(mapped), "encoding": encoding}, file))
    except UnreadableFileError as error:
        return Roster(faults=[error.fault])


def with_faults(
    file: bytes,
    faults: Sequence[FileFault],
    language: str,
    mapped: Mapping[Field, str] | None = None,
    encoding: Encoding | None = None,
) -> bytes:
    """Return the file as XLSX with its faults in a column. Raises `UnreadableFileError`."""
    said = [(fault.line, fault.column, fault_file.in_a_cell(fault, language)) for fault in faults]
    asked = {"mapped": _named(mapped), "encoding": encoding, "faults": said, "language": language}
    return _asked(asked, file)


def _named(mapped: Mapping[Field, str] | None) -> dict[str, str]:
    return {each.value: column for each, column in (mapped or {}).items()}


def _asked(request: Mapping[str, Any], file: bytes) -> bytes:
    """Return the process's answer. Raises `UnreadableFileError` when it was killed or failed."""
    try:
        ran = subprocess.run(  # noqa: S603
            COMMAND,
            input=orjson.dumps(request) + b"\n" + file,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=HOME,
            env={"PYTHONUTF8": "1"},  # none of the server's secrets
            timeout=PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise UnreadableFileError(FileFault(0, "", TOO_MUCH)) from None
    if ran.returncode == 0:
        return ran.stdout
    log.warning("the reader of HR's file ended with %d", ran.returncode)
    is_too_much = ran.returncode == _MEMORY_IS_FULL or ran.returncode in _SIGNALS
    raise UnreadableFileError(FileFault(0, "", TOO_MUCH if is_too_much else NOT_READ))


def _answer() -> None:
    request = orjson.loads(sys.stdin.buffer.readline())
    tables = formats.tables(sys.stdin.buffer.read(), Encoding(request["encoding"]) if request["encoding"] else None)
    mapped = {Field(name): column for name, column in request["mapped"].items()}
    if "faults" in request:
        answer = fault_file.written(columns.head(tables, mapped), request["faults"], request["language"])
    else:
        answer = _ROSTER.dump_json(roster.read(tables, mapped))
    sys.stdout.buffer.write(answer)


def _limit() -> None:
    """Data is what grows; the libraries are the same for every file."""
    resource.setrlimit(resource.RLIMIT_DATA, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    _limit()
    try:
        _answer()
    except MemoryError:
        sys.exit(_MEMORY_IS_FULL)
