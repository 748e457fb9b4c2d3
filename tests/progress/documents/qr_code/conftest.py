"""The signed text of one certificate."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from cast import DUE, NOW
from operating import Run
from qr_codes import ADDRESS, NAME, NUMBER

from people.directory import Person
from progress.completion import certificates
from progress.completion.certificates import Certificate, new_issue
from progress.completion.enrolments import Enrolment
from progress.documents import certificate_pdf
from progress.documents.certificate_signature import signed_address
from progress.record import signing
from progress.record.signing import Key
from quizzes.content import Course


@pytest.fixture(scope="package")
def key(tmp_path_factory: pytest.TempPathFactory) -> Key:
    return signing.opened(tmp_path_factory.mktemp("key") / "checkpoint.key")


@pytest.fixture
def other_key(tmp_path: Path) -> Key:
    return signing.opened(tmp_path / "other.key")


@pytest.fixture
def certificate(course: Course) -> Certificate:
    person = Person("0f", "1", NAME, "z@example.com", "Sklad", None, "cs")
    enrolment = Enrolment("0f", course.id, 1, NOW, DUE, NOW, score=90, pass_mark=80, content_sha256=course.sha256)
    issue = replace(new_issue("Ukázková společnost", NOW, NOW.date()), number=NUMBER)
    return certificates.frozen(person, enrolment, course, issue, "cs")


@pytest.fixture
def text(certificate: Certificate, key: Key) -> str:
    return signed_address(certificate, ADDRESS, key)


@pytest.fixture
def document(certificate: Certificate, text: str) -> bytes:
    return certificate_pdf.draw(certificate, text)


@pytest.fixture
def run(operated: Callable[..., Run], tmp_path: Path) -> Run:
    """Its database is not there: nothing of this needs one."""
    return operated(f"sqlite:///{tmp_path / 'nowhere' / 'none.sqlite3'}", "certificate", "verify")


@pytest.fixture
def keys(key: Key, tmp_path: Path) -> str:
    file = tmp_path / "kodex.pub"
    file.write_text("".join(f"{each}\n" for each in key.verifiers), "utf-8")
    return str(file)
