"""The certificates of a unit or of any selection as one ZIP."""

import io
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from conftest import Study
from operating import Run
from pypdf import PdfReader
from revoking import revoke
from serving import Server
from sqlalchemy import Connection, select, update

from database import Database
from people.access import Principal, Role
from people.directory import Person, people
from progress.completion import certificates
from progress.completion.certificates import Certificate, of_person
from progress.documents import certificate_files, certificate_pdf
from progress.documents.certificate_files import Gathering, file_name
from progress.personal import erasure
from progress.reports.selection import Selection
from words import Words

ADDRESS = "https://kodex.example.com/verify"
TODAY = date(2026, 3, 3)


def drawn(certificate: Certificate) -> bytes:
    return certificate_pdf.draw(certificate, f"{ADDRESS}/{certificate.number}")


def gathering(study: Study) -> Gathering:
    return Gathering(study.database, drawn, TODAY, ZoneInfo("Europe/Prague"), Words.of("en"))


def zipped(study: Study, who: Principal, selection: Selection = Selection()) -> zipfile.ZipFile:  # noqa: B008
    numbers = certificate_files.numbers(study.database, who, selection, TODAY)
    parts = gathering(study).zipped(numbers)
    return zipfile.ZipFile(io.BytesIO(b"".join(part for _, part in parts)))


def held(study: Study, who: Principal) -> Certificate:
    with study.database.reading() as connection:
        return of_person(connection, who.key)[0]


@pytest.fixture
def certified(assigned: Study, learner: Principal, manager: Principal, outsider: Principal) -> Study:
    """The learner and their manager in one unit, the outsider in another."""
    for who in (learner, manager, outsider):
        assigned.certify(who)
    return assigned


def test_it_holds_each_certificate_as_it_is_drawn_alone(certified: Study, hr: Principal, learner: Principal) -> None:
    with zipped(certified, hr) as file:
        assert file.testzip() is None
        assert len(file.namelist()) == 3
        certificate = held(certified, learner)
        assert file.read(f"{certificate.number}-Lenka-Stastna.pdf") == drawn(certificate)


def test_the_same_certificates_give_the_same_bytes(certified: Study, hr: Principal) -> None:
    numbers = certificate_files.numbers(certified.database, hr, Selection(), TODAY)
    first, second = (list(gathering(certified).zipped(numbers)) for _ in range(2))
    assert first == second


def test_it_holds_those_of_a_unit(certified: Study, hr: Principal, learner: Principal, manager: Principal) -> None:
    with zipped(certified, hr, Selection(unit=learner.person.unit)) as file:
        assert {name[:33] for name in file.namelist()} == {held(certified, who).number for who in (learner, manager)}


def test_whoever_sees_no_certifications_gets_none(certified: Study, manager: Principal, learner: Principal) -> None:
    for who in (manager, learner):
        assert certificate_files.numbers(certified.database, who, Selection(), TODAY) == []


def test_hr_of_a_unit_gets_its_certificates_alone(certified: Study, hr: Principal, outsider: Principal) -> None:
    of_unit = Principal(hr.person, frozenset({Role.EMPLOYEE, Role.HR}), frozenset({outsider.person.unit}))
    numbers = certificate_files.numbers(certified.database, of_unit, Selection(), TODAY)
    assert numbers == [held(certified, outsider).number]


def test_one_whose_holder_was_erased_meanwhile_is_left_out(
    certified: Study, hr: Principal, learner: Principal
) -> None:
    numbers = certificate_files.numbers(certified.database, hr, Selection(), TODAY)
    erasure.erase(certified.database, learner.person.employee_id, "podle lhůty", "tests", certified.now)
    found = [number for number, _ in gathering(certified).zipped(numbers)]
    assert len(found) == 3
    assert found[-1] is None
    assert held(certified, learner).number not in found


def test_one_that_was_revoked_is_left_out(certified: Study, hr: Principal, learner: Principal) -> None:
    number = held(certified, learner).number
    assert number in certificate_files.numbers(certified.database, hr, Selection(), TODAY)
    revoke(certified, hr, learner)
    assert number not in certificate_files.numbers(certified.database, hr, Selection(), TODAY)


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Žofie Řehořová-Ďásková", "Zofie-Rehorova-Daskova"),
        ("../../etc/passwd", "etc-passwd"),
        ("a\\b:c*d", "a-b-c-d"),
        ("x" * 300, "x" * 60),
    ],
)
def test_a_name_is_written_in_letters_that_every_system_takes(
    certified: Study, learner: Principal, name: str, written: str
) -> None:
    certificate = Certificate(**{**vars(held(certified, learner)), "name": name})
    assert file_name(certificate) == f"{certificate.number}-{written}.pdf"


@pytest.mark.parametrize("name", ["محمد عبد الله", "山田", "..", "🙂"])
def test_a_name_without_such_letters_leaves_the_number(certified: Study, learner: Principal, name: str) -> None:
    certificate = Certificate(**{**vars(held(certified, learner)), "name": name})
    assert file_name(certificate) == f"{certificate.number}.pdf"


def test_no_more_than_one_certificate_is_held_in_memory(certified: Study, hr: Principal) -> None:
    """Each part is at most a document and what the ZIP says of it."""
    numbers = certificate_files.numbers(certified.database, hr, Selection(), TODAY)
    parts = [len(part) for _, part in gathering(certified).zipped(numbers)]
    assert len(parts) == 4
    with certified.database.reading() as connection:
        assert max(parts) < 500 + max(len(drawn(found)) for found in _all(connection))


def _all(connection: Connection) -> Iterator[Certificate]:
    for row in connection.execute(select(certificates.certificates)):
        yield Certificate(**row._mapping)


# The command


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


# Over HTTP


def test_hr_downloads_the_certificates_of_a_unit(server: Server) -> None:
    first, second = (server.newcomer(name) for name in ("Štěpán Žák", "Ďurďa Ňuhel"))
    numbers = {server.study.certify(who).certificate_no for who in (first, second)}
    with server.client(server.cast(Role.HR)) as client:
        answers = [client.get("/export/certificates.zip", params={"search": number}) for number in sorted(numbers)]
    for answer in answers:
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "application/zip"
        assert "no-store" in answer.headers["cache-control"]
        with zipfile.ZipFile(io.BytesIO(answer.content)) as file:
            (name,) = file.namelist()
            assert name[:33] in numbers
            assert file.read(name).startswith(b"%PDF")


def test_an_employee_is_refused_the_certificates_of_others(server: Server) -> None:
    with server.client(server.cast(Role.EMPLOYEE)) as client:
        assert client.get("/export/certificates.zip").status_code == 403
