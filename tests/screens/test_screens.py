"""Every screen for every role: it works for those whose it is, refuses the others, and says why it is empty."""

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

import pytest
from browsing import plain
from conftest import HOME, PEOPLE, PRAGUE, Study, leaves
from connections import several
from sqlalchemy.exc import TimeoutError as NoConnectionError
from stage import (  # noqa: F401
    IN_A_WEEK,
    LAST_WEEK,
    PATIENCE,
    SECRET,
    Open,
    anybody,
    assigned,
    cells,
    database_url,
    installed,
    language,
    open_screen,
    sign_in,
    study,
    titles,
    today,
)
from streamlit.testing.v1 import AppTest

import installation as house
from database import Database
from lessons.cards import Card, CardKind
from people import directory
from people.access import OPERATOR, Asker, Principal, Role
from people.directory import Person
from people.sign_in import accounts
from progress.completion import corrections, learning
from progress.completion.corrections import What, Wish
from progress.completion.rules import Status
from progress.record.chains import Kind
from progress.reports import export_log
from progress.reports.export_log import Extent, HandedOut
from progress.reports.lists import Summary
from quizzes.content import Course
from screens.parts import exported, page, statuses
from words import LANGUAGES, Words

# Which screens are whose

LEARNING = {"home.py", "lesson.py", "assessment.py", "commitment.py", "record.py"}
OTHERS = {
    "team.py": {Role.MANAGER},
    "certifications.py": {Role.HR, Role.AUDITOR},
    "content.py": {Role.HR, Role.AUDITOR, Role.EDITOR},
    "people.py": {Role.HR},
    "person.py": {Role.HR, Role.AUDITOR},
    "records.py": {Role.HR, Role.AUDITOR},
}
NO_SCREENS = {"__init__.py", "entry.py", "session.py", "refused.py"}


def test_every_screen_is_somebodys() -> None:
    assert {file.name for file in (HOME / "screens").glob("*.py")} - NO_SCREENS == LEARNING | OTHERS.keys()


@pytest.mark.parametrize("role", Role)
def test_each_role_is_offered_its_own_screens_and_no_others(
    open_screen: Open, anybody: dict[Role, Principal], role: Role
) -> None:
    app = open_screen(anybody[role]).app
    for screen in LEARNING:
        app.switch_page(screen)
    for screen, whose in OTHERS.items():
        if role in whose:
            app.switch_page(screen)
        else:
            with pytest.raises(ValueError, match="registered"):
                app.switch_page(screen)


def alone(name: str) -> None:
    """The script of one screen, without the entry that decides whose it is."""
    import runpy

    import streamlit as st

    from people.access import RefusedError
    from screens.parts import session

    session.begin()
    try:
        runpy.run_path(f"screens/{name}")
    except RefusedError:
        st.text("refused")


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("name", OTHERS)
def test_a_screen_by_itself_refuses_those_whose_it_is_not(
    open_screen: Open, anybody: dict[Role, Principal], role: Role, name: str
) -> None:
    """Even where it is offered to them by mistake."""
    open_screen(anybody[role])
    app = AppTest.from_function(alone, default_timeout=PATIENCE, kwargs={"name": name}).run()
    assert not app.exception
    if role in OTHERS[name]:
        assert len(titles(app)) == 1
    else:
        assert [each.value for each in app.main if each.type != "main"] == ["refused"]


@pytest.mark.parametrize("screen", sorted(LEARNING | OTHERS.keys()))
def test_every_screen_says_where_to_turn_and_who_is_signed_in(
    open_screen: Open, assigned: Study, anybody: dict[Role, Principal], screen: str, language: str
) -> None:
    assigned.cards(anybody[Role.EMPLOYEE])
    who = anybody[min(OTHERS.get(screen, {Role.EMPLOYEE}))]
    (foot,) = [each.body for each in open_screen(who, screen, language).elements("html") if "kodex-foot" in each.body]
    assert "compliance@example.com" in foot
    assert "legal@example.com" in foot
    assert who.person.name in foot
    assert '<a href="/sign-out">' in foot
    other = next(each for each in LANGUAGES if each != language)
    assert f'<a href="/language/{other}" lang="{other}"' in foot


# Nobody


def test_a_stranger_is_shown_the_way_to_sign_in_and_nothing_else(open_screen: Open, language: str) -> None:
    screen = open_screen("invented", language=language)
    assert screen.title == plain(screen.words("Sign in again to go on"))
    assert 'href="/sign-in"' in screen.text().replace("\\", "")
    assert not screen.buttons()
    assert screen.links() == [plain(screen.words("Sign in"))]


@pytest.mark.parametrize("screen", ["home.py", "lesson.py", "certifications.py", "content.py"])
@pytest.mark.parametrize("why", ["signed out", "left the company", "idle for an hour"])
def test_once_a_session_is_over_its_screens_show_nothing_more(
    open_screen: Open, database: Database, study: Study, hr: Principal, today: date, screen: str, why: str
) -> None:
    study.assign(hr, due_on=today + IN_A_WEEK)
    token = sign_in(database, hr)
    seen = open_screen(token, screen)
    assert hr.person.name in seen.text()
    match why:
        case "signed out":
            accounts.sign_out(database, token, SECRET)
        case "left the company":
            leaves(database, hr)
        case _:
            an_hour_ago = datetime.now(UTC) - timedelta(hours=1)
            with database.writing() as connection:
                connection.execute(accounts.sessions.update().values(seen_at=an_hour_ago))
    seen.app.run()
    assert seen.title == plain(seen.words("Sign in again to go on"))
    assert hr.person.name not in seen.text()
    assert not seen.listed()
    assert not seen.buttons()


def test_an_answer_of_somebody_whose_session_is_over_is_not_saved(
    open_screen: Open, assigned: Study, learner: Principal, course: Course
) -> None:
    token = sign_in(assigned.database, learner)
    screen = open_screen(token, "lesson.py")
    screen.choose(course.lessons[0].text("cs").dilemma)
    accounts.sign_out(assigned.database, token, SECRET)
    screen.press("Save the answer and go on")
    assert screen.title == plain(screen.words("Sign in again to go on"))
    assert assigned.enrolment(learner).checks == {}


# Languages


def test_the_language_chosen_in_the_browser_comes_before_the_persons_and_the_browsers(
    open_screen: Open, learner: Principal
) -> None:
    said = {language: plain(Words.of(language)("Nothing is assigned to you yet")) for language in LANGUAGES}
    assert learner.person.language == "cs"
    assert open_screen(learner, language="en", prefers="cs").title == said["en"]
    assert open_screen(learner, language=None, prefers="en-GB,en;q=0.9").title == said["cs"]
    assert open_screen("nobody", language=None, prefers="en-GB,en;q=0.9").title == "Sign in again to go on"


# Home


def test_home_says_that_nothing_is_assigned_and_who_will(
    open_screen: Open, learner: Principal, language: str
) -> None:
    screen = open_screen(learner, language=language)
    assert screen.title == plain(screen.words("Nothing is assigned to you yet"))
    assert not screen.buttons()


@pytest.mark.usefixtures("assigned")
def test_home_says_by_when_and_what_is_missing_and_leads_on(
    open_screen: Open, learner: Principal, course: Course, today: date, language: str
) -> None:
    screen = open_screen(learner, language=language)
    t = screen.words
    missing = t.plural("{n} principle to go", "{n} principles to go", len(course.principles))
    assert screen.title == plain(t("{missing} by {day}", missing=missing, day=t.day(today + IN_A_WEEK)))
    assert screen.headers() == [plain(t("What is missing for completion"))]
    assert screen.says("{done} {of_total} cards done", done=0, of_total=t.out_of(len(course.cards)))
    assert screen.buttons() == [plain(t("Begin the course"))]
    screen.press("Begin the course")
    assert screen.title == plain(course.lessons[0].text(language).dilemma.title)


def test_home_leads_back_to_the_principle_that_comes_next(
    open_screen: Open, assigned: Study, learner: Principal, course: Course, language: str
) -> None:
    for card in course.cards[:4]:
        done(assigned, learner, card)
    screen = open_screen(learner, language=language)
    title = course.lessons[0].text(language).principles[2].title
    assert screen.buttons() == [plain(screen.words("Go on with principle {n}: {title}", n=3, title=title))]
    screen.app.button[0].click().run()
    assert screen.title == plain(title)


def test_home_says_since_when_somebody_is_overdue(
    open_screen: Open, study: Study, learner: Principal, today: date, language: str
) -> None:
    study.assign(learner, due_on=today + LAST_WEEK)
    screen = open_screen(learner, language=language)
    t = screen.words
    missing = t.plural("{n} principle to go", "{n} principles to go", 7)
    assert screen.title == plain(t("Overdue since {day}. {missing}", day=t.day(today + LAST_WEEK), missing=missing))


def test_home_says_how_many_questions_are_left(open_screen: Open, assigned: Study, learner: Principal) -> None:
    assigned.cards(learner)
    question, _ = assigned.begin(learner).attempt.questions[0]  # type: ignore[union-attr]
    assigned.answer(learner, question)
    screen = open_screen(learner)
    assert plain(screen.words.plural("{n} question to go", "{n} questions to go", 9)) in screen.title
    assert screen.buttons() == [plain(screen.words("Go on with the questions"))]


def test_home_says_what_the_last_attempt_came_to(open_screen: Open, assigned: Study, learner: Principal) -> None:
    assigned.cards(learner)
    assigned.attempt(learner, right=7)
    screen = open_screen(learner)
    t = screen.words
    assert screen.says("last time {score}; {pass_mark} needed", score=t.percent(70), pass_mark=t.percent(80))
    assert screen.buttons() == [plain(t("Begin the final questions"))]


def test_home_leads_to_the_commitment_once_passed(open_screen: Open, assigned: Study, learner: Principal) -> None:
    assigned.cards(learner)
    assigned.attempt(learner)
    screen = open_screen(learner)
    screen.press("Sign the commitment")
    assert screen.title == plain(screen.words("Sign the commitment, and you are done"))


def test_home_shows_the_certificate_with_its_validity(
    open_screen: Open, assigned: Study, learner: Principal, language: str
) -> None:
    enrolment = assigned.certify(learner)
    screen = open_screen(learner, language=language)
    assert screen.title == plain(screen.words("You are done, and certified"))
    assert f"/certificate/{enrolment.certificate_no}.pdf" in screen.text()
    assert screen.says("valid until {day}", day=screen.words.date(enrolment.valid_until))
    assert not screen.buttons()


def test_home_shows_nobody_elses_certificate(
    open_screen: Open, assigned: Study, learner: Principal, manager: Principal
) -> None:
    number = assigned.certify(learner).certificate_no
    assert number not in open_screen(manager).text()


# Lesson


def done(study: Study, who: Principal, card: Card) -> None:
    choice = card.choice(study.course.lesson(card.lesson_id).source)
    if choice is not None:
        learning.answer_card(study.database, who, study.course, card, choice.right, "cs", study.now)
    learning.leave_card(study.database, who, study.course, card, "cs", study.now)


def up_to(study: Study, who: Principal, kind: CardKind) -> Card:
    """Brings `who` to the first card of that kind, and gives it."""
    for card in study.course.cards:
        if card.kind is kind:
            return card
        done(study, who, card)
    raise LookupError(kind)


def test_the_dilemma_is_asked_before_anything_is_taught_and_not_explained_yet(
    open_screen: Open, assigned: Study, learner: Principal, course: Course, language: str
) -> None:
    lesson = course.lessons[0].text(language)
    screen = open_screen(learner, "lesson.py", language)
    assert screen.title == plain(lesson.dilemma.title)
    assert screen.options() == {plain(option.text) for option in lesson.dilemma.options}
    assert screen.explained(lesson.dilemma) == set()
    assert plain(lesson.dilemma.answer[0]) not in screen.text()
    chosen = screen.choose(lesson.dilemma, right=False)
    screen.press("Save the answer and go on")
    assert assigned.enrolment(learner).checks == {course.cards[0].id: chosen}
    assert screen.title == plain(lesson.why.title)
    assert screen.explained(lesson.dilemma) == set()


def test_the_card_of_reasons_is_read_and_left(
    open_screen: Open, assigned: Study, learner: Principal, course: Course, language: str
) -> None:
    card = up_to(assigned, learner, CardKind.WHY)
    lesson = course.lessons[0].text(language)
    screen = open_screen(learner, "lesson.py", language)
    assert plain(lesson.promise) in screen.text()
    assert not screen.app.radio
    screen.press("Next")
    assert card.id in assigned.enrolment(learner).cards
    assert screen.title == plain(lesson.principles[0].title)


@pytest.mark.parametrize("right", [True, False])
def test_a_principle_is_taught_checked_and_explained(
    open_screen: Open, assigned: Study, learner: Principal, course: Course, language: str, right: bool
) -> None:
    card = up_to(assigned, learner, CardKind.PRINCIPLE)
    taught = course.lessons[0].text(language).principles[0]
    screen = open_screen(learner, "lesson.py", language)
    for text in (taught.rule, taught.meaning, taught.do, taught.dont, taught.example):
        assert plain(text) in screen.text()
    assert plain(screen.words("Next")) not in screen.buttons()
    assert screen.explained(taught.check) == set()
    chosen = screen.choose(taught.check, right=right)
    screen.press("Check the answer")
    assert screen.explained(taught.check) == {chosen, taught.check.right}
    assert card.id not in assigned.enrolment(learner).cards
    screen.press("Next")
    assert card.id in assigned.enrolment(learner).cards


def test_the_dilemma_is_answered_at_the_end(
    open_screen: Open, assigned: Study, learner: Principal, course: Course, language: str
) -> None:
    up_to(assigned, learner, CardKind.ANSWER)
    dilemma = course.lessons[0].text(language).dilemma
    screen = open_screen(learner, "lesson.py", language)
    assert screen.explained(dilemma) == set()
    assert plain(dilemma.answer[0]) not in screen.text()
    screen.choose(dilemma)
    screen.press("Check the answer")
    assert screen.explained(dilemma) == {dilemma.right}
    assert all(plain(paragraph) in screen.text() for paragraph in dilemma.answer)
    screen.press("Next")
    assert screen.title == plain(screen.words("You have read it all, the questions come next"))
    screen.press("Begin the final questions")
    assert screen.says("Begin")


def test_a_card_cannot_be_left_unanswered(open_screen: Open, assigned: Study, learner: Principal) -> None:
    up_to(assigned, learner, CardKind.PRINCIPLE)
    screen = open_screen(learner, "lesson.py")
    screen.press("Check the answer")
    assert screen.says("Choose one of the answers first.")
    assert len(assigned.enrolment(learner).checks) == 1


def test_a_card_that_is_done_can_be_read_again_by_its_address(
    open_screen: Open, assigned: Study, learner: Principal, course: Course
) -> None:
    up_to(assigned, learner, CardKind.PRINCIPLE)
    screen = open_screen(learner, "lesson.py", card="customer-privacy/why")
    assert screen.title == plain(course.lessons[0].text("cs").why.title)
    assert not screen.buttons()
    assert screen.links() == [plain(screen.words("Back to your courses"))]


@pytest.mark.parametrize("card", ["customer-privacy/answer", "customer-privacy/need-to-know", "../why", ""])
def test_no_address_leads_past_the_card_that_comes_next(
    open_screen: Open, assigned: Study, learner: Principal, course: Course, card: str
) -> None:
    up_to(assigned, learner, CardKind.WHY)
    screen = open_screen(learner, "lesson.py", card=card)
    assert screen.title == plain(course.lessons[0].text("cs").why.title)


@pytest.mark.parametrize("screen", ["lesson.py", "assessment.py", "commitment.py"])
def test_without_a_course_every_screen_of_it_leads_home(open_screen: Open, learner: Principal, screen: str) -> None:
    shown = open_screen(learner, screen)
    assert shown.title == plain(shown.words("Nothing is assigned to you yet"))


# Assessment


def asked_of(study: Study, who: Principal) -> list[str]:
    attempt = study.enrolment(who).attempt
    assert attempt is not None
    return [name for name, _ in attempt.questions]


@pytest.mark.usefixtures("assigned")
def test_the_questions_open_once_the_lesson_is_read(open_screen: Open, learner: Principal, language: str) -> None:
    screen = open_screen(learner, "assessment.py", language)
    assert screen.title == plain(screen.words("Read the lesson first"))
    assert not screen.buttons()
    assert screen.links() == [plain(screen.words("Go on with the lesson"))]


def test_an_attempt_begins_when_it_is_asked_for(
    open_screen: Open, assigned: Study, learner: Principal, course: Course, language: str
) -> None:
    assigned.cards(learner)
    screen = open_screen(learner, "assessment.py", language)
    assert assigned.enrolment(learner).attempt is None
    assert plain(screen.words.percent(80)) in screen.text()
    screen.press("Begin")
    question = course.questions[asked_of(assigned, learner)[0]].text(language)
    assert screen.title == plain(question.title)


@pytest.mark.parametrize("right", [True, False])
def test_an_answer_is_saved_and_explained_at_once(
    open_screen: Open, assigned: Study, learner: Principal, course: Course, language: str, right: bool
) -> None:
    assigned.cards(learner)
    assigned.begin(learner)
    name = asked_of(assigned, learner)[0]
    question = course.questions[name].text(language)
    screen = open_screen(learner, "assessment.py", language)
    t = screen.words
    assert plain(question.situation) in screen.text()
    assert screen.options() == {plain(option.text) for option in question.options}
    assert screen.explained(question) == set()
    chosen = screen.choose(question, right=right)
    screen.press("Submit the answer")
    assert screen.explained(question) == {chosen, question.right}
    assert screen.title == plain(t("That is right") if right else t("The right answer is another one"))
    assert screen.says("your answer is saved")
    assert plain(course.principles[question.principle].text(language).title) in screen.links()
    assert assigned.enrolment(learner).attempt.responses[name].option == chosen  # type: ignore[union-attr]
    screen.press("Next question")
    assert screen.title == plain(course.questions[asked_of(assigned, learner)[1]].text(language).title)


def test_an_answer_without_a_choice_is_not_saved(open_screen: Open, assigned: Study, learner: Principal) -> None:
    assigned.cards(learner)
    assigned.begin(learner)
    screen = open_screen(learner, "assessment.py")
    screen.press("Submit the answer")
    assert screen.says("Choose one of the answers first.")
    assert assigned.enrolment(learner).attempt.responses == {}  # type: ignore[union-attr]


def test_whoever_was_certain_and_wrong_is_advised_to_read_again(
    open_screen: Open, assigned: Study, learner: Principal
) -> None:
    assigned.cards(learner)
    first, second, *_ = (name for name, _ in assigned.begin(learner).attempt.questions)  # type: ignore[union-attr]
    assigned.answer(learner, first, right=False, confidence="sure")
    assigned.answer(learner, second, right=False, confidence="guess")
    advice = "You were certain here, so this one is worth reading again."
    assert open_screen(learner, "assessment.py", question="1").says(advice)
    assert not open_screen(learner, "assessment.py", question="2").says(advice)


@pytest.mark.parametrize("number", ["3", "11", "0", "-1", "first", "99999999999999999999", "²"])
def test_no_address_leads_past_the_first_open_question(
    open_screen: Open, assigned: Study, learner: Principal, course: Course, number: str
) -> None:
    assigned.cards(learner)
    first, second, *_ = (name for name, _ in assigned.begin(learner).attempt.questions)  # type: ignore[union-attr]
    assigned.answer(learner, first)
    screen = open_screen(learner, "assessment.py", question=number)
    assert screen.title == plain(course.questions[second].text("cs").title)


def test_a_failed_attempt_names_the_principles_to_read_again_and_draws_other_questions(
    open_screen: Open, assigned: Study, learner: Principal, course: Course, language: str
) -> None:
    assigned.cards(learner)
    assigned.attempt(learner, right=7)
    first = asked_of(assigned, learner)
    missed = {course.questions[name].source.principle for name in first[7:]}
    screen = open_screen(learner, "assessment.py", language)
    titles = {name: plain(principle.text(language).title) for name, principle in course.principles.items()}
    assert screen.links() == [title for name, title in titles.items() if name in missed]
    screen.press("Try again with other questions")
    assert not set(first) & set(asked_of(assigned, learner))
    assert screen.title == plain(course.questions[asked_of(assigned, learner)[0]].text(language).title)


def test_a_passed_attempt_leads_to_the_commitment(
    open_screen: Open, assigned: Study, learner: Principal, language: str
) -> None:
    assigned.cards(learner)
    assigned.attempt(learner, right=8)
    screen = open_screen(learner, "assessment.py", language)
    t = screen.words
    found = t.plural(
        "Passed: {n} {of_total} answer right", "Passed: {n} {of_total} answers right", 8, of_total=t.out_of(10)
    )
    assert screen.title == plain(found)
    screen.press("Go on to the commitment")
    assert screen.title == plain(t("Sign the commitment, and you are done"))


# Commitment


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


def test_there_is_nothing_to_sign_before_the_questions_are_passed(
    open_screen: Open, assigned: Study, learner: Principal
) -> None:
    assigned.cards(learner)
    assigned.attempt(learner, right=7)
    screen = open_screen(learner, "commitment.py")
    assert screen.buttons() == [plain(screen.words("Begin the final questions"))]
    assert not screen.app.checkbox


# Team


def test_a_manager_sees_where_each_of_their_people_stands_and_nobody_else(
    open_screen: Open, assigned: Study, learner: Principal, manager: Principal, outsider: Principal, language: str
) -> None:
    assigned.cards(learner)
    assigned.attempt(learner, right=9)
    screen = open_screen(manager, "team.py", language)
    t = screen.words
    (row,) = screen.listed()
    assert row[t("Name")] == learner.person.name
    assert row[t("Status")] == plain(t("passed, commitment not signed"))
    assert plain(t.percent(90)) not in screen.text()
    assert outsider.person.name not in screen.text()
    assert "/export/team.csv" in screen.text()


@pytest.mark.usefixtures("assigned")
def test_a_director_sees_the_whole_line_below_them(
    open_screen: Open, learner: Principal, manager: Principal, director: Principal
) -> None:
    screen = open_screen(director, "team.py")
    assert {row[screen.words("Name")] for row in screen.listed()} == {learner.person.name, manager.person.name}


def test_a_manager_sees_nobodys_answers(
    open_screen: Open, assigned: Study, learner: Principal, manager: Principal, course: Course
) -> None:
    assigned.cards(learner)
    assigned.attempt(learner, right=5)
    screen = open_screen(manager, "team.py")
    sent = screen.text()
    for question in course.questions.values():
        for said in question.texts.values():
            assert plain(said.title) not in sent
            assert not [option.text for option in said.options if plain(option.text) in sent]
    assert plain(screen.words.percent(50)) not in sent


def test_a_manager_narrows_the_list(
    open_screen: Open,
    assigned: Study,
    learner: Principal,
    manager: Principal,
    director: Principal,
    course: Course,
    today: date,
) -> None:
    assigned.cards(learner)
    screen = open_screen(director, "team.py")
    names = screen.words("Name")
    screen.app.text_input[0].set_value("Šťast").run()
    assert [row[names] for row in screen.listed()] == [learner.person.name]
    screen.app.text_input[0].set_value("").run()
    screen.app.selectbox(key="status").set_value(Status.NOT_STARTED).run()
    assert [row[names] for row in screen.listed()] == [manager.person.name]
    address = re.search(r"/export/team\.csv\?([^\"\\]*)", screen.text())
    assert address
    chosen = {"course": [course.id], "status": ["not started"], "as_of": [str(today)], "headers": ["local"]}
    assert parse_qs(address[1].replace("&amp;", "&")) == {**chosen, "statement": ["beside"]}
    screen.app.checkbox(key="with_statement").set_value(False).run()
    address = re.search(r"/export/team\.csv\?([^\"\\]*)", screen.text())
    assert address
    assert parse_qs(address[1].replace("&amp;", "&")) == chosen
    screen.app.text_input[0].set_value("Nikdo Takový").run()
    assert screen.says("Nobody matches. Change or clear a filter.")


@pytest.mark.usefixtures("manager")
def test_a_curve_does_not_show_single_people(
    open_screen: Open, assigned: Study, learner: Principal, director: Principal
) -> None:
    assigned.certify(learner)
    screen = open_screen(director, "team.py")
    assert screen.says("The curve appears once five people are certified; before, it would show single people.")


def test_a_team_without_a_course_is_told_so(open_screen: Open, director: Principal, language: str) -> None:
    screen = open_screen(director, "team.py", language)
    t = screen.words
    assert screen.title == plain(t("Nobody in your team has a course yet"))
    assert [row[t("Status")] for row in screen.listed()] == [t("nothing assigned")] * 2


def test_a_title_never_leaves_out_who_has_nothing_assigned(
    open_screen: Open, study: Study, learner: Principal, director: Principal, today: date, language: str
) -> None:
    """The learner is certified; their manager is in the team too, with nothing assigned."""
    study.assign(learner, due_on=today + IN_A_WEEK)
    study.certify(learner)
    screen = open_screen(director, "team.py", language)
    t = screen.words
    still = t.plural(
        "{n} person still to go by {day}", "{n} people still to go by {day}", 1, day=t.day(today + IN_A_WEEK)
    )
    assert screen.title == plain(still)
    assert plain(t.out_of(2)) in screen.text()
    assert plain(t.plural("{n} has nothing assigned", "{n} have nothing assigned", 1)) in screen.text()
    assert {row[t("Status")] for row in screen.listed()} == {t("certified"), t("nothing assigned")}


def test_a_team_of_one_is_told_in_a_sentence_with_the_name(
    open_screen: Open, assigned: Study, learner: Principal, manager: Principal, today: date, language: str
) -> None:
    screen = open_screen(manager, "team.py", language)
    t = screen.words
    assert screen.title == plain(t("{name}: {status}", name=learner.person.name, status=t("not started")))
    assert screen.says("Due on {day}.", day=t.date(today + IN_A_WEEK))
    assert not screen.app.selectbox
    assert not screen.says("Name or employee number")
    assert "/export/team.csv" in screen.text()
    assert assigned.enrolment(learner).score is None


def in_unit(study: Study, unit: str, people: int, done: int, manager: Principal, due_on: date) -> None:
    """So many people of a unit, so many of them certified."""
    persons = [
        Person(f"{unit} {n}", f"{unit} {n}", f"Osoba {n}", "", unit, manager.key, "cs", invented=True)
        for n in range(people)
    ]
    with study.database.writing() as connection:
        directory.add(connection, persons)
    who = [Principal(each, frozenset({Role.EMPLOYEE})) for each in persons]
    study.assign(*who, due_on=due_on)
    for each in who[:done]:
        study.certify(each)


def test_the_unit_that_is_named_is_the_one_with_the_most_people_missing(
    open_screen: Open, study: Study, other_manager: Principal, today: date, language: str
) -> None:
    """Not a unit of one person whose share is the smallest: small units are one row."""
    for unit, people, done in (("Doprava", 6, 1), ("Finance", 5, 4), ("Vedení", 1, 0), ("Recepce", 2, 0)):
        in_unit(study, unit, people, done, other_manager, today + IN_A_WEEK)
    screen = open_screen(other_manager, "team.py", language)
    t = screen.words
    heading = t("{unit}: {n} {of_total} missing certificates", unit="Doprava", n=5, of_total=t.out_of(10))
    assert plain(heading) in screen.text()
    (bars,) = [html.body for html in screen.elements("html") if "kodex-bars" in html.body]
    _, *rows = (cells(row) for row in re.findall("<tr[^>]*>(.*?)</tr>", bars))
    smaller = t.plural("{n} smaller unit", "{n} smaller units", 3)
    assert [row[0] for row in rows] == ["Doprava", "Finance", plain(smaller), plain(t("Together"))]
    assert [row[2] for row in rows] == ["5", "1", "4", "10"]
    assert '<tr class=finding><th scope="row">Doprava' in bars


# Certifications


@pytest.mark.parametrize("role", [Role.HR, Role.AUDITOR])
def test_records_are_found_by_name_status_unit_and_day(
    open_screen: Open,
    assigned: Study,
    anybody: dict[Role, Principal],
    learner: Principal,
    manager: Principal,
    outsider: Principal,
    other_manager: Principal,
    today: date,
    role: Role,
) -> None:
    number = assigned.certify(learner).certificate_no
    screen = open_screen(anybody[role], "certifications.py")
    app, t = screen.app, screen.words

    def found() -> set[str]:
        screen.stands()
        return {row[t("Name")] for row in screen.listed()}

    assert found() == {each.name for each in PEOPLE}
    app.text_input[0].set_value(number).run()
    assert found() == {learner.person.name}
    app.text_input[0].set_value("").run()
    app.selectbox(key="status").set_value(Status.CERTIFIED).run()
    assert found() == {learner.person.name}
    app.selectbox(key="status").set_value(None).run()
    app.selectbox(key="unit").set_value(outsider.person.unit).run()
    assert found() == {outsider.person.name, other_manager.person.name}
    app.selectbox(key="unit").set_value(None).run()
    app.selectbox(key="status").set_value(Status.NOT_STARTED).run()
    assert found() == {manager.person.name, outsider.person.name}
    app.selectbox(key="status").set_value(Status.NOTHING_ASSIGNED).run()
    assert len(found()) == len(PEOPLE) - 3
    app.selectbox(key="status").set_value(None).run()
    completed_from = next(each for each in app.date_input if each.label == t("Completed from"))
    completed_from.set_value(today + timedelta(days=1)).run()
    assert found() == set()
    assert screen.says("Nobody matches. Change or clear a filter.")
    assert f"completed_from={today + timedelta(days=1)}" in screen.text()


def test_before_the_first_assignment_everybody_is_listed_with_nothing_assigned(
    open_screen: Open, hr: Principal, language: str
) -> None:
    screen = open_screen(hr, "certifications.py", language)
    t = screen.words
    assert screen.title == plain(
        t.plural("{n} person, with no course yet", "{n} people, none with a course yet", len(PEOPLE))
    )
    assert [row[t("Status")] for row in screen.listed()] == [t("nothing assigned")] * len(PEOPLE)
    assert "/export/certifications.csv" in screen.text()


def test_title_and_text_do_not_say_the_same(
    open_screen: Open, assigned: Study, hr: Principal, learner: Principal, language: str
) -> None:
    assigned.certify(learner)
    screen = open_screen(hr, "certifications.py", language)
    t = screen.words
    one, many = "{n} {of_total} is certified", "{n} {of_total} are certified"
    assert screen.title == plain(t.plural(one, many, 1, of_total=t.out_of(len(PEOPLE))))
    assert plain(t.plural("{n} has nothing assigned", "{n} have nothing assigned", 5)) in screen.text()
    assert plain(t.percent(100 / len(PEOPLE))) not in screen.text()


def test_figures_have_the_readers_separators(language: str) -> None:
    t = Words.of(language)
    found = Summary({Status.CERTIFIED: 14_882, Status.OVERDUE: 5_117}, ())
    said = statuses.counted(t, found) + statuses.certified(t, found)
    assert t.number(14_882) in said
    assert not re.search(r"\d{4}", said)


# What is open among those whom somebody looks after


def open_matters(t: Words, missing: int, people: int, where: str) -> str:
    one = "{n} {of_total} people {where} has no valid certificate"
    many = "{n} {of_total} people {where} have no valid certificate"
    return plain(t.plural(one, many, missing, of_total=t.out_of(people), where=t(where)))


def test_home_says_what_is_open_among_those_who_are_looked_after(
    open_screen: Open,
    assigned: Study,
    learner: Principal,
    director: Principal,
    hr: Principal,
    auditor: Principal,
    language: str,
) -> None:
    assigned.certify(learner)
    t = Words.of(language)
    screen = open_screen(director, language=language)
    assert open_matters(t, 1, 2, "in your team") in screen.text()
    assert screen.links()[0] == plain(t("Go to your team"))
    for who in (hr, auditor):
        screen = open_screen(who, language=language)
        assert open_matters(t, 7, 8, "in the company") in screen.text()
        assert plain(t.plural("{n} has nothing assigned", "{n} have nothing assigned", 5)) in screen.text()
        assert screen.links()[0] == plain(t("Go to the certification records"))
    screen = open_screen(learner, language=language)
    assert plain(t("in the company")) not in screen.text()


def test_home_of_hr_of_units_speaks_of_those_units(
    open_screen: Open, assigned: Study, database: Database, outsider: Principal
) -> None:
    with database.writing() as connection:
        accounts.grant(connection, [(outsider.key, Role.HR)], "Sklad")
    screen = open_screen(outsider)
    assert open_matters(screen.words, 2, 2, "in your units") in screen.text()
    assert assigned.course.id


def test_at_the_address_of_a_screen_of_others_one_is_told_so(
    open_screen: Open, learner: Principal, language: str
) -> None:
    """That it stands at each of them is held over a raw WebSocket, for every role."""
    open_screen(learner, language=language)
    app = AppTest.from_function(alone, default_timeout=PATIENCE, kwargs={"name": "refused.py"}).run()
    assert titles(app) == [Words.of(language)("This screen is not yours")]


def test_each_of_the_other_languages_is_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(LANGUAGES, "de", "Deutsch")
    offered = page._other_languages(Words.of("cs"))
    assert re.findall('href="/language/(..)"', offered) == ["en", "de"]


# Who exported what


def handed_out(database: Database, who: Principal, extent: Extent, records: int, at: datetime) -> None:
    given = HandedOut(
        export_log.Kind.TEAM, extent, {"unit": "<b>Sklad</b>"}, "team.csv", "csv", records, "ab" * 32, "signed"
    )
    export_log.keep(database, who, given, at)


@pytest.mark.parametrize("role", [Role.HR, Role.AUDITOR])
def test_who_exported_what_is_read_page_by_page_the_newest_first(
    open_screen: Open,
    assigned: Study,
    anybody: dict[Role, Principal],
    manager: Principal,
    now: datetime,
    role: Role,
    language: str,
) -> None:
    for n in range(1, exported.ON_A_PAGE + 2):
        handed_out(assigned.database, manager, Extent(manager=manager.person.employee_id), 1000 + n, now)
    handed_out(assigned.database, OPERATOR, Extent(everybody=True), 7, now)
    screen = open_screen(anybody[role], "records.py", language)
    t = screen.words
    assert screen.says("Who exported what")
    text = screen.text()
    assert f"{manager.person.name} ({manager.person.employee_id})" in text
    assert screen.says("whoever runs Kodex")
    assert screen.says("the reporting line of {number}", number=manager.person.employee_id)
    assert any("&lt;b&gt;Sklad" in html.body for html in screen.elements("html"))
    first, last = (plain(t.number(1000 + n)) for n in (1, exported.ON_A_PAGE + 1))
    assert last in text
    assert first not in text
    screen.app.selectbox(key="page_of_exports").set_value(2).run()
    assert first in screen.text()
    assert last not in screen.text()


def test_the_statements_of_ones_last_downloads_are_offered_and_nobody_elses(
    open_screen: Open, assigned: Study, hr: Principal, manager: Principal, now: datetime
) -> None:
    handed_out(assigned.database, manager, Extent(manager="1"), 1, now)
    handed_out(assigned.database, hr, Extent(everybody=True), 1, now)
    text = open_screen(hr, "certifications.py").text()
    assert "/export/statement/2" in text
    assert "/export/statement/1" not in text


# Content


@pytest.mark.parametrize("role", [Role.EDITOR, Role.HR, Role.AUDITOR])
def test_the_content_is_shown_with_its_version_its_fingerprint_and_its_questions(
    open_screen: Open, anybody: dict[Role, Principal], course: Course, role: Role, language: str
) -> None:
    screen = open_screen(anybody[role], "content.py", language)
    assert screen.title == plain(course.title(language))
    assert course.sha256 in screen.text()
    for name, principle in course.principles.items():
        count = sum(question.source.principle == name for question in course.questions.values())
        said = screen.words.plural("{n} question", "{n} questions", count)
        assert f"<td>{plain(principle.text(language).title)}</td><td>{plain(said)}</td>" in screen.text()


# Records of people


def test_my_record_opens_with_who_has_read_it(
    open_screen: Open, assigned: Study, learner: Principal, hr: Principal, language: str
) -> None:
    assigned.certify(learner)
    screen = open_screen(learner, "record.py", language)
    assert screen.title == plain(screen.words("Nobody else has opened your record"))
    open_screen(hr, "person.py", id=learner.person.employee_id)
    screen = open_screen(learner, "record.py", language)
    assert screen.title == plain(
        screen.words.plural("{n} person has opened your record", "{n} people have opened your record", 1)
    )
    assert hr.person.name in screen.text()


def test_my_record_tells_answers_and_leads_to_both_files(
    open_screen: Open, assigned: Study, learner: Principal, course: Course, language: str
) -> None:
    assigned.certify(learner)
    said = open_screen(learner, "record.py", language).text()
    for address in ("/my-record.pdf", "/my-record.json"):
        assert f'href=\\"{address}\\"' in said or f'href="{address}"' in said
    told = [question for question in course.questions.values() if plain(question.text(language).title) in said]
    assert len(told) == 10
    assert learner.person.email in said


def test_my_record_of_somebody_new_says_what_is_still_to_come(
    open_screen: Open, learner: Principal, language: str
) -> None:
    screen = open_screen(learner, "record.py", language)
    assert screen.says("No course was assigned yet.")
    assert screen.says("No certificate was issued yet.")


@pytest.mark.parametrize("role", [Role.HR, Role.AUDITOR])
def test_a_persons_record_shows_where_they_stand_and_no_answers(
    open_screen: Open, assigned: Study, anybody: dict[Role, Principal], course: Course, role: Role, language: str
) -> None:
    learner = anybody[Role.EMPLOYEE]
    number = assigned.certify(learner).certificate_no
    screen = open_screen(anybody[role], "person.py", language, id=learner.person.employee_id)
    said = screen.text()
    for text in (learner.person.name, learner.person.email, number or "-"):
        assert text in said
    assert not [each for each in course.questions.values() if plain(each.text(language).title) in said]
    assert [event.body for event in assigned.chain(learner) if event.kind is Kind.READ] == [
        {"by": anybody[role].key, "as": role.value}
    ]


def test_a_person_is_looked_up_by_name_and_opened_by_a_link(
    open_screen: Open, assigned: Study, hr: Principal, learner: Principal
) -> None:
    screen = open_screen(hr, "person.py")
    assert screen.title == plain(screen.words("Whose record do you need?"))
    screen.app.text_input(key="search_person").set_value("Lenka").run()
    screen.stands()
    assert screen.links() == [f"{learner.person.name}, {learner.person.unit}, {learner.person.employee_id}"]
    assert f"/person?id={learner.person.employee_id}" in screen.text()
    screen.app.text_input(key="search_person").set_value("Nikdo Takový").run()
    assert screen.links() == []
    assert screen.says("Nobody whom you may see has this name or number.")
    assert Kind.READ not in assigned.kinds(learner)


def test_hr_of_other_units_is_told_no_more_than_of_a_number_that_there_is_not(
    open_screen: Open, assigned: Study, learner: Principal, outsider: Principal
) -> None:
    with assigned.database.writing() as connection:
        accounts.grant(connection, [(outsider.key, Role.HR)], "Obchod")
    seen = [open_screen(outsider, "person.py", id=number) for number in (learner.person.employee_id, "none")]
    assert seen[0].text() == seen[1].text()
    assert seen[0].title == plain(seen[0].words("There is nobody here with this number"))
    assert Kind.READ not in assigned.kinds(learner)


# When the database does not answer

NOT_ANSWERING = "The database is not answering. Everything you saved is still there. Reload this page in a minute."


@pytest.fixture
def without_patience(database: Database, monkeypatch: pytest.MonkeyPatch, installed: house.Installation) -> Database:
    """The installation's database, which waits for nothing longer than a moment."""
    hasty = Database(str(database.engine.url), patience=0.05)
    monkeypatch.setitem(installed.__dict__, "database", hasty)
    return hasty


@contextmanager
def all_connections_taken(database: Database) -> Iterator[None]:
    """Others hold every connection that the pool may open."""
    with ExitStack() as held, several():
        with suppress(NoConnectionError):
            while True:
                held.enter_context(database.reading())
        yield


def test_an_answer_that_gets_no_connection_is_not_saved_and_the_screen_says_so(
    open_screen: Open,
    assigned: Study,
    learner: Principal,
    without_patience: Database,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assigned.cards(learner)
    assigned.begin(learner)
    screen = open_screen(learner, "assessment.py", language="en")
    attempt = assigned.enrolment(learner).attempt
    assert attempt is not None
    screen.choose(assigned.course.questions[attempt.questions[0][0]].text("en"))
    answer_question = learning.answer_question

    def while_none_is_free(*args: Any, **named: Any) -> Any:
        with all_connections_taken(without_patience):
            return answer_question(*args, **named)

    monkeypatch.setattr(learning, "answer_question", while_none_is_free)
    screen.press("Submit the answer")
    assert screen.says("Your answer could not be saved. Nothing was lost: choose it again and send it.")
    kept = assigned.enrolment(learner).attempt
    assert kept is not None
    assert kept.responses == {}


def test_a_screen_that_gets_no_connection_says_what_to_do(
    open_screen: Open, learner: Principal, without_patience: Database
) -> None:
    screen = open_screen(learner, language="en")
    with all_connections_taken(without_patience):
        screen.app.run()
    screen.stands()
    assert screen.says(NOT_ANSWERING)
    screen.app.run()
    assert not screen.says(NOT_ANSWERING)


def test_an_answer_that_cannot_be_read_back_is_not_called_unsaved(
    open_screen: Open,
    assigned: Study,
    learner: Principal,
    without_patience: Database,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It is saved; the connections are gone before that is seen."""
    assigned.cards(learner)
    assigned.begin(learner)
    screen = open_screen(learner, "assessment.py", language="en")
    attempt = assigned.enrolment(learner).attempt
    assert attempt is not None
    screen.choose(assigned.course.questions[attempt.questions[0][0]].text("en"))
    write = without_patience.write

    def and_none_is_free_afterwards(work: Any, **options: Any) -> Any:
        done = write(work, **options)
        holding.enter_context(all_connections_taken(without_patience))
        return done

    with ExitStack() as holding:
        monkeypatch.setattr(without_patience, "write", and_none_is_free_afterwards)
        answering = learning.answer_question

        def answer(*args: Any, **named: Any) -> Any:
            try:
                return answering(*args, **named)
            finally:
                holding.close()

        monkeypatch.setattr(learning, "answer_question", answer)
        screen.press("Submit the answer")
    assert screen.says(
        "The database stopped answering while this was being saved. See whether it was saved before you try again."
    )
    assert not screen.says("Your answer could not be saved. Nothing was lost: choose it again and send it.")
    kept = assigned.enrolment(learner).attempt
    assert kept is not None
    assert len(kept.responses) == 1


def test_hr_and_auditors_read_what_was_decided_about_somebody_by_whom_and_why(
    open_screen: Open,
    assigned: Study,
    anybody: dict[Role, Principal],
    hr: Principal,
    learner: Principal,
    today: date,
    language: str,
) -> None:
    number = assigned.certify(learner).certificate_no
    assert number is not None
    wish = Wish(What.REVOKE, assigned.course.id, 1, 0, "A second account", due_on=today + IN_A_WEEK)
    now = datetime.now(UTC)
    asker = Asker(hr, now, PRAGUE)
    plan = corrections.look(assigned.database, asker, learner.key, wish, assigned.course)
    corrections.make(assigned.database, asker, plan, assigned.course)
    for role in (Role.HR, Role.AUDITOR):
        screen = open_screen(anybody[role], "person.py", language, id=learner.person.employee_id)
        t, said = screen.words, screen.text()
        assert screen.title == learner.person.name
        assert screen.says("Certificate {number} was revoked.", number=number)
        assert screen.says("Decided by {name}.", name=hr.person.name)
        assert screen.says("Reason: {reason}", reason="A second account")
        assert f"/certificate/{number}.pdf" not in said
        for label in ("Assigned", "Started", "Completed", "Attempts", "Version of the course"):
            assert f"<td>{t(label)}</td>" in said
    third = assigned.certify(learner)
    assert (
        f"/certificate/{third.certificate_no}.pdf"
        in open_screen(hr, "person.py", language, id=learner.person.employee_id).text()
    )


def test_a_certificate_that_was_replaced_is_called_so_wherever_it_stands(
    open_screen: Open, assigned: Study, hr: Principal, learner: Principal, today: date
) -> None:
    assigned.certify(learner)
    assigned.assign(learner, due_on=today + IN_A_WEEK)
    newer = assigned.certify(learner)
    for who, screen in ((hr, "person.py"), (learner, "record.py")):
        shown = open_screen(who, screen, id=learner.person.employee_id)
        assert newer.valid_from is not None
        replaced = plain(shown.words("replaced by a newer one on {day}", day=shown.words.date(newer.valid_from)))
        assert shown.text().count(replaced) == 2
