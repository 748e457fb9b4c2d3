"""Notes that learners keep for themselves: the pledge beside the certificate, and what moved them at the dilemma."""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

import streamlit as st

from lessons.cards import Card
from progress.completion.enrolments import Enrolment
from progress.personal import notes, noting
from progress.personal.notes import LONGEST, PLEDGE, Note, NotePlace
from progress.personal.noting import Remembered
from quizzes.content import Course
from screens.parts import navigation, page
from screens.parts.page import Told
from screens.parts.session import Visit
from words import Sentence, sentence

_TOLD = "note_told"
NONE_OF_THEM = ""
"""Choice of own words, or that nothing moved the learner. No id is like it."""


@dataclass(frozen=True)
class _Asked:
    """A note as it is asked for."""

    place: NotePlace
    heading: str
    options: Mapping[str, str]
    """By what is chosen."""
    label: str
    """Of the button."""
    may_be_own: bool = False

    @property
    def key(self) -> str:
        return _key(self.place)


def _key(place: NotePlace) -> str:
    return f"{place.course_id}_{place.cycle}_{place.about.replace('/', '_')}"


def pledge(visit: Visit, course: Course, enrolment: Enrolment) -> None:
    """Draw the pledge to choose or write, or the one that was made; nothing for a course that offers none."""
    t = visit.words
    place = NotePlace(course.id, enrolment.cycle, PLEDGE)
    offered = visit.content.pledges_of(course)
    options = {name: t.set(edition.text(visit.language).text_of(name)) for name, edition in offered.items()}
    options[NONE_OF_THEM] = t("I will write my own.")
    asked = _Asked(
        place, t("What will you do differently from tomorrow?"), options, t("Keep the pledge"), may_be_own=True
    )
    note = _find(visit, place)
    if note is not None or offered:
        _draw(visit, asked, note, t("Your pledge"))


def moved(visit: Visit, course: Course, card: Card, enrolment: Enrolment, *, is_other: bool) -> None:
    """Draw what moved the learner between the two answers to the dilemma; `is_other` tells whether those differ."""
    t = visit.words
    lesson = course.lesson(card.lesson_id).text(visit.language)
    options = {principle.id: t.set(principle.title) for principle in lesson.principles}
    options[NONE_OF_THEM] = t("I saw it the same way from the start")
    heading = lesson.dilemma.changed if is_other else None
    place = NotePlace(course.id, enrolment.cycle, card.id)
    asked = _Asked(place, t.set(heading or t("What spoke for your answer?")), options, t("Keep the note"))
    _draw(visit, asked, _find(visit, place), asked.heading)


def _find(visit: Visit, place: NotePlace) -> Note | None:
    with visit.database.reading() as connection:
        return notes.find(connection, visit.principal.key, place)


def _draw(visit: Visit, asked: _Asked, note: Note | None, heading: str) -> None:
    with st.container(key=f"note_{asked.key}", gap="small"):
        if note is None or st.session_state.get(_again(asked.key)):
            _ask(visit, asked, note)
        else:
            _kept(visit, note, heading, asked.key)
        tell(visit, asked.key)


def tell(visit: Visit, key: str | None = None) -> None:
    """Say what became of the note with that key, or of any note."""
    told: Told | None = st.session_state.get(_TOLD)
    if told is not None and key in {None, told.key}:
        del st.session_state[_TOLD]
        page.tell(visit.words, told)


def _again(key: str) -> str:
    return f"note_again_{key}"


def _kept(visit: Visit, note: Note, heading: str, key: str) -> None:
    t = visit.words
    text = note.text(visit.language) or t("I saw it the same way from the start")
    st.html(f'<div class="kodex-kept"><h2>{escape(heading)}</h2><p>{escape(t.set(text))}</p></div>')
    with st.container(horizontal=True, gap="small"):
        if st.button(t("Change it"), key=f"note_change_{key}", on_click=_change, args=(key,)):
            navigation.again(_change, key)
        if st.button(t("Take it back"), key=f"note_withdraw_{key}", on_click=withdraw, args=(note.place,)):
            navigation.again(withdraw, note.place)


def _change(key: str) -> None:
    st.session_state[_again(key)] = True


def _ask(visit: Visit, asked: _Asked, note: Note | None) -> None:
    """Draw the choice, and below it the form with the button: own words have a field once they are chosen."""
    t, key = visit.words, asked.key
    page.heading(asked.heading)
    chosen = _choice(asked, note)
    with st.form(f"note_form_{key}", border=False):
        if asked.may_be_own and chosen == NONE_OF_THEM:
            st.text_area(t("Your pledge"), max_chars=LONGEST, key=_own(key), value=note.said if note else None)
        st.caption(t("It is kept in My record. Nobody else sees it, and you need not choose anything."))
        args = key, asked.place
        pressed = st.form_submit_button(asked.label, on_click=keep, args=args)
        if pressed and _TOLD not in st.session_state:
            navigation.again(keep, *args)


def _choice(asked: _Asked, note: Note | None) -> str | None:
    """Draw what there is to choose from: pledges as rows, because each is a sentence, principles as buttons."""
    options, words = list(asked.options), asked.options.__getitem__
    before = (note.chosen or NONE_OF_THEM) if note else None
    at_first = before if before in asked.options else None
    if not asked.may_be_own:
        return st.pills(
            asked.heading,
            options,
            default=at_first,
            format_func=words,
            label_visibility="collapsed",
            key=_field(asked.key),
            width="stretch",
        )
    return st.radio(
        asked.heading,
        options,
        index=None if at_first is None else options.index(at_first),
        format_func=words,
        label_visibility="collapsed",
        key=_field(asked.key),
        width="stretch",
    )


def _field(key: str) -> str:
    return f"answer_note_{key}"


def _own(key: str) -> str:
    return f"note_said_{key}"


def keep(key: str, place: NotePlace) -> None:
    chosen: str | None = st.session_state.get(_field(key))
    if chosen is None:
        st.session_state[_TOLD] = Told(key, sentence("Choose one of them first, or simply go on."))
        return
    remembered = Remembered(chosen or None, st.session_state.get(_own(key)))
    _write(place, remembered, sentence("Saved. Only you see it."))


def withdraw(place: NotePlace) -> None:
    _write(place, None, sentence("Taken back. It is deleted."))


def _write(place: NotePlace, remembered: Remembered | None, done: Sentence) -> None:
    def act(visit: Visit) -> None:
        if remembered is None:
            noting.withdraw(visit.database, visit.asker, place)
        else:
            noting.keep(visit.database, visit.asker, visit.content, place, remembered)

    key = _key(place)
    told = page.write(key, act, done)
    if told is None:
        return
    if told.is_done:
        for name in (_again(key), _field(key), _own(key)):
            st.session_state.pop(name, None)
    st.session_state[_TOLD] = told


def withdrawals(visit: Visit, kept: tuple[Note, ...]) -> None:
    """Draw a button for each note, to take it back."""
    t = visit.words
    for note in kept:
        text = note.text(visit.language) or t("I saw it the same way from the start")
        key = f"note_withdraw_{_key(note.place)}"
        label = t("Take back: {what}", what=text)
        if st.button(label, key=key, on_click=withdraw, args=(note.place,)):
            navigation.again(withdraw, note.place)
