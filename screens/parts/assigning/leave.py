"""Leave on the screen of one person: noted, ended, and what that does to their due dates."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import streamlit as st
from sqlalchemy import Connection

from people import security_log
from people.access import Act, sees
from people.directory import Person
from people.leave import Leave, LeaveSource, NotNotedError
from progress.assigning import pausing
from progress.assigning.applying import Moment
from progress.assigning.pausing import Moved
from progress.personal.overview import Overview
from screens.parts import page
from screens.parts.page import Told
from screens.parts.session import Visit
from words import Sentence, sentence

_TOLD = "leave_told"
_FIRST, _LAST, _ENDS = "leave_first", "leave_last", "leave_ends"


@dataclass(frozen=True)
class _LeaveOutcome:
    """What became of a press, and the due dates that have moved with it."""

    told: Told
    moved: list[Moved]


def draw(visit: Visit, overview: Overview) -> None:
    """Draw nothing for people who may not note this person's leave, and for somebody who was erased."""
    person = overview.person
    if person.erased_at is not None or not visit.may(Act.NOTE_LEAVE) or not _is_others(visit, person):
        return
    t = visit.words
    with st.container(gap="small", key="noting_leave"):
        st.header(t("Leave of absence"), anchor=False)
        outcome: _LeaveOutcome | None = st.session_state.pop(_TOLD, None)
        if outcome is not None and outcome.told.key == person.key:
            _say(visit, outcome)
        st.markdown(
            t(
                "While somebody is on leave, their due dates rest and no letters go to them. The due dates move once "
                "the leave has begun."
            )
        )
        going_on = next((each.leave for each in overview.leave if each.leave.covers(visit.today)), None)
        if going_on is None:
            _form(visit, person)
        else:
            _end_of(visit, person, going_on)


def _say(visit: Visit, outcome: _LeaveOutcome) -> None:
    t = visit.words
    page.tell(t, outcome.told)
    for each in outcome.moved:
        course = visit.content.courses.get(each.course_id)
        page.said(
            t(
                "{course}: the due date moves from {was} to {day}.",
                course=course.title(t.language) if course else each.course_id,
                was=t.date(each.was),
                day=t.date(each.due_on),
            )
        )


def _is_others(visit: Visit, person: Person) -> bool:
    with visit.database.reading() as connection:
        return sees(connection, visit.principal, Act.NOTE_LEAVE, person.key)


def _form(visit: Visit, person: Person) -> None:
    t = visit.words
    st.session_state.setdefault(_FIRST, visit.today)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        first = st.date_input(t("First day of the leave"), format=t.date_field, width=220, key=_FIRST)
        st.session_state.setdefault(_LAST, None)
        last = st.date_input(t("Last day; empty while nobody knows it"), format=t.date_field, width=280, key=_LAST)
    if st.button(t("Note the leave"), key="note_leave"):

        def note(connection: Connection, now: Visit) -> list[Moved]:
            if first is None:
                raise NotNotedError(sentence("Give the first day of the leave."))
            wanted = Leave(person.key, first, last, LeaveSource.HAND, now.principal.key, now.now)
            return pausing.note_leave(connection, wanted, Moment(now.now, now.zone))

        _write(person.key, note, "leave noted", sentence("The leave is noted."))


def _end_of(visit: Visit, person: Person, going_on: Leave) -> None:
    t = visit.words
    st.session_state.setdefault(_ENDS, max(visit.today - timedelta(days=1), going_on.from_on))
    last_day = st.date_input(t("Last day of the leave"), format=t.date_field, width=220, key=_ENDS)
    if st.button(t("End the leave"), key="end_leave"):

        def end(connection: Connection, now: Visit) -> list[Moved]:
            if last_day is None:
                raise NotNotedError(sentence("Give the last day of the leave."))
            moment = Moment(now.now, now.zone)
            return pausing.end_leave(connection, person.key, last_day, moment, now.principal.key)

        _write(person.key, end, "leave ended", sentence("The end of the leave is noted."))


def _write(person_key: str, work: Callable[[Connection, Visit], list[Moved]], logged: str, done: Sentence) -> None:
    """Do the work in one transaction, as whoever is signed in now, and draw the screen again."""
    moved: list[Moved] = []

    def act(now: Visit) -> None:
        def noted(connection: Connection) -> list[Moved]:
            pausing.require_may_note(connection, now.principal, person_key)
            return work(connection, now)

        moved.extend(now.database.write(noted))
        security_log.note(logged, person=person_key, by=now.principal.key)

    told = page.write(person_key, act, done)
    if told is not None:
        st.session_state[_TOLD] = _LeaveOutcome(told, moved)
    st.rerun()
