"""The commitment's screen, and the certificate that it brings."""

import orjson
from browsing import plain
from sqlalchemy import update
from stage import (
    Open,
)
from studying import Study

from database import Database
from people.access import Principal
from progress.completion import certificates
from quizzes.content import Course


def test_nothing_is_signed_without_the_tick(
    open_screen: Open, assigned: Study, learner: Principal, course: Course, language: str
) -> None:
    assigned.cards(learner)
    assigned.attempt(learner)
    screen = open_screen(learner, "commitment.py", language)
    assert plain(course.commitment(language)) in screen.text()
    screen.press("Sign and get the certificate")
    assert screen.says("Tick the box to sign.")
    assert assigned.enrolment(learner).committed_at is None


def test_a_signature_brings_the_certificate_in_the_language_that_was_signed(
    open_screen: Open, assigned: Study, learner: Principal, language: str
) -> None:
    assigned.cards(learner)
    assigned.attempt(learner, right=9)
    screen = open_screen(learner, "commitment.py", language)
    screen.app.checkbox[0].check()
    screen.press("Sign and get the certificate")
    enrolment = assigned.enrolment(learner)
    t = screen.words
    assert enrolment.certificate_no is not None
    assert enrolment.language == language
    assert screen.title == plain(t("You are certified until {day}", day=t.date(enrolment.valid_until)))
    for shown in (learner.person.name, t.percent(90), enrolment.certificate_no):
        assert plain(shown) in screen.text()
    assert f"/certificate/{enrolment.certificate_no}.pdf" in screen.text()
    assert f"/verify/{enrolment.certificate_no}" in screen.text()


def test_the_certificate_is_drawn_in_the_words_that_it_was_issued_in(
    open_screen: Open, assigned: Study, learner: Principal, database: Database
) -> None:
    number = assigned.certify(learner).certificate_no or ""
    with database.writing() as connection:
        printed = orjson.loads(certificates.find(connection, number).printed)  # type: ignore[union-attr]
        printed |= {"heading": "As it was <b>said</b>", "lang": "cs"}
        table = certificates.certificates
        row = table.c.number == number
        connection.execute(update(table).where(row).values(name="<i>Ida</i>", printed=orjson.dumps(printed).decode()))
    (drawn,) = [
        html.body
        for html in open_screen(learner, "commitment.py", "en").elements("html")
        if "kodex-certificate" in html.body
    ]
    assert '<section class="kodex-certificate" lang="cs"' in drawn
    assert "As it was &lt;b&gt;said&lt;/b&gt;" in drawn
    assert "&lt;i&gt;Ida&lt;/i&gt;" in drawn
    assert number in drawn
    assert drawn.count("kodex-drawing tiny") == len(assigned.course.principles)


def test_a_certificate_from_before_words_were_frozen_is_drawn_too(
    open_screen: Open, assigned: Study, learner: Principal, database: Database
) -> None:
    number = assigned.certify(learner).certificate_no
    with database.writing() as connection:
        connection.execute(update(certificates.certificates).values(printed=None))
    screen = open_screen(learner, "commitment.py")
    assert screen.says("Certificate of completion")
    assert number in screen.text()


def test_there_is_nothing_to_sign_before_the_questions_are_passed(
    open_screen: Open, assigned: Study, learner: Principal
) -> None:
    assigned.cards(learner)
    assigned.attempt(learner, right=7)
    screen = open_screen(learner, "commitment.py")
    assert screen.buttons() == [plain(screen.words("See what went wrong"))]
    assert not screen.app.checkbox
