"""Downloads: the forms in which an export and its statement are sent."""

import csv
import io
import zipfile
from pathlib import Path

import pytest
from openpyxl import load_workbook
from operating import records
from serving import KEY, Server

from people.access import Role
from progress.record import signing
from progress.reports import export_statements
from progress.reports.export_statements import ENDING
from words import LANGUAGES, Words


def verifiers() -> list[signing.Verifier]:
    return list(signing.opened(KEY).verifiers)


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_file_and_its_statement_come_in_one_zip_or_each_alone(server: Server, tmp_path: Path, form: str) -> None:
    manager = server.cast(Role.MANAGER)
    with server.client(manager) as client:
        both = client.get(f"/export/team.{form}", params={"statement": "beside"})
        alone = client.get(f"/export/team.{form}")
        stated = client.get(alone.headers["link"].split(">")[0].lstrip("<"))
    assert both.headers["content-type"] == "application/zip"
    assert f'.{form}.zip"' in both.headers["content-disposition"]
    pack = tmp_path / "both.zip"
    pack.write_bytes(both.content)
    said = export_statements.checked(pack, verifiers())
    assert said["scope"] == f"reporting line of {manager.person.employee_id}"
    with zipfile.ZipFile(io.BytesIO(both.content)) as opened:
        name, statement = opened.namelist()
        assert statement == name + ENDING
        assert opened.testzip() is None
    assert f'filename="{statement}"' in stated.headers["content-disposition"]
    file = tmp_path / name
    file.write_bytes(alone.content)
    (tmp_path / statement).write_bytes(stated.content)
    assert export_statements.checked(file, verifiers())["records"] == said["records"]


def test_a_statement_is_given_to_whoever_asked_and_to_those_who_verify(server: Server) -> None:
    with server.client(server.cast(Role.MANAGER)) as client:
        own = client.get("/export/team.csv").headers["link"].split(">")[0].lstrip("<")
        assert client.get(own).status_code == 200
        for number in ("0", "x", "9" * 30, "-1", "²"):
            assert client.get(f"/export/statement/{number}").status_code == 404
    for role, status in ((Role.HR, 200), (Role.AUDITOR, 200), (Role.EDITOR, 404), (Role.EMPLOYEE, 404)):
        with server.client(server.cast(role)) as client:
            assert client.get(own).status_code == status, role


@pytest.mark.parametrize("language", LANGUAGES)
def test_heads_are_in_the_readers_language_or_names_of_fields(server: Server, language: str) -> None:
    t = Words.of(language)
    with server.client(server.cast(Role.HR), headers={"Accept-Language": language}) as client:
        for form, default in (("csv", "employee_id"), ("xlsx", t("Employee number"))):
            for asked, head in (("local", t("Employee number")), ("field", "employee_id"), (None, default)):
                query = {"headers": asked} if asked else {}
                content = client.get(f"/export/certifications.{form}", params=query).content
                if form == "csv":
                    first = content.decode("utf-8-sig").splitlines()[0].split(";")[0]
                else:
                    book = load_workbook(io.BytesIO(content))
                    assert book.sheetnames[0] == (t("Certifications") if head != "employee_id" else "Certifications")
                    first = book.worksheets[0]["A1"].value
                assert first == head


def test_a_csv_holds_nothing_but_rows_whatever_separates_them(server: Server) -> None:
    with server.client(server.cast(Role.HR)) as client:
        wanted = records(client.get("/export/certifications.csv").content.decode())
        for name, delimiter in (("comma", ","), ("tab", "\t"), ("semicolon", ";")):
            text = client.get("/export/certifications.csv", params={"delimiter": name}).content.decode("utf-8-sig")
            found = list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter))
            assert found == wanted
            assert all(row["employee_id"].isalnum() and None not in row for row in found)


@pytest.mark.parametrize("query", ["headers=czech", "delimiter=%7C", "statement=yes"])
def test_a_form_that_there_is_not_is_refused(server: Server, query: str) -> None:
    with server.client(server.cast(Role.HR)) as client:
        assert client.get(f"/export/certifications.csv?{query}").status_code == 400
