"""Remarks of learners on the Content screen, for the editors who answer them without knowing whose they are."""

from typing import NamedTuple

import streamlit as st
from sqlalchemy.exc import SQLAlchemyError

from database import UnknownOutcomeError
from people.access import Act, RefusedError
from progress.remarks import answering
from progress.remarks.remarks import LONGEST, Remark, UnfitRemarkError, is_current
from screens.parts import navigation, page, session
from screens.parts.session import SignedOutError, Visit
from words import Sentence, sentence

_TOLD = "answer_told"


class _AnswerTold(NamedTuple):
    """What became of an answer, said once: below its remark, or above all where the remark is closed."""

    remark_id: str
    words: Sentence
    is_sent: bool = False


def draw(visit: Visit) -> None:
    """Draw nothing for people who may not answer, such as HR."""
    if not visit.may(Act.ANSWER_REMARKS):
        return
    t = visit.words
    told: _AnswerTold | None = st.session_state.pop(_TOLD, None)
    with visit.database.reading() as connection:
        listed, count = answering.waiting(connection, visit.principal)
    with st.container(gap="small", key="remarks"):
        st.header(
            t.plural("{n} remark waits for an answer", "{n} remarks wait for an answer", count)
            if count
            else t("No remark waits for an answer"),
            anchor=False,
        )
        is_left = told is not None and told.remark_id in {each.id for each in listed}
        if told is not None and not is_left:
            _tell(visit, told)
        if not listed:
            st.markdown(t("Learners can report a card or a question from where it stands. You will find it here."))
            return
        st.markdown(
            t(
                "Learners wrote this without their name. Your answer closes the remark and goes to its author, on "
                "Home and in My record."
            )
        )
        for each in listed:
            _remark(visit, each, told if told is not None and told.remark_id == each.id else None)
        if count > len(listed):
            more = count - len(listed)
            page.said(t.plural("{n} more comes after these.", "{n} more come after these.", more))


def _tell(visit: Visit, told: _AnswerTold) -> None:
    (page.confirmation if told.is_sent else page.complaint)(visit.words.say(told.words))


def _remark(visit: Visit, remark: Remark, told: _AnswerTold | None) -> None:
    t = visit.words
    course = visit.content.courses.get(remark.course_id)
    wording = t("as it reads now") if is_current(visit.content, remark) else t("an earlier wording")
    with st.container(gap="small", key=f"told_remark_{remark.id}"):
        page.heading(remark.title(visit.language))
        page.rows(
            [
                (t("What was reported"), remark.said),
                (t("Course"), course.title(visit.language) if course else remark.course_id),
                (t("In the content"), f"{remark.part_id} ({wording}, {remark.edition[:12]})"),
                (t("Read in this language"), t.language_name(remark.language)),
                (t("Sent on"), t.date(remark.at.astimezone(visit.zone).date())),
            ]
        )
        with st.form(f"answer_form_{remark.id}", border=False):
            st.text_area(t("Your answer"), max_chars=LONGEST, key=_field(remark.id))
            pressed = st.form_submit_button(t("Answer and close"), on_click=answer, args=(remark.id,))
            if told is not None:
                _tell(visit, told)
            elif pressed:
                navigation.again(answer, remark.id)


def _field(remark_id: str) -> str:
    return f"remark_answer_{remark_id}"


def answer(remark_id: str) -> None:
    try:
        visit = session.in_callback()
        answering.answer(visit.database, visit.asker, remark_id, st.session_state.get(_field(remark_id)) or "")
    except (SignedOutError, RefusedError):
        return
    except UnfitRemarkError as error:
        told = _AnswerTold(remark_id, error.reason)
    except UnknownOutcomeError:
        told = _AnswerTold(remark_id, page.UNKNOWN_OUTCOME)
    except SQLAlchemyError:
        told = _AnswerTold(remark_id, page.NOT_SAVED)
    else:
        told = _AnswerTold(remark_id, sentence("Answered. The author will see it on Home."), is_sent=True)
    st.session_state[_TOLD] = told
