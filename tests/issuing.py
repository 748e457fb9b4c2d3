"""Certificates as they are issued, for people of many scripts."""

from dataclasses import replace

from cast import DUE, NOW

from people.directory import Person
from progress.completion import certificates
from progress.completion.certificates import Certificate, new_issue
from progress.completion.enrolments import Enrolment
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


def issued(course: Course, name: str = NAMES["Czech"], unit: str = "Sklad", language: str = "cs") -> Certificate:
    person = Person("0f", "1", name, "z@example.com", unit, None, "cs")
    enrolment = Enrolment("0f", course.id, 1, NOW, DUE, NOW, score=90, pass_mark=80, content_sha256=course.sha256)
    issue = replace(new_issue("Ukázková společnost", NOW, NOW.date()), number="KX-01234-56789-ABCDE-FGHJK-MNPQRS")
    return certificates.frozen(person, enrolment, course, issue, language)
