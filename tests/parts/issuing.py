"""Certificates as they are issued, for people of many scripts."""

from dataclasses import replace

from cast import DUE, NOW

from people.directory import Person
from progress.completion import assignments, certificates
from progress.completion.certificates import Certificate, new_issue
from progress.completion.enrolments import Enrolment
from progress.completion.fold import after
from progress.record import chains
from quizzes.content import Course

ADDRESS = "https://kodex.example.com/verify/KX-01234-56789-ABCDE-FGHJK-MNPQRS"
NAMES = {
    "Georgian": "გიორგი ბერიძე",
    "Armenian": "Արամ Խաչատրյան",
    "Czech": "Žofie Řehořová-Ďásková",
    "Arabic": "محمد عبد الله الفارسي",
    "Hebrew": "יעל בן־דוד",
    "both directions": "Yael בן־דוד Nováková",
    "Vietnamese": "Nguyễn Thị Hương",
    "Ukrainian": "Олена Щербаківська",
}


def enrolled(course: Course, score: int | None = 90) -> Enrolment:
    """An enrolment that was started, and passed unless `score` is None."""
    (event,) = chains.following(chains.NO_EVENTS, "0f", [assignments.assigned(course, 1, DUE, "tests")], NOW)
    started = replace(after(None, event), started_at=NOW, content_sha256=course.sha256)
    return started if score is None else replace(started, score=score, pass_mark=80)


def issued(course: Course, name: str = NAMES["Czech"], unit: str = "Sklad", language: str = "cs") -> Certificate:
    person = Person("0f", "1", name, "z@example.com", unit, None, "cs")
    issue = replace(new_issue("Ukázková společnost", NOW, NOW.date()), number="KX-01234-56789-ABCDE-FGHJK-MNPQRS")
    return certificates.frozen(person, enrolled(course), course, issue, language)
