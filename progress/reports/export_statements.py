"""Export statements: signed texts that say whose records a file has, which selection, and as of when."""

import hashlib
import io
import json
import re
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import IO

import orjson

from database import Database, written
from people.access import OPERATOR, Act, Asker, Principal, may
from progress.record import checkpoints, signing
from progress.record.signing import Key, Verifier
from progress.reports import export_statements_before
from progress.reports.export_log import ExportKind, Extent
from progress.reports.export_statements_before import NotStatedError, opened
from progress.reports.json_file import END_OF_ENTRIES, STATEMENT_NAME, json_end
from progress.reports.selection import Selection
from progress.reports.tables import Written
from words import sentence

__all__ = ["ENDING", "FORMAT", "NotStatedError", "Stated", "checked", "made"]

FORMAT = "kodex export 2"
ENDING = ".statement"
"""Suffix of the name of a file's export statement."""
MOST_BYTES = 1 << 16
"""Of an export statement."""


@dataclass(frozen=True)
class Stated:
    """The facts in an export statement."""

    kind: ExportKind
    asker: Asker
    extent: Extent
    selection: Selection
    as_of: date
    format: str
    heads: str
    """`fields`, or the language of the headings."""

    @property
    def selected(self) -> dict[str, str]:
        return selected_by(self.selection)


def made(database: Database, key: Key, stated: Stated, file: Written) -> str:
    """The signed text over a finished export. It names the newest checkpoint; where events were recorded since, and
    the principal may seal, a new one is made first. The caller must have no connection open."""
    asker = stated.asker
    signed = checkpoints.current(database, key, asker.now, may_seal=may(asker.principal, Act.SEAL))
    lines = [
        FORMAT,
        key.verifier.name,
        f"kind {stated.kind.value}",
        f"scope {_scope(stated.extent)}",
        f"asked-by {asked_by(asker.principal)}",
        f"selected {_listed(narrowed_by(stated.selection)) or 'everything'}",
        f"cycles {'every' if stated.selection.every_cycle else 'latest'}",
        f"leavers {'with' if stated.selection.leavers else 'without'}",
        f"as-of {stated.as_of.isoformat()}",
        f"time {written(asker.now)}",
        f"zone {asker.zone.key}",
        f"format {stated.format}",
        f"heads {stated.heads}",
        f"records {file.records}",
        *_sealed(signed),
        f"sha256 {file.sha256}",
    ]
    return signing.signed("".join(f"{line}\n" for line in lines), key)


def _sealed(signed: checkpoints.Signed | None) -> list[str]:
    if signed is None:
        return ["sealed never"]
    checkpoint = signed.checkpoint
    return [f"sealed {written(checkpoint.at)}", f"size {checkpoint.size}", f"root {checkpoint.root.hex()}"]


def asked_by(principal: Principal) -> str:
    """The employee number of the principal, or `operator`."""
    return "operator" if principal == OPERATOR else _said(principal.person.employee_id)


def _scope(of: Extent) -> str:
    if of.everybody:
        return "the whole company"
    if of.units:
        return f"units {', '.join(map(_said, of.units))}"
    said = [f"reporting line of {_said(of.manager)}"] if of.manager else []
    if of.deputy_for:
        said.append(f"as deputy of {', '.join(map(_said, of.deputy_for))}")
    return ", ".join(said) or "nobody"


def selected_by(selection: Selection) -> dict[str, str]:
    """The filters and switches that are on, by name."""
    return narrowed_by(selection) | widened_by(selection)


def narrowed_by(selection: Selection) -> dict[str, str]:
    """The filters that are set, by name."""
    return {name: str(value) for name, value in vars(selection).items() if value and value is not True}


def widened_by(selection: Selection) -> dict[str, str]:
    """The switches that are on, by name: earlier cycles, people who have left."""
    return {name: "yes" for name in ("every_cycle", "leavers") if getattr(selection, name)}


def _listed(said: Mapping[str, str]) -> str:
    return ", ".join(f"{name}={_said(value)}" for name, value in said.items())


def _said(value: str) -> str:
    """`value` unchanged where it is unambiguous, otherwise as a JSON string."""
    if re.fullmatch(r"\w([\w .@+-]*\w)?", value):
        return value
    return json.dumps(value, ensure_ascii=not value.isprintable())


# Checking


def checked(file: Path, verifiers: Iterable[Verifier], statement: Path | None = None) -> dict[str, str]:
    """The export statement of a file, by the first word of each line.

    `file` is a CSV or an XLSX with its statement in another file (`statement`, or the same name with `ENDING`), a
    JSON, a ZIP of a file and its statement, or an export with its statement at its end. Raises `NotStatedError` where
    it is not byte for byte what was written, or no trusted key has signed it.
    """
    trusted = list(verifiers)
    if file.name.endswith(ENDING) and statement is None:
        file, statement = file.with_name(file.name.removesuffix(ENDING)), file
    statement_file = statement or file.with_name(file.name + ENDING)
    with ExitStack() as held:
        data = held.enter_context(file.open("rb"))
        start = data.read(4)
        data.seek(0)
        if start.startswith(b"{"):
            return _of_json(data.read(), trusted)
        if statement is not None or statement_file.exists():
            return _held_to(_text(statement_file.open("rb")), data, trusted)
        if start.startswith(b"PK") and (pair := _pair(held, data)):
            return _held_to(_text(pair[1]), pair[0], trusted)
        return export_statements_before.checked(file, trusted)


def _text(data: IO[bytes]) -> str:
    with data:
        return data.read(MOST_BYTES).decode("utf-8", "replace")


def _pair(held: ExitStack, data: IO[bytes]) -> tuple[IO[bytes], IO[bytes]] | None:
    """The file and its export statement in a ZIP; None for a workbook."""
    try:
        names = zipfile.ZipFile(data).namelist()
        data.seek(0)
        stated = [name for name in names if name.endswith(ENDING)]
        if not stated:
            return None
        if len(stated) != 1 or sorted(names) != [stated[0].removesuffix(ENDING), stated[0]]:
            raise NotStatedError(sentence("the ZIP holds more than one file and its statement"))
        file = held.enter_context(zipfile.ZipFile(data))
        return held.enter_context(file.open(stated[0].removesuffix(ENDING))), file.open(stated[0])
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, ValueError) as error:
        raise NotStatedError(sentence("the file is damaged")) from error


def _held_to(note: str, data: IO[bytes], verifiers: list[Verifier]) -> dict[str, str]:
    said = opened(note, verifiers, FORMAT)
    digest = hashlib.sha256()
    try:
        while piece := data.read(io.DEFAULT_BUFFER_SIZE * 32):
            digest.update(piece)
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise NotStatedError(sentence("the file is damaged")) from error
    if said["sha256"] != digest.hexdigest():
        raise NotStatedError(
            sentence(
                "it is not the file that was written: something in it was changed, another program saved it again, "
                "or the statement belongs to another file"
            )
        )
    return said


def _of_json(data: bytes, verifiers: list[Verifier]) -> dict[str, str]:
    """Check the signed text in the last line against all before it."""
    before, gap, after = data.rpartition(END_OF_ENTRIES + STATEMENT_NAME)
    if not gap:
        raise NotStatedError(sentence("there is no statement at its end"))
    try:
        note = orjson.loads(after.rstrip().removesuffix(b"}"))
    except orjson.JSONDecodeError as error:
        raise NotStatedError(sentence("the file is damaged")) from error
    # JSON can write the same text in many ways, and Kodex writes it in one.
    if not isinstance(note, str) or STATEMENT_NAME + after != json_end(note):
        raise NotStatedError(sentence("the file is damaged"))
    is_before = note.startswith(export_statements_before.FORMAT)
    said = opened(note, verifiers, export_statements_before.FORMAT if is_before else FORMAT)
    if said["sha256"] != hashlib.sha256(before + END_OF_ENTRIES).hexdigest():
        raise NotStatedError(sentence("the records are not those that were written: something in them was changed"))
    return said
