"""Screens without a session, and the language that is chosen."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from browsing import plain
from cast import leaves
from stage import (
    IN_A_WEEK,
    SECRET,
    Open,
    sign_in,
)
from studying import Study

from database import Database
from people.access import Principal
from people.sign_in import accounts
from quizzes.content import Course
from screens.parts import page
from words import LANGUAGES, Words

# Nobody


def test_a_stranger_is_shown_the_way_to_sign_in_and_nothing_else(open_screen: Open, language: str) -> None:
    screen = open_screen("invented", language=language)
    assert screen.title == plain(screen.words("Sign in again to continue"))
    assert 'href="/sign-in?next=%2F"' in screen.text().replace("\\", "")
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
    assert seen.title == plain(seen.words("Sign in again to continue"))
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
    assert screen.title == plain(screen.words("Sign in again to continue"))
    assert assigned.enrolment(learner).checks == {}


# Languages


def test_the_language_chosen_in_the_browser_comes_before_the_persons_and_the_browsers(
    open_screen: Open, learner: Principal
) -> None:
    said = {language: plain(Words.of(language)("Nothing is assigned to you yet")) for language in LANGUAGES}
    assert learner.person.language == "cs"
    assert open_screen(learner, language="en", prefers="cs").title == said["en"]
    assert open_screen(learner, language=None, prefers="en-GB,en;q=0.9").title == said["cs"]
    assert open_screen("nobody", language=None, prefers="en-GB,en;q=0.9").title == "Sign in again to continue"


# What is open among those whom somebody looks after


def test_each_of_the_other_languages_is_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(LANGUAGES, "de", "Deutsch")
    offered = page._other_languages(Words.of("cs"))
    assert re.findall('href="/language/(..)"', offered) == ["en", "de"]
