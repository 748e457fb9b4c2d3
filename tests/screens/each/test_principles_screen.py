"""Principles: the rules of the courses that somebody has been assigned, to be looked up."""

import re
from html import unescape

import pytest
from browsing import plain
from open_matters import done
from stage import Open, Screen
from studying import Study

from lessons.lesson import points
from people.access import Principal
from quizzes.content import Course


def titles(screen: Screen) -> list[str]:
    drawn = "".join(html.body for html in screen.elements("html"))
    return [plain(unescape(each)) for each in re.findall(r"<span><strong>(.*?)</strong>", drawn)]


def search(screen: Screen, text: str) -> None:
    (field,) = screen.app.text_input
    field.set_value(text).run()
    screen.stands()


@pytest.mark.usefixtures("assigned")
def test_all_principles_are_there_with_what_to_do_and_whom_to_call(
    open_screen: Open, learner: Principal, course: Course, language: str
) -> None:
    screen = open_screen(learner, "principles.py", language)
    taught = [edition.text(language) for edition in course.principles.values()]
    n = len(taught)
    said = screen.words.plural("{n} principle on one page", "{n} principles on one page", n)
    assert screen.title == plain(said)
    assert titles(screen) == [plain(each.title) for each in taught]
    for each in taught:
        assert all(plain(text) in screen.text() for text in (each.rule, *points(each.do), *points(each.dont)))
    assert screen.text().count("tel:+420800000000") == n


def test_cards_that_are_done_can_be_read_again_from_there(
    open_screen: Open, assigned: Study, learner: Principal, course: Course
) -> None:
    for card in course.cards[:4]:
        done(assigned, learner, card)
    read = set(re.findall(r"card=customer-privacy%2F([a-z-]+)", open_screen(learner, "principles.py").text()))
    assert read == {"same-care", "security-measures"}


def test_they_stay_after_the_certificate_and_home_and_my_record_lead_there(
    open_screen: Open, assigned: Study, learner: Principal, course: Course
) -> None:
    assigned.certify(learner)
    for name in ("home.py", "record.py"):
        screen = open_screen(learner, name)
        assert plain(screen.words("Look up the principles")) in screen.links()
    assert len(titles(open_screen(learner, "principles.py"))) == len(course.principles)


@pytest.mark.usefixtures("assigned")
def test_a_search_finds_words_without_diacritics_anywhere_in_a_principle(
    open_screen: Open, learner: Principal, course: Course
) -> None:
    screen = open_screen(learner, "principles.py")
    search(screen, "OPRAVNENI  ucel")
    wanted = plain(course.principles["need-to-know"].source.title)
    assert titles(screen) == [wanted]
    search(screen, "<b>nikde</b>")
    assert titles(screen) == []
    assert screen.says("No principle has these words. Try others, or ask the people named below.")
    search(screen, " ")
    assert len(titles(screen)) == len(course.principles)


def test_nothing_is_there_before_a_course_is_assigned(open_screen: Open, learner: Principal, language: str) -> None:
    screen = open_screen(learner, "principles.py", language)
    assert screen.title == plain(screen.words("No principles yet"))
    assert titles(screen) == []
