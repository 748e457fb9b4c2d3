"""What narrows a list, and the address under which the same selection is downloaded."""

from dataclasses import asdict
from urllib.parse import urlencode

import streamlit as st

from progress.reports import Selection
from progress.rules import Status
from screens.parts import statuses
from screens.session import Visit
from words import Words


def people(t: Words, units: list[str], placeholder: str) -> tuple[str | None, str | None, Status | None]:
    """A row of filters: what is searched for, the unit, the status."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="filters"):
        search = st.text_input(
            t("Search"), placeholder=placeholder, icon=":material/search:", width=260, key="search"
        )
        with st.container(width=220):
            chosen_unit = unit(t, units)
        with st.container(width=260):
            chosen_status = status(t)
    return search or None, chosen_unit, chosen_status


def unit(t: Words, units: list[str]) -> str | None:
    return st.selectbox(t("Unit"), [None, *units], format_func=lambda name: name or t("All units"), key="unit")


def status(t: Words) -> Status | None:
    chosen: Status | None = st.selectbox(
        t("Status"),
        [None, *Status],
        format_func=lambda each: statuses.said(t, each) if each else t("All statuses"),
        key="status",
    )
    return chosen


def course(seen: Visit) -> str | None:
    """The course, where there is more than one to choose from."""
    courses = seen.content.courses
    if len(courses) == 1:
        return next(iter(courses))
    t = seen.words
    return st.selectbox(
        t("Course"),
        [None, *courses],
        format_func=lambda name: courses[name].title(t.language) if name else t("All courses"),
        key="course",
    )


def address(export: str, selection: Selection) -> str:
    """`export` is the file's name under /export/."""
    chosen = {name: value for name, value in asdict(selection).items() if value}
    names = {"course_id": "course"}
    query = {names.get(name, name): "1" if value is True else str(value) for name, value in chosen.items()}
    return f"/export/{export}?{urlencode(query)}" if query else f"/export/{export}"
