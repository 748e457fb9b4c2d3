"""`manage.py export certificates`: one ZIP, whole or not at all."""

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from operating import Run
from pypdf import PdfReader
from sqlalchemy import update
from studying import Study
from zipped import gathering, held

from database import Database
from people.access import Principal
from people.directory import Person, people
from progress.documents.certificate_files import file_name


@pytest.fixture
def run(database_url: str, operated: Callable[..., Run]) -> Run:
    return operated(database_url, "certificate", "zip")


@pytest.mark.usefixtures("certified")
def test_the_command_writes_the_file_whole(run: Run, learner: Principal, tmp_path: Path) -> None:
    output = tmp_path / "unit.zip"
    told = run("--unit", learner.person.unit, "--output", str(output), KODEX_PUBLIC_URL="https://kodex.example.com")
    assert told.exit_code == 0, told.output
    assert f"2 certificates written to {output}." in told.stdout
    with zipfile.ZipFile(output) as file:
        assert file.testzip() is None
        texts = [PdfReader(io.BytesIO(file.read(name))).pages[0].extract_text() for name in file.namelist()]
    assert any(learner.person.name in text for text in texts)
    assert list(tmp_path.glob(".*part")) == []


def test_a_document_out_of_the_file_verifies(
    certified: Study, run: Run, learner: Principal, tmp_path: Path, operated: Callable[..., Run], database_url: str
) -> None:
    output = tmp_path / "unit.zip"
    run("--unit", learner.person.unit, "--output", str(output), KODEX_PUBLIC_URL="https://kodex.example.com")
    name = file_name(held(certified, learner))
    with zipfile.ZipFile(output) as file:
        (tmp_path / name).write_bytes(file.read(name))
    told = operated(database_url)("certificate", "verify", str(tmp_path / name), "--name", learner.person.name)
    assert told.exit_code == 0, told.output
    assert f"It was issued to {learner.person.name}." in told.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--unit", "Nowhere"), "There is no unit “Nowhere”."),
        (("--course", "nothing"), "There is no course “nothing”."),
        (("--status", "overdue"), "Nobody in the selection has a certificate."),
    ],
)
@pytest.mark.usefixtures("certified")
def test_what_finds_nothing_is_refused_in_a_sentence(
    run: Run, tmp_path: Path, arguments: tuple[str, ...], words: str
) -> None:
    output = tmp_path / "none.zip"
    told = run(*arguments, "--output", str(output), KODEX_PUBLIC_URL="https://kodex.example.com")
    assert told.exit_code == 1
    assert words in told.stderr.replace("\n", " ")
    assert not output.exists()


@pytest.mark.usefixtures("certified")
def test_without_an_address_to_check_at_nothing_is_written(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KODEX_PUBLIC_URL", raising=False)
    told = run("--output", str(tmp_path / "all.zip"))
    assert told.exit_code == 1
    assert "KODEX_PUBLIC_URL is missing" in told.stderr


@pytest.mark.usefixtures("certified")
def test_a_folder_that_is_not_there_is_refused_in_a_sentence(run: Run, tmp_path: Path) -> None:
    told = run("--output", str(tmp_path / "nowhere" / "all.zip"), KODEX_PUBLIC_URL="https://kodex.example.com")
    assert told.exit_code == 1
    assert "There is no folder" in told.stderr


def test_the_command_names_the_letters_that_would_be_boxes(
    operated: Callable[..., Run], database_url: str, everybody: tuple[Person, ...], database: Database
) -> None:
    run = operated(database_url, "certificate", "letters")
    assert "Every name can be drawn as it is written." in run().stdout
    with database.writing() as connection:
        is_first = people.c.person_key == everybody[0].key
        connection.execute(update(people).where(is_first).values(name="สมชาย Žižka"))
    told = run().stdout
    assert f"{everybody[0].employee_id} สมชาย Žižka: สมชาย" in told
    assert "In 1 name a box would be drawn." in told


def test_boxes_are_named_beside_the_certificates(certified: Study, outsider: Principal) -> None:
    with certified.database.writing() as connection:
        is_theirs = people.c.person_key == outsider.key
        connection.execute(update(people).where(is_theirs).values(name="山田 太郎"))
    certified.later(days=340)
    certified.assign(outsider, due_on=certified.now.date())
    named = replace(outsider, person=replace(outsider.person, name="山田 太郎"))
    number = certified.certify(named).certificate_no
    gathered = gathering(certified)
    file = zipfile.ZipFile(io.BytesIO(b"".join(part for _, part in gathered.zipped([number or ""]))))
    assert gathered.boxed == {number: "山田太郎"}
    assert f"{number}: boxes stand for letters that no typeface here has: 山田太郎" in file.read("NOTES.txt").decode()
