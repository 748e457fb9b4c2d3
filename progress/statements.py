"""The statement at an export's end: how many records, of which selection, as of when, over which record; signed."""

import csv
import hashlib
import re
from collections.abc import Iterable
from datetime import date, datetime
from io import StringIO
from pathlib import Path
from zoneinfo import ZoneInfo

import orjson
from python_calamine import CalamineError, CalamineWorkbook

import signing
from database import Database, written
from progress import checkpoints
from progress.exports import (
    DELIMITER,
    END_OF_ENTRIES,
    STATEMENT,
    STATEMENT_NAME,
    Closing,
    cells_as_line,
    json_end,
)
from progress.reports import Selection
from signing import Key, NotSignedError, Verifier
from words import Sentence, sentence

FORMAT = "kodex export 1"


def closing(database: Database, key: Key, selection: Selection, as_of: date, at: datetime, zone: ZoneInfo) -> Closing:
    """What an export of `selection` ends with. The record is sealed once the records are written, so that the
    checkpoint holds all that they rest on. The SHA-256 is over the file before it (CSV, JSON) or its cells (XLSX)."""

    def close(records: int, sha256: str) -> str:
        checkpoint = checkpoints.make(database, key, at).checkpoint
        lines = [
            FORMAT,
            checkpoint.origin,
            f"records {records}",
            f"selected {_selected(selection)}",
            f"as-of {as_of.isoformat()}",
            f"time {written(at)}",
            f"zone {zone.key}",
            f"size {checkpoint.size}",
            f"root {checkpoint.root.hex()}",
            f"sha256 {sha256}",
        ]
        return signing.signed("".join(f"{line}\n" for line in lines), key)

    return close


def _selected(selection: Selection) -> str:
    """What narrows it, as `field=value`, in one line."""
    said = [
        f"{name}={re.sub(r'[^ -~]', lambda found: found[0] if found[0].isprintable() else '?', str(value))}"
        for name, value in vars(selection).items()
        if value not in {None, False}
    ]
    return ", ".join(said) or "everything"


class NotStatedError(Exception):
    """The file does not hold; carries the sentence that says why."""

    def __init__(self, reason: Sentence) -> None:
        super().__init__(str(reason))
        self.reason = reason


def checked(file: Path, verifiers: Iterable[Verifier]) -> dict[str, str]:
    """What the statement of an export says, by the first word of each line; raises where the file is not as it was
    written, or nobody who is trusted has signed it."""
    data = file.read_bytes()
    if data.startswith(b"PK"):
        note, sha256 = _of_workbook(file)
    elif data.startswith(b"{"):
        note, sha256 = _of_json(data)
    else:
        note, sha256 = _of_csv(data)
    try:
        text, _ = signing.opened_note(note, verifiers)
    except NotSignedError as error:
        raise NotStatedError(error.reason) from error
    lines = text.splitlines()
    said = dict(line.split(" ", 1) for line in lines[2:])
    if lines[0] != FORMAT:
        raise NotStatedError(sentence("this is no statement of an export"))
    if said["sha256"] != sha256:
        raise NotStatedError(sentence("the records are not those that were written: something was changed"))
    return said


def _of_csv(data: bytes) -> tuple[str, str]:
    """The signed text at the end, and the SHA-256 of all before it."""
    first = f"{STATEMENT}{FORMAT}\r\n".encode()
    before, gap, after = data.rpartition(b"\r\n" + first)
    if not gap:
        raise NotStatedError(sentence("there is no statement at its end"))
    cells = csv.reader(StringIO(after.decode("utf-8", "replace"), newline=""), delimiter=DELIMITER)
    lines = (row[0].removeprefix(STATEMENT) if row else "" for row in cells)
    return "".join(f"{line}\n" for line in (FORMAT, *lines)), hashlib.sha256(before + b"\r\n").hexdigest()


def _of_json(data: bytes) -> tuple[str, str]:
    """The signed text in the last line, and the SHA-256 of all before it."""
    before, gap, after = data.rpartition(END_OF_ENTRIES + STATEMENT_NAME)
    if not gap:
        raise NotStatedError(sentence("there is no statement at its end"))
    try:
        note = orjson.loads(after.rstrip().removesuffix(b"}"))
    except orjson.JSONDecodeError as error:
        raise NotStatedError(sentence("the file is damaged")) from error
    # The same text can be written in many ways, of which one is ours.
    if not isinstance(note, str) or STATEMENT_NAME + after != json_end(note):
        raise NotStatedError(sentence("the file is damaged"))
    return note, hashlib.sha256(before + END_OF_ENTRIES).hexdigest()


def _of_workbook(file: Path) -> tuple[str, str]:
    """The signed text in the second sheet, and the SHA-256 of the first."""
    try:
        book = CalamineWorkbook.from_path(str(file))
        names = book.sheet_names
        if len(names) < 2:
            raise NotStatedError(sentence("there is no statement at its end"))
        digest = hashlib.sha256()
        for row in book.get_sheet_by_index(0).iter_rows():
            digest.update(cells_as_line(map(_cell, row)))
        lines = [str(row[0]) if row else "" for row in book.get_sheet_by_index(1).to_python(skip_empty_area=False)]
    except (CalamineError, OSError, ValueError) as error:
        raise NotStatedError(sentence("the file is damaged")) from error
    return "".join(f"{line}\n" for line in lines), digest.hexdigest()


def _cell(value: object) -> object:
    if isinstance(value, datetime):
        return value.date()
    return int(value) if isinstance(value, float) and value.is_integer() else value
