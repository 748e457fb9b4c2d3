"""Actions of a learner's buttons. Streamlit holds a callback as long as its tab is open: these are module functions
that take ids, so that little is held."""

import streamlit as st

from installation import installation
from lessons.cards import Card
from lessons.decisions.decision import Answer
from progress.completion import certificates, learning
from progress.completion.enrolments import Enrolment
from progress.completion.steps import AskedQuestion, Submission, Turn
from quizzes.content import Course, in_language
from screens.parts.course import learner
from screens.parts.session import Visit


def answer_card(course_id: str, card: Card, answer: Answer, _confidence: str | None) -> None:
    def step(visit: Visit) -> Enrolment:
        submitted = Submission(answer, visit.language)
        return learning.answer_card(visit.database, visit.asker, _course(course_id), card, submitted)

    learner.save(step)


def reply(course_id: str, turn: Turn, reply_id: str) -> None:
    course = _course(course_id)

    def step(visit: Visit) -> Enrolment:
        return learning.reply(visit.database, visit.asker, course, turn, Submission(reply_id, visit.language))

    learner.save(step)


def leave_card(course_id: str, card: Card) -> None:
    course = _course(course_id)
    learner.save(lambda visit: learning.leave_card(visit.database, visit.asker, course, card, visit.language))


def begin_prior(course_id: str) -> None:
    course = _course(course_id)
    learner.save(lambda visit: learning.begin_prior(visit.database, visit.asker, course, visit.language))


def answer_prior(course_id: str, asked: AskedQuestion, answer: Answer, confidence: str | None) -> None:
    def step(visit: Visit) -> Enrolment:
        submitted = Submission(answer, visit.language, confidence)
        return learning.answer_prior(visit.database, visit.asker, _course(course_id), asked, submitted)

    learner.save(step)


def begin_attempt(course_id: str) -> None:
    course = _course(course_id)

    def step(visit: Visit) -> Enrolment:
        return learning.begin_attempt(visit.database, visit.asker, course, visit.language, visit.installation.pace)

    learner.save(step)
    for place in ("question", "repair"):
        st.query_params.pop(place, None)


def answer_question(course_id: str, asked: AskedQuestion, answer: Answer, confidence: str | None) -> None:
    def step(visit: Visit) -> Enrolment:
        submitted = Submission(answer, visit.language, confidence)
        return learning.answer_question(visit.database, visit.asker, _course(course_id), asked, submitted)

    learner.save(step)


def go_to_question(number: int) -> None:
    if st.query_params.get("question") != str(number):
        st.query_params["question"] = str(number)


def sign(course_id: str) -> None:
    """Sign the commitment if its box is ticked."""
    if not st.session_state.get(f"agreed_{course_id}"):
        return

    def step(visit: Visit) -> Enrolment:
        issuer = in_language(visit.content.company.name, visit.language)
        issue = certificates.new_issue(issuer, visit.now, visit.today)
        return learning.commit(visit.database, visit.asker, _course(course_id), issue, visit.language)

    learner.save(step)


def _course(course_id: str) -> Course:
    return installation().content.courses[course_id]
