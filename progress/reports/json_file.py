"""Records and xAPI statements as JSON, an entry a line, with the export statement in the last one."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from typing import IO, Any

import orjson

from progress.reports.columns import COLUMNS
from progress.reports.tables import RECORDS_AT_A_TIME, Record, Written

RECORDS = "kodex certifications 1"
"""The format of a file of records. The number changes when a field is renamed or removed, not when one is added."""
END_OF_ENTRIES = b"],\n"
STATEMENT_NAME = b'"statement":'


def as_fields(records: Iterable[Record], columns: tuple[str, ...] = COLUMNS) -> Iterator[dict[str, Any]]:
    """Each record by the names of `columns`."""
    for cells in records:
        yield dict(zip(columns, cells, strict=True))


def write_json(
    entries: Iterable[Mapping[str, Any]], file: IO[bytes], what: str = RECORDS, name: str = "records"
) -> Written:
    """One JSON object but for its last line, the statement, which `json_end` returns: what it is, and a list with an
    entry a line. The SHA-256 is that of all before that line."""
    digest, written = hashlib.sha256(), 0
    pieces = [b'{"format":%b,%b:[\n' % (orjson.dumps(what), orjson.dumps(name))]

    def put() -> None:
        piece = b"".join(pieces)
        digest.update(piece)
        file.write(piece)
        pieces.clear()

    for written, entry in enumerate(entries, start=1):
        pieces += [b",\n" if written > 1 else b"", orjson.dumps(entry)]
        if written % RECORDS_AT_A_TIME == 0:
            put()
    pieces += [b"\n" if written else b"", END_OF_ENTRIES]
    put()
    return Written(written, digest.hexdigest())


def json_end(note: str) -> bytes:
    """The last line: the signed statement, which closes the object."""
    return STATEMENT_NAME + orjson.dumps(note) + b"}\n"


def entries_in(file: IO[bytes]) -> Iterator[dict[str, Any]]:
    """The entries of a file that `write_json` made, one after the other."""
    next(file)
    for line in file:
        if line == END_OF_ENTRIES:
            return
        yield orjson.loads(line.rstrip(b",\n"))
