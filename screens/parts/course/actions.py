"""What the buttons do. Streamlit keeps a callback as long as its tab is open: these are functions of a module, with
ids for arguments, so that what it keeps is small."""

import streamlit as st

from installation import installation
from lessons.cards import Card
from progress.completion import certificates, learning
from progress.completion.enrolments import Enrolment
from quizzes.content import Course, in_language
from screens.parts.course import learner
from screens.parts.session import Visit


def answer_card(course_id: str, card: Card, option_id: str, _confidence: str | None) -> None:
    course = _course(course_id)
    learner.save(
        lambda now: learning.answer_card(now.database, now.principal, course, card, option_id, now.language, now.now)
    )


def leave_card(course_id: str, card: Card) -> None:
    course = _course(course_id)
    learner.save(lambda now: learning.leave_card(now.database, now.principal, course, card, now.language, now.now))


def begin_attempt(course_id: str) -> None:
    course = _course(course_id)
    learner.save(lambda now: learning.begin_attempt(now.database, now.principal, course, now.language, now.now))
    st.query_params.pop("question", None)


def answer_question(
    course_id: str, attempt_id: str, question_id: str, option_id: str, confidence: str | None
) -> None:
    course = _course(course_id)
    learner.save(
        lambda now: learning.answer_question(
            now.database,
            now.principal,
            course,
            attempt_id,
            question_id,
            option_id,
            confidence,
            now.language,
            now.now,
        )
    )


def go_to_question(number: int) -> None:
    if st.query_params.get("question") != str(number):
        st.query_params["question"] = str(number)


def sign(course_id: str) -> None:
    """Signs the commitment, once its box is ticked."""
    if not st.session_state.get(f"agreed_{course_id}"):
        return
    course = _course(course_id)

    def step(now: Visit) -> Enrolment:
        issuer = in_language(now.content.company.name, now.language)
        issue = certificates.new_issue(issuer, now.now, now.today)
        return learning.commit(now.database, now.principal, course, issue, now.language, now.now)

    learner.save(step)


def _course(course_id: str) -> Course:
    return installation().content.courses[course_id]
