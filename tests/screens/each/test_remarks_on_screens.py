"""Something wrong here: reported from where it stands, answered on the editors' screen, read on Home."""

import re
from html import unescape
from urllib.parse import parse_qsl

import pytest
from browsing import plain
from sqlalchemy import select
from stage import Open, Screen
from studying import Study

from people.access import Principal
from progress.remarks.remarks import Remark, of_person, remarks

SAID = "Two options say **the same**."


def own(study: Study, who: Principal) -> tuple[Remark, ...]:
    with study.database.reading() as connection:
        return of_person(connection, who.key)


def write(screen: Screen, said: str) -> None:
    """Follows the link, and sends."""
    drawn = "".join(each.body for each in screen.elements("html"))
    (link,) = re.findall(r'href="\?([^"]*report=[^"]*)"', drawn)
    for name, value in parse_qsl(unescape(link)):
        screen.app.query_params[name] = value
    screen.app.run()
    screen.stands()
    (field,) = screen.app.text_area
    field.set_value(said)
    screen.press("Send to the editors")


@pytest.mark.parametrize("is_answered", [False, True])
def test_a_question_is_reported_before_and_after_its_answer(
    open_screen: Open, assigned: Study, learner: Principal, language: str, is_answered: bool
) -> None:
    assigned.cards(learner)
    attempt = assigned.begin(learner).attempt
    assert attempt is not None
    if is_answered:
        assigned.answer(learner, attempt.questions[0][0])
    screen = open_screen(learner, "assessment.py", language, question="1")
    assert screen.says("Something wrong here?")
    assert not screen.app.text_area, "what is inside is drawn once it is open"
    write(screen, SAID)
    assert screen.says("Sent. The editors will answer you.")
    assert screen.app.text_area[0].value == ""
    (kept,) = own(assigned, learner)
    assert (kept.part_id, kept.edition) == attempt.questions[0]
    assert (kept.said, kept.language) == (SAID, language)


def test_a_card_is_reported_while_it_is_taken_and_when_it_is_read_again(
    open_screen: Open, assigned: Study, learner: Principal
) -> None:
    first, *_ = assigned.course.cards
    write(open_screen(learner, "lesson.py"), "Once.")
    assigned.card(learner, first)
    write(open_screen(learner, "lesson.py", card=first.id), "Again.")
    assert [(each.part_id, each.said) for each in own(assigned, learner)] == [
        (first.id, "Again."),
        (first.id, "Once."),
    ]


def test_what_cannot_be_sent_says_why_and_stays_written(
    open_screen: Open, assigned: Study, learner: Principal
) -> None:
    screen = open_screen(learner, "lesson.py")
    write(screen, "   ")
    assert screen.says("Write a sentence first, and then send it.")
    assert own(assigned, learner) == ()
    screen.app.text_area[0].set_value("Now with\N{RIGHT-TO-LEFT OVERRIDE} words.")
    screen.press("Send to the editors")
    assert screen.says("There is a character in it that hides, breaks or turns the text.")
    assert screen.app.text_area[0].value == "Now with\N{RIGHT-TO-LEFT OVERRIDE} words."


@pytest.mark.usefixtures("assigned")
def test_from_the_report_to_the_answer_read(
    open_screen: Open, learner: Principal, editor: Principal, language: str
) -> None:
    write(open_screen(learner, "lesson.py", language), SAID)
    screen = open_screen(editor, "content.py", language)
    t = screen.words
    assert plain(t.plural("{n} remark waits for an answer", "{n} remarks wait for an answer", 1)) in screen.headers()
    sent = screen.text()
    assert SAID in sent
    for telling in (learner.key, learner.person.name, learner.person.employee_id, learner.person.email):
        assert telling not in sent
    screen.app.text_area[0].set_value("They differ in *who* decides.")
    screen.press("Answer and close")
    assert screen.says("Answered. The author will see it on Home.")
    assert plain(t("No remark waits for an answer")) in screen.headers()

    home = open_screen(learner, language=language)
    assert home.says("The content editors have answered you")
    assert "They differ in *who* decides." in home.text()
    assert editor.person.name not in home.text()
    home.press("I have read it")
    assert not home.says("The content editors have answered you")
    assert not open_screen(learner, language=language).says("The content editors have answered you")
    record = open_screen(learner, "record.py", language).text()
    assert SAID in record
    assert "They differ in *who* decides." in record


@pytest.mark.parametrize("who", ["hr", "auditor"])
def test_others_who_see_the_content_see_no_remarks(
    open_screen: Open, assigned: Study, learner: Principal, request: pytest.FixtureRequest, who: str
) -> None:
    write(open_screen(learner, "lesson.py"), SAID)
    with assigned.database.reading() as connection:
        assert connection.execute(select(remarks)).first()
    screen = open_screen(request.getfixturevalue(who), "content.py")
    assert SAID not in screen.text()
    assert not screen.app.text_area
