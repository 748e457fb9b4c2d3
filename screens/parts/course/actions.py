"""Actions of a learner's buttons. Streamlit holds a callback as long as its tab is open: these are module functions
that take ids, so that little is held."""

from datetime import timedelta

import streamlit as st

from installation import installation
from lessons.cards import Card
from lessons.decisions.decision import Answer
from progress.completion import certificates, learning
from progress.completion.enrolments import Enrolment, Sitting
from progress.completion.rules import standing
from progress.completion.steps import AskedQuestion, Submission, Turn
from progress.refreshers import answering
from progress.refreshers.answering import Asked
from quizzes.content import Course, in_language
from screens.parts.course import learner
from screens.parts.session import Visit

A_DOUBLE_CLICK = timedelta(seconds=5)
"""Time within which a second signature is taken for the same press: every signature is like every other."""


def answer_card(course_id: str, card: Card, answer: Answer, _confidence: str | None) -> None:
    def step(visit: Visit) -> Enrolment:
        submitted = Submission(answer, visit.language)
        return learning.answer_card(visit.database, visit.asker, _course(course_id), card, submitted)

    learner.save(step, lambda _, saved: saved.checks.get(card.id) == answer)


def reply(course_id: str, turn: Turn, reply_id: str) -> None:
    course = _course(course_id)

    def step(visit: Visit) -> Enrolment:
        return learning.reply(visit.database, visit.asker, course, turn, Submission(reply_id, visit.language))

    learner.save(step, lambda _, saved: len(saved.replies(turn.card.id)) == turn.number)


def leave_card(course_id: str, card: Card, promised: Card | None) -> None:
    """Finish a card. `promised` is the next one, as the button says; None for the questions."""
    course = _course(course_id)
    learner.save(
        lambda visit: learning.leave_card(visit.database, visit.asker, course, card, visit.language),
        lambda _, saved: standing(saved, course).next_card == promised,
    )


def begin_prior(course_id: str) -> None:
    course = _course(course_id)
    learner.save(
        lambda visit: learning.begin_prior(visit.database, visit.asker, course, visit.language),
        lambda _, saved: saved.prior is not None and not saved.prior.responses,
    )


def answer_prior(course_id: str, asked: AskedQuestion, answer: Answer, confidence: str | None) -> None:
    def step(visit: Visit) -> Enrolment:
        submitted = Submission(answer, visit.language, confidence)
        return learning.answer_prior(visit.database, visit.asker, _course(course_id), asked, submitted)

    learner.save(step, lambda _, saved: _counts(saved.prior, asked, answer, confidence))


def begin_attempt(course_id: str) -> None:
    course = _course(course_id)

    def step(visit: Visit) -> Enrolment:
        return learning.begin_attempt(visit.database, visit.asker, course, visit.language, visit.installation.pace)

    learner.save(step, lambda _, saved: saved.attempt is not None and not saved.attempt.responses)
    for place in ("question", "repair"):
        st.query_params.pop(place, None)


def answer_question(course_id: str, asked: AskedQuestion, answer: Answer, confidence: str | None) -> None:
    def step(visit: Visit) -> Enrolment:
        submitted = Submission(answer, visit.language, confidence)
        return learning.answer_question(visit.database, visit.asker, _course(course_id), asked, submitted)

    learner.save(step, lambda _, saved: _counts(saved.attempt, asked, answer, confidence))


def answer_refresher(course_id: str, asked: Asked, answer: Answer, _confidence: str | None) -> None:
    def step(visit: Visit) -> Enrolment:
        submitted = Submission(answer, visit.language)
        return answering.answer(visit.database, visit.asker, _course(course_id), asked, submitted)

    def is_ours(visit: Visit, saved: Enrolment) -> bool:
        with visit.database.reading() as connection:
            refresher = answering.opened(connection, _course(course_id), saved, visit.today)
        counted = refresher.answers.get(asked.question_id) if refresher else None
        return counted is not None and counted.option == answer

    learner.save(step, is_ours)


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

    def is_ours(visit: Visit, saved: Enrolment) -> bool:
        return saved.committed_at is None or visit.now - saved.committed_at < A_DOUBLE_CLICK

    learner.save(step, is_ours)


def _counts(form: Sitting | None, asked: AskedQuestion, answer: Answer, confidence: str | None) -> bool:
    response = form.responses.get(asked.question_id) if form else None
    return response is not None and (response.option, response.confidence) == (answer, confidence)


def _course(course_id: str) -> Course:
    return installation().content.courses[course_id]
