"""Hostile strings in HR's file."""

import csv
import io
import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime

import pytest
import xlsxwriter
from hostile import MARK, strings
from sqlalchemy import select

from database import Database
from people.directory import is_hidden, people
from people.hr_file import columns, formats, importing
from people.hr_file.importing import FaultyFileError, Leavers
from words import Words

MANY = 2000

HEAD = ["osobní číslo", "jméno", "e-mail", "útvar"]


def is_refused(text: str, longest: int) -> bool:
    composed = unicodedata.normalize("NFC", " ".join(text.split()))
    return any(is_hidden(letter) for letter in text.strip()) or len(composed) > longest


# HR's file


def as_csv(rows: list[list[str]]) -> bytes:
    written = io.StringIO(newline="")
    csv.writer(written, delimiter=";").writerows(rows)
    return written.getvalue().encode()


def as_xlsx(rows: list[list[str]]) -> bytes:
    written = io.BytesIO()
    book = xlsxwriter.Workbook(written)
    sheet = book.add_worksheet()
    for line, row in enumerate(rows):
        for column, cell in enumerate(row):
            sheet.write_string(line, column, cell)
    book.close()
    return written.getvalue()


@pytest.mark.parametrize("form", [as_csv, as_xlsx])
@pytest.mark.parametrize("place", [1, 3])
def test_a_file_brings_them_in_as_text_or_names_their_line(
    database: Database, today: date, now: datetime, form: Callable[[list[list[str]]], bytes], place: int
) -> None:
    """In the column of names and in that of units."""
    texts = list(strings(MANY))
    rows = [[f"H{number}", "Jana Prostá", "", "Sklad"] for number in range(MANY)]
    for row, text in zip(rows, texts, strict=True):
        row[place] = text
    roster = columns.read(formats.tables(form([HEAD, *rows])))
    with pytest.raises(FaultyFileError) as refused:
        importing.apply(database, roster, Leavers.REPORT, today, now)
    bad = {fault.line for fault in refused.value.faults}
    told = [fault.in_words(Words.of("cs")) for fault in refused.value.faults]
    assert not [sentence for sentence in told if any(map(is_hidden, sentence)) or len(sentence) > 300]
    assert not [sentence for sentence in told if not re.match(r"(?:list „[^“]+“, )?řádek \d+", sentence)]
    importing.apply(database, roster, Leavers.REPORT, today, now, skip_bad=True)
    with database.reading() as connection:
        kept = {row.employee_id: row for row in connection.execute(select(people))}
    expected = {f"H{number}" for number, text in enumerate(texts) if not is_refused(text, 200)}
    assert kept.keys() == expected
    assert len(bad) == MANY - len(expected)
    for number in range(MANY):
        if f"H{number}" in kept:
            row = kept[f"H{number}"]
            assert (row.name if place == 1 else row.unit).endswith(f"{MARK}{number:04}")
            assert not any(is_hidden(letter) for letter in row.name + row.unit)
    print(f"{form.__name__}: {len(kept)} kept as text, {len(bad)} refused with their line")  # noqa: T201


def test_a_file_takes_no_address_that_is_more_than_an_address(today: date, now: datetime, database: Database) -> None:
    rows = [[f"H{number}", "Jana", f"{text}@example.com", "Sklad"] for number, text in enumerate(strings(MANY))]
    roster = columns.read(formats.tables(as_csv([HEAD, *rows])))
    importing.apply(database, roster, Leavers.REPORT, today, now, skip_bad=True)
    with database.reading() as connection:
        addresses = list(connection.execute(select(people.c.email)).scalars())
    assert addresses == []
