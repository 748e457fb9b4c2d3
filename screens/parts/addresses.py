"""The screens that can be gone to: the file of each, its address and its name."""

from copy import copy
from functools import cache
from typing import Any
from urllib.parse import urlencode

import streamlit as st
from streamlit.navigation.page import Page

from people.directory import Person
from quizzes.content import Course
from words import Words

HOME = "/"
PERSON = "/person"
RECORD = "/record"


def card(course: Course, card_id: str) -> str:
    return _address("lesson", course=course.id, card=card_id)


def lesson(course: Course) -> str:
    return _address("lesson", course=course.id)


def person(found: Person) -> str:
    return _address("person", id=found.employee_id)


def screens(
    t: Words, *, team: bool, certifications: bool, records: bool, content: bool, person: bool, people: bool
) -> list[Page]:
    """Those of one person. The ones of a course are reached by what is assigned, and so stand in no menu."""
    offered = [
        _page("home", t("Home"), default=True),
        *([_page("team", t("Team"))] if team else []),
        *([_page("certifications", t("Certifications"))] if certifications else []),
        *([_page("records", t("Records"))] if records else []),
        *([_page("people", t("People"))] if people else []),
        *([_page("content", t("Content"))] if content else []),
        *([_page("person", t("A person’s record"))] if person else []),
        _page("record", t("My record")),
        _page("lesson", t("Lesson"), visibility="hidden"),
        _page("assessment", t("Assessment"), visibility="hidden"),
        _page("commitment", t("Commitment"), visibility="hidden"),
    ]
    # Streamlit notes on a page that it may run now; that is for one run of one person.
    return [copy(each) for each in offered]


@cache
def _page(name: str, title: str, **more: Any) -> Page:
    """Made once for each title: to look for the file on every run costs more than to draw a paragraph."""
    return st.Page(f"{name}.py", title=title, url_path=name, **more)


def _address(screen: str, **query: str) -> str:
    return f"/{screen}?{urlencode(query)}"
