"""The screens that can be gone to: the file of each, its address and its name."""

from collections.abc import Callable
from copy import copy
from functools import cache
from typing import Any
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


def card(course: Course, card_id: str) -> str:
    return _address("lesson", course=course.id, card=card_id)


def lesson(course: Course) -> str:
    return _address("lesson", course=course.id)


def person(employee_id: str) -> str:
    return _address("person", id=employee_id)


_OF_ROLES: dict[str, tuple[Sentence, Act]] = {
    "team": (sentence("Team"), Act.SEE_TEAM),
    "certifications": (sentence("Certifications"), Act.SEE_CERTIFICATIONS),
    "records": (sentence("Records"), Act.VERIFY),
    "people": (sentence("People"), Act.SEE_PEOPLE),
    "content": (sentence("Content"), Act.SEE_CONTENT),
    "person": (sentence("A person’s record"), Act.SEE_RECORD),
}
"""By address: the screens that are not everybody's, in the order of the menu."""


def screens(t: Words, may: Callable[[Act], bool]) -> list[Page]:
    """Those of one person. The ones of a course are reached by what is assigned, and so stand in no menu. At the
    address of a screen that is not theirs they are told so: Streamlit would show Home and say nothing."""
    offered = [
        _page("home", t("Home"), default=True),
        *(_page(name, t.say(title)) if may(act) else _refused(t, name) for name, (title, act) in _OF_ROLES.items()),
        _page("record", t("My record")),
        _page("lesson", t("Lesson"), visibility="hidden"),
        _page("assessment", t("Assessment"), visibility="hidden"),
        _page("commitment", t("Commitment"), visibility="hidden"),
    ]
    # Streamlit notes on a page that it may run now; that is for one run of one person.
    return [copy(each) for each in offered]


def _refused(t: Words, address: str) -> Page:
    return _page("refused", t("Not your screen"), address, visibility="hidden")


@cache
def _page(name: str, title: str, address: str | None = None, **more: Any) -> Page:
    """Made once for each title: to look for the file on every run costs more than to draw a paragraph."""
    return st.Page(f"{name}.py", title=title, url_path=address or name, **more)


def _address(screen: str, **query: str) -> str:
    return f"/{screen}?{urlencode(query)}"
