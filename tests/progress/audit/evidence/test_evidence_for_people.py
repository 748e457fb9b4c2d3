"""The page and the workbook of an evidence pack, for people."""

import zipfile
from datetime import datetime
from pathlib import Path

from openpyxl import load_workbook
from operating import Run
from packing import REASON

from people.access import Principal


def test_the_page_says_in_both_languages_what_the_pack_proves(revoked: tuple[Path, str], learner: Principal) -> None:
    pack, number = revoked
    with zipfile.ZipFile(pack) as file:
        page = file.read("index.html").decode()
    assert "http" not in page.partition("</style>")[2], "it needs nothing from elsewhere"
    assert "<script" not in page
    for language, words in (
        ("cs", "2\N{NO-BREAK SPACE}osvědčení, 1\N{NO-BREAK SPACE}výjimka"),
        ("en", "2 certificates, 1 exception"),
    ):
        section = page.partition(f'<section lang="{language}">')[2].partition("</section>")[0]
        assert words in section
        assert REASON in section
        assert number in section
    assert f'<tr data-certificate="{number}" data-status="revoked"><th scope="row">{learner.person.name}' in page


def test_the_workbook_has_days_that_are_days_and_filters(revoked: tuple[Path, str], tmp_path: Path) -> None:
    pack, number = revoked
    with zipfile.ZipFile(pack) as file:
        book = load_workbook(file.extract("index.xlsx", tmp_path))
    held, exceptions = book.worksheets
    assert [sheet.auto_filter.ref for sheet in book] == ["A1:J3", "A1:G2"]
    rows = {row[0]: row for row in held.iter_rows(min_row=2, values_only=True)}
    assert all(isinstance(row[6], datetime) and isinstance(row[7], datetime) for row in rows.values())
    assert rows[number][8] == "odvoláno · revoked"
    (said,) = exceptions.iter_rows(min_row=2, values_only=True)
    assert (said[0], said[3], said[4]) == (number, datetime(2026, 3, 2), REASON)  # noqa: DTZ001 - a cell has none


def test_a_pack_without_certificates_opens_too(run: Run, tmp_path: Path) -> None:
    pack = tmp_path / "empty.zip"
    assert run("evidence", "--output", str(pack), "--from", "2030-01-01").exit_code == 0
    with zipfile.ZipFile(pack) as file:
        assert "V\N{NO-BREAK SPACE}tomto období nebylo vydáno žádné osvědčení." in file.read("index.html").decode()
        assert len(load_workbook(file.extract("index.xlsx", tmp_path)).worksheets) == 2
