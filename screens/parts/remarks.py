"""Remarks of learners on the Content screen, for the editors who answer them without knowing whose they are."""

import streamlit as st

from people.access import Act
from progress.remarks import answering
from progress.remarks.remarks import LONGEST, Remark, is_current
from screens.parts import navigation, page
from screens.parts.page import Told
from screens.parts.session import Visit
from words import sentence

_TOLD = "answer_told"
"""What became of an answer: said below its remark, or above all where the remark is closed."""


def draw(visit: Visit) -> None:
    """Draw nothing for people who may not answer, such as HR."""
    if not visit.may(Act.ANSWER_REMARKS):
        return
    t = visit.words
    told: Told | None = st.session_state.pop(_TOLD, None)
    with visit.database.reading() as connection:
        listed, count = answering.waiting(connection, visit.principal)
    with st.container(gap="small", key="remarks"):
        st.header(
            t.plural("{n} remark waits for an answer", "{n} remarks wait for an answer", count)
            if count
            else t("No remark waits for an answer"),
            anchor=False,
        )
        is_left = told is not None and told.key in {each.id for each in listed}
        if told is not None and not is_left:
            page.tell(t, told)
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
            _remark(visit, each, told if told is not None and told.key == each.id else None)
        if count > len(listed):
            more = count - len(listed)
            page.said(t.plural("{n} more comes after these.", "{n} more come after these.", more))


def _remark(visit: Visit, remark: Remark, told: Told | None) -> None:
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
                page.tell(t, told)
            elif pressed:
                navigation.again(answer, remark.id)


def _field(remark_id: str) -> str:
    return f"remark_answer_{remark_id}"


def answer(remark_id: str) -> None:
    def act(visit: Visit) -> None:
        answering.answer(visit.database, visit.asker, remark_id, st.session_state.get(_field(remark_id)) or "")

    if told := page.write(remark_id, act, sentence("Answered. The author will see it on Home.")):
        st.session_state[_TOLD] = told
