"""HR's file over three people, in any form, and what came of bringing it in."""

import io
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import pytest
import xlsxwriter
from sqlalchemy import select

from database import Database
from people import directory
from people.access import Act, Principal, Role, visible
from people.directory import Person
from people.hr_file import columns, formats, importing
from people.hr_file.columns import Field, Roster
from people.hr_file.importing import Done, FaultyFileError, Leavers

TODAY = date(2026, 3, 2)

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

HEAD = ["Osobní číslo", "Jméno", "Příjmení", "E-mail", "Útvar", "Nadřízený", "Nástup", "Konec", "Jazyk"]

BOSS = ["1", "Žaneta", "Říhová", "zaneta@example.com", "Vedení", "", "1. 2. 2020", "", "cs"]

ANNA = ["2", "Anna", "Ďurišová", "anna@example.com", "Sklad", "1", "2021-03-04", "", "en"]

OTTO = ["3", "Otto", "Šťastný", "otto@example.com", "Sklad", "anna@example.com", "", "31.12.2026", ""]

COMPANY = [HEAD, BOSS, ANNA, OTTO]

Table = Sequence[Sequence[Any]]


def csv(table: Table, delimiter: str = ";", encoding: str = "utf-8") -> bytes:
    return "".join(delimiter.join(map(str, row)) + "\r\n" for row in table).encode(encoding)


def xlsx(table: Table) -> bytes:
    data = io.BytesIO()
    book = xlsxwriter.Workbook(data)
    sheet, day = book.add_worksheet(), book.add_format({"num_format": "d. m. yyyy"})
    for line, row in enumerate(table):
        for column, cell in enumerate(row):
            if isinstance(cell, date):
                sheet.write_datetime(line, column, datetime(cell.year, cell.month, cell.day), day)  # noqa: DTZ001
            elif isinstance(cell, int):
                sheet.write_number(line, column, cell)
            else:
                sheet.write_string(line, column, cell)
    book.close()
    return data.getvalue()


def roster(data: bytes | Table, mapped: dict[Field, str] | None = None) -> Roster:
    return columns.read(formats.tables(data if isinstance(data, bytes) else csv(data)), mapped)


def places(found: Roster) -> list[tuple[int, str]]:
    return [(fault.line, fault.column) for fault in found.faults]


def bring(database: Database, table: bytes | Table, leavers: Leavers = Leavers.DEACTIVATE, **how: Any) -> Done:
    return importing.apply(database, roster(table), leavers, TODAY, NOW, **how)


def faults_of(
    database: Database, table: Table, leavers: Leavers = Leavers.DEACTIVATE, **how: Any
) -> list[tuple[int, str]]:
    """Where the faults are that keep a file from being applied; the directory stays as it was."""
    before = snapshot(database)
    with pytest.raises(FaultyFileError) as refused:
        bring(database, table, leavers, **how)
    assert snapshot(database) == before
    return [(fault.line, fault.column) for fault in refused.value.faults]


def snapshot(database: Database) -> dict[str, Person]:
    with database.reading() as connection:
        return {person.employee_id: person for person in importing.everybody(connection)}


def team(database: Database, manager: Person) -> set[str]:
    """The names that a manager sees."""
    principal = Principal(manager, frozenset({Role.EMPLOYEE, Role.MANAGER}))
    with database.reading() as connection:
        seen = visible(principal, Act.SEE_TEAM)
        names = select(directory.people.c.name).where(
            directory.people.c.person_key.in_(seen), directory.people.c.active
        )
        return set(connection.execute(names).scalars())
