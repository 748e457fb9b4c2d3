"""What a learner's step causes: the events of each step, given where the learner stands, or a refusal. Pure."""

from typing import Any

from lessons.cards import Card
from lessons.model import Choice
from people.directory import Person
from progress.completion import certificates, rules
from progress.completion.certificates import Certificate
from progress.completion.enrolments import Attempt, Enrolment
from progress.record.chains import Kind
from quizzes import drawing, grading
from quizzes.content import Course

Happened = list[tuple[Kind, dict[str, Any]]]
"""Kinds of events with their bodies; none where the step was taken before."""

CONFIDENCES = ("guess", "likely", "sure")


class NotPossibleError(Exception):
    """The step is not open to the learner now: not assigned, not yet its turn, or not on offer."""


def answer_card(enrolment: Enrolment, course: Course, card: Card, option_id: str, language: str) -> Happened:
    """The answer counts once. A card without feedback is done with its answer."""
    choice = card.choice(course.lesson(card.lesson_id).source)
    if choice is None or not _is_offered(choice, option_id):
        raise NotPossibleError(option_id)
    if card.id in enrolment.checks:
        return []
    about = _card(course, card, language)
    answer = {**about, "option": option_id, "right": grading.is_right(choice, option_id)}
    happened = [*_start(enrolment, course, language), (Kind.CHECKED, answer)]
    if not card.has_feedback:
        happened.append((Kind.CARD_SEEN, about))
    return _said_of(enrolment, happened)


def leave_card(enrolment: Enrolment, course: Course, card: Card, language: str) -> Happened:
    """A card that asks has to be answered first."""
    asks = card.choice(course.lesson(card.lesson_id).source) is not None
    if asks and card.id not in enrolment.checks:
        raise NotPossibleError(card.id)
    if card.id in enrolment.cards:
        return []
    happened = [*_start(enrolment, course, language), (Kind.CARD_SEEN, _card(course, card, language))]
    return _said_of(enrolment, happened)


def begin_attempt(enrolment: Enrolment, course: Course, attempt_id: str, seed: str, language: str) -> Happened:
    """Draws a new form, unless one is being answered. Open once every card is done."""
    if enrolment.attempt is not None and not enrolment.attempt.is_finished:
        return []
    if rules.standing(enrolment, course).next_step is not rules.Step.ASSESSMENT:
        raise NotPossibleError(course.id)
    body = {
        **_version(course, language),
        "attempt": attempt_id,
        "number": enrolment.attempts + 1,
        "seed": seed,
        "questions": [[name, course.questions[name].sha256] for name in drawing.draw(course, seed, enrolment.met)],
        "pass_mark": course.entry.pass_mark,
    }
    return _said_of(enrolment, [(Kind.ATTEMPT_STARTED, body)])


def answer_question(
    enrolment: Enrolment,
    attempt_id: str,
    question_id: str,
    question: Choice,
    option_id: str,
    confidence: str | None,
    language: str,
) -> Happened:
    """A question has one response. With the last one the attempt is finished and scored."""
    attempt = enrolment.attempt
    if attempt is None or attempt.id != attempt_id or question_id not in dict(attempt.questions):
        raise NotPossibleError(question_id)
    if not _is_offered(question, option_id) or confidence not in (None, *CONFIDENCES):
        raise NotPossibleError(option_id)
    if question_id in attempt.responses:
        return []
    right = grading.is_right(question, option_id)
    response = {
        "attempt": attempt_id,
        "question": question_id,
        "option": option_id,
        "right": right,
        "confidence": confidence,
        "language": language,
    }
    happened: Happened = [(Kind.ANSWERED, response)]
    if len(attempt.responses) + 1 == len(attempt.questions):
        happened.append((Kind.ATTEMPT_FINISHED, _result(attempt, right)))
    return _said_of(enrolment, happened)


def commit(
    enrolment: Enrolment, course: Course, person: Person, issue: certificates.Issue, language: str
) -> tuple[Happened, Certificate | None]:
    """The signature and the certificate, both or neither."""
    step = rules.standing(enrolment, course).next_step
    if step is rules.Step.NOTHING:
        return [], None
    if step is not rules.Step.COMMITMENT:
        raise NotPossibleError(course.id)
    certificate = certificates.frozen(person, enrolment, course, issue, language)
    signed = {**_version(course, language), "commitment_sha256": course.commitment_sha256}
    happened = [(Kind.COMMITTED, signed), (Kind.CERTIFIED, certificates.as_event(certificate))]
    return _said_of(enrolment, happened), certificate


def _is_offered(choice: Choice, option_id: str) -> bool:
    return option_id in {option.id for option in choice.options}


def _start(enrolment: Enrolment, course: Course, language: str) -> Happened:
    return [] if enrolment.started_at else [(Kind.STARTED, _version(course, language))]


def _said_of(enrolment: Enrolment, happened: Happened) -> Happened:
    return [(kind, {"course": enrolment.course_id, "cycle": enrolment.cycle, **body}) for kind, body in happened]


def _result(attempt: Attempt, last_is_right: bool) -> dict[str, Any]:
    right = sum(response.right for response in attempt.responses.values()) + last_is_right
    asked = len(attempt.questions)
    return {
        "attempt": attempt.id,
        "right": right,
        "asked": asked,
        "score": grading.score(right, asked),
        "passed": grading.is_passed(right, asked, attempt.pass_mark),
    }


def _version(course: Course, language: str) -> dict[str, Any]:
    return {"course_version": course.entry.version, "content_sha256": course.sha256, "language": language}


def _card(course: Course, card: Card, language: str) -> dict[str, Any]:
    principle = course.principles.get(card.part)
    edition = principle.sha256 if principle else course.lesson(card.lesson_id).sha256
    return {"card": card.id, "edition": edition, "language": language}
