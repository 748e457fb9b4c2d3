"""One certificate as a badge, read by a library that is not ours."""

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from badge_of_one import NAME, NUMBER
from cast import NOW
from issuing import enrolled

from people.directory import Person
from progress.completion import certificates
from progress.completion.certificates import Certificate, new_issue
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
    issue = replace(new_issue("Ukázková společnost", NOW, NOW.date()), number=NUMBER, status_index=131_072 + 5)
    return certificates.frozen(person, enrolled(course), course, issue, "cs")
