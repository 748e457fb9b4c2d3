"""Report of a card or a question from where it stands, and the editors' answer on Home."""

from html import escape
from urllib.parse import urlencode

import streamlit as st
from sqlalchemy.exc import SQLAlchemyError

from database import UnknownOutcomeError
from lessons.cards import Card
from people.access import RefusedError
from progress.completion.enrolments import Attempt
from progress.remarks import sending
from progress.remarks.remarks import LONGEST, Reported
from progress.remarks.sending import About
from quizzes.content import Course
from screens.parts import navigation, page, session
from screens.parts.page import Told
from screens.parts.session import SignedOutError, Visit
from words import sentence

PLACE = "report"
"""Parameter of the address: the card or question to be reported."""
_TOLD = "remark_told"


def card(visit: Visit, course: Course, shown: Card) -> None:
    _draw(visit, About(course.id, Reported.CARD, shown.id, visit.language))


def question(visit: Visit, course: Course, attempt: Attempt, number: int) -> None:
    """`number` counts the attempt's questions from 1."""
    _draw(visit, About(course.id, Reported.QUESTION, attempt.questions[number - 1][0], visit.language))


def refresher(visit: Visit, course: Course, question_id: str) -> None:
    """Of a question that has been answered in a refresher: before that, the record does not name it."""
    _draw(visit, About(course.id, Reported.QUESTION, question_id, visit.language))


def _draw(visit: Visit, about: About) -> None:
    """Draw the form if the address asks for it, otherwise a link to it: most runs never need more."""
    t, key = visit.words, f"{about.part}_{about.course_id}_{about.part_id}"
    if st.query_params.get(PLACE) != about.part_id:
        here = urlencode({**st.query_params.to_dict(), PLACE: about.part_id})
        label = escape(t("Something wrong here?"))
        visit.above_foot.append(f'<p class="kodex-report"><a href="?{escape(here)}">{label}</a></p>')
        return
    told: Told | None = st.session_state.pop(_TOLD, None)
    with st.container(gap="small", key=f"remark_{key}"), st.form(f"remark_form_{key}", border=False):
        page.heading(t("Something wrong here?"))
        st.markdown(
            t(
                "Write to the content editors in one to three sentences. They do not learn who you are, so leave out "
                "names. You will find their answer on Home and in My record."
            )
        )
        st.text_area(t("What is wrong?"), max_chars=LONGEST, key=_field(key))
        pressed = st.form_submit_button(t("Send to the editors"), on_click=send, args=(key, about))
        if told is not None and told.key == key:
            page.tell(t, told)
        elif pressed:
            navigation.again(send, key, about)


def _field(key: str) -> str:
    return f"remark_said_{key}"


def send(key: str, about: About) -> None:
    def act(visit: Visit) -> None:
        said = st.session_state.get(_field(key)) or ""
        sending.send(visit.database, visit.asker, visit.content, about, said)

    told = page.write(key, act, sentence("Sent. The editors will answer you."))
    if told is None:
        return
    if told.is_done:
        st.session_state[_field(key)] = ""
    st.session_state[_TOLD] = told


def answers(visit: Visit) -> None:
    """Draw the answers that the reader has not read yet, until they say that they have; nothing if there are none."""
    with visit.database.reading() as connection:
        news = sending.answered(connection, visit.asker)
    if not news:
        return
    t = visit.words
    with st.container(gap="small", key="remark_answers"):
        st.header(t("The content editors have answered you"), anchor=False)
        for each in news:
            page.said(t("“{title}”: {answer}", title=each.title(visit.language), answer=each.answer))
        read = tuple(each.id for each in news)
        if st.button(t("I have read it"), key="remark_read", on_click=note_read, args=(read,)):
            navigation.again(note_read, read)


def note_read(remark_ids: tuple[str, ...]) -> None:
    """If it cannot be saved, the answers simply stay."""
    try:
        visit = session.in_callback()
        sending.note_read(visit.database, visit.asker, remark_ids)
    except (SignedOutError, RefusedError, UnknownOutcomeError, SQLAlchemyError):
        return
