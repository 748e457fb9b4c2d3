"""What narrows a list, and the address under which the same selection is downloaded."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import asdict
from datetime import date
from urllib.parse import urlencode

import streamlit as st
from sqlalchemy import Connection

from people.access import Act
from progress.completion.rules import Status
from progress.reports import as_of as past
from progress.reports.lists import Selection
from screens.parts import page, statuses
from screens.parts.session import Visit
from words import Sentence, Words, sentence

EARLIEST = date(2000, 1, 1)
"""The earliest day that can be asked for."""
_AS_OF = "as_of"
_NOT_THAT_DAY = "as_of_not_that_day"


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
    everywhere = t("All units")
    return st.selectbox(
        t("Unit"), [None, *units], format_func=lambda name: name or everywhere, placeholder=everywhere, key="unit"
    )


def status(t: Words) -> Status | None:
    chosen: Status | None = st.selectbox(
        t("Status"),
        [None, *Status],
        format_func=lambda each: statuses.said(t, each) if each else t("All statuses"),
        placeholder=t("All statuses"),
        key="status",
    )
    return chosen


def course(seen: Visit, *, with_all: bool = True) -> str | None:
    """The course, where there is more than one to choose from; all of them too, unless figures are of one alone."""
    courses = seen.content.courses
    if len(courses) == 1:
        return next(iter(courses))
    t = seen.words
    return st.selectbox(
        t("Course"),
        [None, *courses] if with_all else [*courses],
        format_func=lambda name: courses[name].title(t.language) if name else t("All courses"),
        placeholder=t("All courses"),
        key="course",
    )


def day(seen: Visit) -> date:
    """The day as of which everything is shown; never one in the future. The field shows that day and no other:
    what Streamlit refuses by itself it goes on showing, with a reason in English, and so it takes any day."""
    t = seen.words
    st.session_state.setdefault(_AS_OF, seen.today)
    with st.container(key="filters_as_of"):
        chosen: date | None = st.date_input(
            t("As of the end of"),
            format=day_form(t),
            width=180,
            key=_AS_OF,
            on_change=_keep_to_known_days,
            args=(seen.today,),
            min_value=date.min,
            max_value=date.max,
        )
        refused: Sentence | None = st.session_state.pop(_NOT_THAT_DAY, None)
        if refused is not None:
            page.complaint(t.say(refused))
    return chosen or seen.today


def _keep_to_known_days(today: date) -> None:
    """Puts the nearest day that something is known of into the field."""
    chosen: date | None = st.session_state[_AS_OF]
    if chosen is None or chosen > today:
        st.session_state[_AS_OF] = today
        st.session_state[_NOT_THAT_DAY] = past.NotYetError.reason
    elif chosen < EARLIEST:
        st.session_state[_AS_OF] = EARLIEST
        st.session_state[_NOT_THAT_DAY] = sentence("Nothing is known of so early a day.")


@contextmanager
def as_of(seen: Visit, act: Act, chosen: date) -> Iterator[Connection]:
    """What the principal sees in `act` as of that day; says on the screen that it takes a moment."""
    t, zone = seen.words, seen.zone
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
    """`export` is the file's name under /export/; `as_of` is the day that is shown; `how` says in which form."""
    chosen = {name: value for name, value in {**asdict(selection), "as_of": as_of}.items() if value}
    names = {"course_id": "course"}
    query = {names.get(name, name): "1" if value is True else str(value) for name, value in chosen.items()}
    query |= how or {}
    return f"/export/{export}?{urlencode(query)}" if query else f"/export/{export}"
