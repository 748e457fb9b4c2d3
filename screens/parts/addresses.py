"""The screens: the file, address, title and place in the menu of each."""

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlencode

import streamlit as st
from streamlit.navigation.page import Page

from people.access import Act
from quizzes.content import Course
from words import Sentence, Words, sentence

HOME = "/"
PERSON = "/person"
RECORD = "/record"
TEAM = "/team"
CERTIFICATIONS = "/certifications"
PRINCIPLES = "/principles"
GUIDE = "/guide"


def card(course: Course, card_id: str, question: int | None = None) -> str:
    """`question` is the number of the question from which the reader comes, and to which they go back."""
    back = {} if question is None else {"question": str(question)}
    return _address("lesson", course=course.id, card=card_id, **back)


def question(course: Course, number: int) -> str:
    return _address("assessment", course=course.id, question=str(number))


def attempt(attempt_id: str, employee_id: str | None = None) -> str:
    """`employee_id` is given for somebody else's."""
    whose = {} if employee_id is None else {"id": employee_id}
    return _address("attempt", **whose, attempt=attempt_id)


def lesson(course: Course) -> str:
    return _address("lesson", course=course.id)


def known(course: Course) -> str:
    return _address("known", course=course.id)


def commitment(course: Course) -> str:
    return _address("commitment", course=course.id)


def refresher(course: Course) -> str:
    return _address("refresher", course=course.id)


def step(course: Course, name: str) -> str:
    """Return the address of the screen of a step: its cards, its assessment, its commitment."""
    return _address({"cards": "lesson"}.get(name, name), course=course.id)


def person(employee_id: str) -> str:
    return _address("person", id=employee_id)


@dataclass(frozen=True)
class _Screen:
    title: Sentence
    act: Act | None = None
    """Act that the reader has to be allowed to do; None for a screen that everybody has."""
    in_menu: bool = True
    """False for the screens of a course, which are reached from what is assigned."""


_SCREENS = {
    "home": _Screen(sentence("Home")),
    "principles": _Screen(sentence("Principles")),
    "guide": _Screen(sentence("Before you share")),
    "team": _Screen(sentence("Team"), Act.SEE_TEAM),
    "certifications": _Screen(sentence("Certifications"), Act.SEE_CERTIFICATIONS),
    "assigning": _Screen(sentence("Assign"), Act.ASSIGN),
    "records": _Screen(sentence("Audit trail"), Act.VERIFY),
    "people": _Screen(sentence("People"), Act.SEE_PEOPLE),
    "content": _Screen(sentence("Content"), Act.SEE_CONTENT),
    "person": _Screen(sentence("A person’s record"), Act.SEE_RECORD),
    "record": _Screen(sentence("My record")),
    "lesson": _Screen(sentence("Lesson"), in_menu=False),
    "known": _Screen(sentence("What you know already"), in_menu=False),
    "assessment": _Screen(sentence("Assessment"), in_menu=False),
    "commitment": _Screen(sentence("Commitment"), in_menu=False),
    "refresher": _Screen(sentence("Refresher"), in_menu=False),
    "attempt": _Screen(sentence("A finished attempt"), in_menu=False),
}
"""By the name of its file, which is its address too; in the order of the menu."""


def screens(t: Words, may: Callable[[Act], bool]) -> list[Page]:
    """Return the pages of one person.

    The address of a screen that is not theirs leads to one that says so: Streamlit would show Home without a word.
    """
    pages = [
        _page(name, t.say(screen.title), in_menu=screen.in_menu)
        if screen.act is None or may(screen.act)
        else _page("refused", t("Not your screen"), name, in_menu=False)
        for name, screen in _SCREENS.items()
    ]
    # Streamlit marks a page as allowed to run; that is for one run of one person.
    return [copy(each) for each in pages]


@cache
def _page(file: str, title: str, address: str | None = None, *, in_menu: bool) -> Page:
    """Made once for each title: looking for the file on every run costs more than drawing a paragraph."""
    return st.Page(
        f"{file}.py",
        title=title,
        url_path=address or file,
        default=file == "home",
        visibility="visible" if in_menu else "hidden",
    )


def _address(screen: str, **query: str) -> str:
    return f"/{screen}?{urlencode(query)}"
