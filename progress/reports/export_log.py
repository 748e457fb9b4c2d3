"""The export log: a row for each file of records that left Kodex, for HR and auditors."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

import orjson
from sqlalchemy import Column, Connection, Integer, Row, Select, Table, Text, func, insert, select, update

from database import Database, Instant, metadata, written
from people import security_log
from people.access import Act, Asker, Principal, Scope, scope
from people.directory import ERASED, Person, by_keys, people
from people.naming import finds, tells
from people.personal_data import PersonalData
from progress.reports.tables import Written

export_log = Table(
    "export_log",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("person_key", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("kind", Text, nullable=False),
    Column("extent", Text, nullable=False),
    Column("selection", Text, nullable=False),
    Column("file", Text, nullable=False),
    Column("format", Text, nullable=False),
    Column("records", Integer, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("statement", Text, nullable=False),
)
"""`person_key` is of the person who asked, or `operator`. `extent` and `selection` are JSON; `statement` is empty
where it is part of the file."""


class ExportKind(StrEnum):
    CERTIFICATIONS = "certifications"
    TEAM = "team"
    XAPI = "xapi"
    CERTIFICATES = "certificates"
    """Their documents, in a ZIP."""
    EVIDENCE = "evidence"
    PROOF = "proof"


@dataclass(frozen=True)
class Extent:
    """A scope in which managers are named by their employee numbers."""

    everybody: bool = False
    units: tuple[str, ...] = ()
    manager: str = ""
    """The employee number of the person who asked, where it is their reporting line."""
    deputy_for: tuple[str, ...] = ()
    """The employee numbers of the managers whose lines they see as a deputy."""


def extent(connection: Connection, principal: Principal, act: Act) -> Extent:
    """The people whose records the principal gets in that act."""
    of: Scope = scope(principal, act)
    managers = {key for key in of.reporting_lines if key != principal.key}
    rows = connection.execute(select(people.c.employee_id).where(people.c.person_key.in_(sorted(managers))))
    return Extent(
        of.everybody,
        tuple(sorted(of.units)),
        principal.person.employee_id if principal.key in of.reporting_lines else "",
        tuple(sorted(rows.scalars())),
    )


@dataclass(frozen=True)
class HandedOut:
    """A file of records that is finished. `selection` are the filters by name."""

    kind: ExportKind
    extent: Extent
    selection: Mapping[str, str]
    file: str
    """The name that it is offered under."""
    format: str
    records: int
    sha256: str
    """Of the file; of all before the export statement, where that is part of the file. Empty where the file is sent
    while it is made."""
    statement: str = ""
    """The signed export statement; empty where it is part of the file, or there is none."""


@dataclass(frozen=True)
class LoggedExport:
    """A row of the log. `person` asked for the export, or is None where that was the operator."""

    number: int
    at: datetime
    person_key: str
    person: Person | None
    handed_out: HandedOut


def keep(database: Database, principal: Principal, handed_out: HandedOut, at: datetime) -> int:
    """Enter a finished file before it leaves; return the number of the row."""
    row = {
        "person_key": principal.key,
        "at": at,
        "kind": handed_out.kind.value,
        "extent": _as_json(handed_out.extent),
        "selection": _as_json(handed_out.selection),
        **{name: getattr(handed_out, name) for name in ("file", "format", "records", "sha256", "statement")},
    }

    def work(connection: Connection) -> int:
        number: int = 1 + (connection.execute(select(func.max(export_log.c.number))).scalar_one() or 0)
        connection.execute(insert(export_log), [{"number": number, **row}])
        return number

    number = database.write(work)
    security_log.note(
        "export",
        person=principal.key,
        kind=handed_out.kind.value,
        format=handed_out.format,
        records=handed_out.records,
        sha256=handed_out.sha256,
    )
    return number


def keep_pack(database: Database, asker: Asker, selection: Mapping[str, object], file: str, written: Written) -> int:
    """Enter a finished evidence pack with so many certificates. Values of `selection` that are None did not
    filter it."""
    selected = {name: str(value) for name, value in selection.items() if value is not None}
    of = _extent(database, asker, Act.TAKE_EVIDENCE)
    handed_out = HandedOut(ExportKind.EVIDENCE, of, selected, file, "zip", written.records, written.sha256)
    return keep(database, asker.principal, handed_out, asker.now)


def keep_proof(database: Database, asker: Asker, number: str, file: str, sha256: str) -> int:
    """Enter the proof of the certificate with that number."""
    of = _extent(database, asker, Act.TAKE_EVIDENCE)
    handed_out = HandedOut(ExportKind.PROOF, of, {"search": number}, file, "json", 1, sha256)
    return keep(database, asker.principal, handed_out, asker.now)


def _extent(database: Database, asker: Asker, act: Act) -> Extent:
    with database.reading() as connection:
        return extent(connection, asker.principal, act)


def count(connection: Connection) -> int:
    counted: int = connection.execute(select(func.count()).select_from(export_log)).scalar_one()
    return counted


def newest(connection: Connection, most: int, after: int = 0) -> list[LoggedExport]:
    """The newest first, without the first `after` of them."""
    asked = select(export_log).order_by(export_log.c.number.desc()).limit(most).offset(after)
    return _entries(connection, asked)


def of_person(connection: Connection, person_key: str, most: int | None = None) -> list[LoggedExport]:
    """The exports that somebody asked for, the newest first."""
    asked = select(export_log).where(export_log.c.person_key == person_key).order_by(export_log.c.number.desc())
    return _entries(connection, asked.limit(most) if most else asked)


def find(connection: Connection, number: int) -> LoggedExport | None:
    found = _entries(connection, select(export_log).where(export_log.c.number == number))
    return found[0] if found else None


def _entries(connection: Connection, asked: Select[Any]) -> list[LoggedExport]:
    rows = connection.execute(asked).all()
    persons = by_keys(connection, (row.person_key for row in rows))
    return [_entry(row, persons.get(row.person_key)) for row in rows]


def _entry(row: Row[Any], person: Person | None) -> LoggedExport:
    said = orjson.loads(row.extent)
    of = Extent(said["everybody"], tuple(said["units"]), said["manager"], tuple(said["deputy_for"]))
    handed_out = HandedOut(
        ExportKind(row.kind),
        of,
        orjson.loads(row.selection),
        row.file,
        row.format,
        row.records,
        row.sha256,
        row.statement,
    )
    return LoggedExport(row.number, row.at, row.person_key, person, handed_out)


def _forget(connection: Connection, person_key: str, _: datetime) -> None:
    """Remove what identifies a person: their employee number, and searches that name or find them. An export
    statement with either is removed; the SHA-256 stays."""
    person = by_keys(connection, [person_key])[person_key]
    for entry in _entries(connection, select(export_log)):
        given = entry.handed_out
        kept = replace(given, extent=_without(given.extent, person.employee_id))
        if any(tells(value, person) or finds(value, person) for value in given.selection.values()):
            kept = replace(kept, selection=dict.fromkeys(given.selection, ERASED))
        if entry.person_key == person.key or kept != given:
            said = {"extent": _as_json(kept.extent), "selection": _as_json(kept.selection), "statement": ""}
            connection.execute(update(export_log).where(export_log.c.number == entry.number).values(said))


def _without(of: Extent, employee_id: str) -> Extent:
    manager = ERASED if of.manager == employee_id else of.manager
    return replace(of, manager=manager, deputy_for=tuple(ERASED if n == employee_id else n for n in of.deputy_for))


def _as_json(value: object) -> str:
    return orjson.dumps(value).decode()


def _stored_about(connection: Connection, person_key: str) -> tuple[LoggedExport, ...]:
    return tuple(of_person(connection, person_key))


def _as_data(entries: tuple[LoggedExport, ...]) -> list[dict[str, Any]]:
    return [
        {
            "number": each.number,
            "at": written(each.at),
            "kind": each.handed_out.kind.value,
            "extent": asdict(each.handed_out.extent),
            "selection": dict(each.handed_out.selection),
            "file": each.handed_out.file,
            "format": each.handed_out.format,
            "records": each.handed_out.records,
            "sha256": each.handed_out.sha256,
            "statement": each.handed_out.statement,
        }
        for each in entries
    ]


EXPORTS = PersonalData(
    "exports",
    (export_log,),
    _stored_about,
    _as_data,
    _forget,
    withheld={
        "export_log.extent": "it is shown as data and not as text",
        "export_log.selection": "it is shown as data and not as text",
    },
)
