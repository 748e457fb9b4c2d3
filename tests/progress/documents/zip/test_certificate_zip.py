"""The certificates of a unit or of any selection as one ZIP."""

import io
import zipfile
from collections.abc import Iterator

import pytest
from revoking import revoke
from sqlalchemy import Connection, select
from studying import Study
from zipped import TODAY, drawn, gathering, held

from people.access import Principal, Role
from progress.completion import certificates
from progress.completion.certificates import Certificate
from progress.documents import certificate_files
from progress.documents.certificate_files import file_name
from progress.personal import erasure
from progress.reports.lists import Selection


def zipped(study: Study, who: Principal, selection: Selection = Selection()) -> zipfile.ZipFile:  # noqa: B008
    numbers = certificate_files.numbers(study.database, who, selection, TODAY)
    parts = gathering(study).zipped(numbers)
    return zipfile.ZipFile(io.BytesIO(b"".join(part for _, part in parts)))


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
