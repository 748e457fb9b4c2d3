"""The filters of a list, and the address at which the same selection is downloaded."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, nullcontext
from datetime import date
from urllib.parse import urlencode

import streamlit as st

from database.collation import sort_key
from people.access import Act
from progress.completion.rules import Status
from progress.reports import as_of as past
from progress.reports.as_of import View
from progress.reports.selection import Selection
from screens.parts import page, statuses
from screens.parts.session import Visit
from words import Sentence, Words, sentence

EARLIEST = date(2000, 1, 1)
"""The earliest day that can be asked for."""
_AS_OF = "as_of"
_REASON_FOR_ANOTHER_DAY = "as_of_not_that_day"


def people(t: Words, units: list[str], placeholder: str) -> tuple[str | None, str | None, Status | None]:
    """A row of filters; returns the search, the unit and the status."""
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
        t("Unit"),
        [None, *sorted(units, key=lambda name: sort_key(name, t.language))],
        format_func=lambda name: name or everywhere,
        placeholder=everywhere,
        key="unit",
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


def course(visit: Visit, *, with_all: bool = True) -> str | None:
    """Draw a choice of course if there is more than one; None means all, unless the figures are about one course
    only."""
    courses = visit.content.courses
    if len(courses) == 1:
        return next(iter(courses))
    t = visit.words
    return st.selectbox(
        t("Course"),
        [None, *courses] if with_all else [*courses],
        format_func=lambda name: courses[name].title(t.language) if name else t("All courses"),
        placeholder=t("All courses"),
        width=340,
        key="course",
    )


def day(visit: Visit) -> date:
    """The day as of which everything is shown, never one in the future. The field accepts any day and corrects it,
    because Streamlit would go on showing a day that it refuses, with a reason in English."""
    t = visit.words
    st.session_state.setdefault(_AS_OF, visit.today)
    with st.container(key="filters_as_of"):
        chosen: date | None = st.date_input(
            t("As of the end of"),
            format=t.date_field,
            width=180,
            key=_AS_OF,
            on_change=_keep_to_known_days,
            args=(visit.today,),
            min_value=date.min,
            max_value=date.max,
        )
        refused: Sentence | None = st.session_state.pop(_REASON_FOR_ANOTHER_DAY, None)
        if refused is not None:
            page.complaint(t.say(refused))
    return chosen or visit.today


def _keep_to_known_days(today: date) -> None:
    """Put the nearest valid day into the field."""
    chosen: date | None = st.session_state[_AS_OF]
    if chosen is None or chosen > today:
        st.session_state[_AS_OF] = today
        st.session_state[_REASON_FOR_ANOTHER_DAY] = past.NotYetError.reason
    elif chosen < EARLIEST:
        st.session_state[_AS_OF] = EARLIEST
        st.session_state[_REASON_FOR_ANOTHER_DAY] = sentence("Nothing is known of so early a day.")


@contextmanager
def as_of(visit: Visit, act: Act, chosen: date) -> Iterator[View]:
    """The visitor's view in `act` as of that day, with a spinner while a past day is read."""
    t = visit.words
    with ExitStack() as entered:
        waiting = st.spinner(t("The record of that day is being read…")) if chosen < visit.today else nullcontext()
        with waiting:
            view = entered.enter_context(past.as_of(visit.database, visit.asker, act, chosen))
        yield view


def address(
    export: str, selection: Selection, as_of: date | None = None, how: Mapping[str, str] | None = None
) -> str:
    """The address of a download: `export` is the file's name under /export/, `as_of` the day shown, and `how` the
    parameters of its form."""
    query = selection.as_query() | ({"as_of": as_of.isoformat()} if as_of else {}) | dict(how or {})
    return f"/export/{export}?{urlencode(query)}" if query else f"/export/{export}"
