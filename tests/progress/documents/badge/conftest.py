"""One certificate as a badge, read by a library that is not ours."""

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from badge_of_one import NAME, NUMBER
from cast import DUE, NOW

from people.directory import Person
from progress.completion import certificates
from progress.completion.certificates import Certificate, new_issue
from progress.completion.enrolments import Enrolment
from progress.documents.open_badge import Place
from progress.record import signing
from progress.record.signing import Key
from quizzes.content import Course


@pytest.fixture(scope="package")
def key(tmp_path_factory: pytest.TempPathFactory) -> Key:
    return signing.opened(tmp_path_factory.mktemp("key") / "checkpoint.key")


@pytest.fixture
def place(zone: ZoneInfo) -> Place:
    return Place("https://kodex.example.com", zone)


@pytest.fixture
def certificate(course: Course) -> Certificate:
    person = Person("0f", "1", NAME, "z@example.com", "Sklad", None, "cs")
    enrolment = Enrolment("0f", course.id, 1, NOW, DUE, NOW, score=90, pass_mark=80, content_sha256=course.sha256)
    issue = replace(new_issue("Ukázková společnost", NOW, NOW.date()), number=NUMBER, status_index=131_072 + 5)
    return certificates.frozen(person, enrolment, course, issue, "cs")
