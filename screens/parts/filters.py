"""What narrows a list, and the address under which the same selection is downloaded."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import asdict
from datetime import date
from urllib.parse import urlencode

import streamlit as st
from sqlalchemy import Connection

from people.access import Act
from progress import as_of as past
from progress.reports import Selection
from progress.rules import Status
from screens.parts import statuses
from screens.session import Visit
from words import Words

EARLIEST = date(2000, 1, 1)
"""The earliest day that can be asked for: without one, Streamlit goes back ten years and no further."""


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


def day(seen: Visit) -> date:
    """The day as of which everything is shown; never one in the future."""
    t = seen.words
    with st.container(key="filters_as_of"):
        chosen: date | None = st.date_input(
            t("As of the end of"), seen.today, EARLIEST, seen.today, format=day_form(t), width=180, key="as_of"
        )
    return chosen or seen.today


@contextmanager
def as_of(seen: Visit, act: Act, chosen: date) -> Iterator[Connection]:
    """What the principal sees in `act` as of that day; says on the screen that it takes a moment."""
    t, zone = seen.words, seen.house.settings.time_zone
    with ExitStack() as held:
        waiting = st.spinner(t("The record of that day is being read…")) if chosen < seen.today else nullcontext()
        with waiting:
            then = past.as_of(seen.database, seen.principal, act, chosen, seen.today, zone)
            connection = held.enter_context(then)
        yield connection


def day_form(t: Words) -> str:
    return "DD.MM.YYYY" if t.language == "cs" else "DD/MM/YYYY"


def address(
    export: str, selection: Selection, as_of: date | None = None, how: Mapping[str, str] | None = None
) -> str:
    """`export` is the file's name under /export/; `as_of` is an earlier day; `how` says in which form."""
    chosen = {name: value for name, value in {**asdict(selection), "as_of": as_of}.items() if value}
    names = {"course_id": "course"}
    query = {names.get(name, name): "1" if value is True else str(value) for name, value in chosen.items()}
    query |= how or {}
    return f"/export/{export}?{urlencode(query)}" if query else f"/export/{export}"
