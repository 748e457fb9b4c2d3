"""Leave on the screen of one person: noted, ended, and what that does to their due dates."""

from datetime import date, timedelta

import streamlit as st

from people import security_log
from people.access import Act, sees
from people.directory import Person
from people.leave import NotedLeave
from progress.assigning import pausing
from progress.assigning.pausing import Moved
from progress.personal.overview import Overview
from screens.parts import navigation, page
from screens.parts.page import Told
from screens.parts.session import Visit
from words import Sentence, sentence

_TOLD = "leave_told"
_FIRST, _LAST, _ENDS = "leave_first", "leave_last", "leave_ends"


def draw(visit: Visit, overview: Overview) -> None:
    """Draw nothing for people who may not note this person's leave."""
    person = overview.person
    if not visit.may(Act.NOTE_LEAVE) or not _is_others(visit, person):
        return
    t = visit.words
    with st.container(gap="small", key="noting_leave"):
        st.header(t("Leave"), anchor=False)
        told: Told | None = st.session_state.pop(_TOLD, None)
        if told is not None and told.key == person.key:
            page.tell(t, told)
        st.markdown(t("While somebody is on leave, their due dates rest and no letters go to them."))
        going_on = _going_on(overview.leave, visit.today)
        if going_on is None:
            _form(visit, person)
        else:
            _end_of(visit, person)


def _is_others(visit: Visit, person: Person) -> bool:
    with visit.database.reading() as connection:
        return sees(connection, visit.principal, Act.NOTE_LEAVE, person.key)


def _going_on(noted: tuple[NotedLeave, ...], today: date) -> NotedLeave | None:
    return next((each for each in noted if each.leave.covers(today)), None)


def _form(visit: Visit, person: Person) -> None:
    t = visit.words
    st.session_state.setdefault(_FIRST, visit.today)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.date_input(t("First day of the leave"), format=t.date_field, width=220, key=_FIRST)
        st.session_state.setdefault(_LAST, None)
        st.date_input(t("Last day; empty while nobody knows it"), format=t.date_field, width=280, key=_LAST)
    if st.button(t("Note the leave"), key="note_leave", on_click=note, args=(person.key,)):
        navigation.again(note, person.key)


def _end_of(visit: Visit, person: Person) -> None:
    t = visit.words
    st.session_state.setdefault(_ENDS, visit.today - timedelta(days=1))
    st.date_input(t("Last day of the leave"), format=t.date_field, width=220, key=_ENDS)
    if st.button(t("End the leave"), key="end_leave", on_click=end, args=(person.key,)):
        navigation.again(end, person.key)


def note(person_key: str) -> None:
    first: date | None = st.session_state.get(_FIRST)
    last: date | None = st.session_state.get(_LAST)
    moved: list[Moved] = []

    def act(now: Visit) -> None:
        moved.extend(pausing.note_leave(now.database, now.asker, person_key, first or now.today, last))
        security_log.note("leave noted", person=person_key, by=now.principal.key)

    _store(page.write(person_key, act, sentence("The leave is noted.")), moved)


def end(person_key: str) -> None:
    last: date | None = st.session_state.get(_ENDS)
    moved: list[Moved] = []

    def act(now: Visit) -> None:
        last_day = last or now.today - timedelta(days=1)
        moved.extend(pausing.end_leave(now.database, now.asker, person_key, last_day))
        security_log.note("leave ended", person=person_key, by=now.principal.key)

    _store(page.write(person_key, act, sentence("The end of the leave is noted.")), moved)


def _store(told: Told | None, moved: list[Moved]) -> None:
    if told is not None:
        st.session_state[_TOLD] = told._replace(words=_with_due_dates(told.words, moved))


def _with_due_dates(said: Sentence, moved: list[Moved]) -> Sentence:
    """Add the due date that has moved, if one has."""
    if not moved:
        return said
    return sentence(
        "{said} The due date moves from {was} to {day}.", said=said, was=moved[0].was, day=moved[0].due_on
    )
