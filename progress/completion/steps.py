"""Steps of a learner: the events that each causes, given the enrolment, or a refusal. Pure functions."""

from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

from lessons.cards import Card, CardKind
from lessons.decisions.decision import Answer, Decision
from lessons.dialogue import Node
from people.directory import Person
from progress.completion import certificates, prior, rules
from progress.completion.certificates import Certificate
from progress.completion.enrolments import Enrolment, Sitting
from progress.completion.prior import Earlier
from progress.record.chains import Kind
from quizzes import drawing, grading, practice
from quizzes.content import Course

Happened = list[tuple[Kind, dict[str, Any]]]
"""Kinds and bodies of the events caused; empty if the step was taken before."""
S = TypeVar("S", bound=Sitting)

CONFIDENCES = ("guess", "likely", "sure")


class NotPossibleError(Exception):
    """The step is not open to the learner: not assigned, out of turn, or an answer that was not offered."""


class AskedQuestion(NamedTuple):
    """A question in the attempt that asks it."""

    attempt_id: str
    question_id: str


class Turn(NamedTuple):
    """The place of a reply in a dialogue."""

    card: Card
    number: int
    """1 for the first reply of the conversation."""


class Lot(NamedTuple):
    """What chance decides of a form."""

    attempt_id: str
    seed: str


@dataclass(frozen=True)
class Submission:
    """An answer as the learner sent it."""

    answer: Answer
    language: str
    """The language in which the question was read."""
    confidence: str | None = None
    """One of `CONFIDENCES`; None if the learner did not say."""


def answer_card(enrolment: Enrolment, course: Course, card: Card, submitted: Submission) -> Happened:
    """Record the first answer to a card. A card without feedback is finished by it."""
    choice = card.choice(course.lesson(card.lesson_id).source)
    if choice is None or not choice.offers(submitted.answer):
        raise NotPossibleError(submitted.answer)
    if card.id in enrolment.checks:
        return []
    about = _card(course, card, submitted.language)
    answer = {**about, "option": submitted.answer, "right": choice.is_right(submitted.answer)}
    happened = [*_start(enrolment, course, submitted.language), (Kind.CHECKED, answer)]
    if not card.has_feedback:
        happened.append((Kind.CARD_SEEN, about))
    return _in_course(enrolment, happened)


def reply(enrolment: Enrolment, course: Course, turn: Turn, submitted: Submission) -> Happened:
    """Record a reply in a dialogue. What was said cannot be taken back: another reply in its place is refused."""
    card = turn.card
    if card.kind is not CardKind.DIALOGUE:
        raise NotPossibleError(card.id)
    path = course.dialogues[card.lesson_id].source.path(enrolment.replies(card.id))
    said = [step.reply.id for step in path.steps]
    if said[turn.number - 1 : turn.number] == [submitted.answer]:
        return []
    is_to_take = card in rules.standing(enrolment, course).missing_cards or card.id in enrolment.waived
    if not is_to_take or turn.number != len(said) + 1:
        raise NotPossibleError(turn.number)
    if not isinstance(path.at, Node) or not isinstance(submitted.answer, str):
        raise NotPossibleError(submitted.answer)
    if path.at.reply(submitted.answer) is None:
        raise NotPossibleError(submitted.answer)
    about = _card(course, card, submitted.language)
    body = {**about, "number": turn.number, "node": path.at.id, "option": submitted.answer}
    return _in_course(enrolment, [*_start(enrolment, course, submitted.language), (Kind.REPLIED, body)])


def is_decided(enrolment: Enrolment, course: Course, card: Card) -> bool:
    """True if nothing is left to decide on the card."""
    if card.kind is CardKind.DIALOGUE:
        return course.dialogues[card.lesson_id].source.path(enrolment.replies(card.id)).ending is not None
    asks = card.choice(course.lesson(card.lesson_id).source) is not None
    return not asks or card.id in enrolment.checks


def leave_card(enrolment: Enrolment, course: Course, card: Card, language: str) -> Happened:
    """Finish a card. What there is to decide on it has to be decided first."""
    if not is_decided(enrolment, course, card):
        raise NotPossibleError(card.id)
    if card.id in enrolment.cards:
        return []
    happened = [*_start(enrolment, course, language), (Kind.CARD_SEEN, _card(course, card, language))]
    return _in_course(enrolment, happened)


def begin_prior(enrolment: Enrolment, course: Course, earlier: Earlier, lot: Lot, language: str) -> Happened:
    """Draw the questions before the lesson, unless they are being answered. They come once a cycle, and first."""
    if prior.is_under_way(enrolment):
        return []
    if not prior.is_offered(enrolment, earlier.finished):
        raise NotPossibleError(course.id)
    drawn = prior.draw(enrolment, course, earlier, lot.seed)
    is_opener = prior.pass_mark(enrolment) is None
    body = {
        **_version(course, language),
        "attempt": lot.attempt_id,
        "seed": lot.seed,
        "questions": [[name, course.questions[name].sha256] for name in drawn],
        "pass_mark": prior.pass_mark(enrolment),
        "unchanged": [list(each) for each in prior.unchanged(course, earlier.finished)] if is_opener else [],
    }
    return _in_course(enrolment, [*_start(enrolment, course, language), (Kind.PRIOR_STARTED, body)])


def answer_prior(
    enrolment: Enrolment, course: Course, asked: AskedQuestion, question: Decision, submitted: Submission
) -> Happened:
    """Record the first answer to a question before the lesson; the last one waives what was shown to be known."""
    sitting = _sitting_of(asked, enrolment.prior, question, submitted)
    if asked.question_id in sitting.responses:
        return []
    if not prior.is_under_way(enrolment):
        raise NotPossibleError(asked.question_id)
    response = _response(asked, question, submitted)
    happened: Happened = [(Kind.PRIOR_ANSWERED, response)]
    if len(sitting.responses) + 1 == len(sitting.questions):
        passed = prior.is_passed(sitting, _right(sitting, response["right"]))
        happened.append((Kind.PRIOR_FINISHED, {**_result(sitting, response["right"]), "passed": passed}))
        is_known = {name: each.right and each.confidence != "guess" for name, each in sitting.responses.items()}
        is_known[asked.question_id] = response["right"] and submitted.confidence != "guess"
        waived = course.cards if passed else prior.known(sitting, course, is_known) if passed is None else ()
        if waived:
            cards = [[card.id, _edition(course, card)] for card in waived]
            happened.append((Kind.WAIVED, {"attempt": sitting.id, "cards": cards}))
    return _in_course(enrolment, happened)


def begin_attempt(enrolment: Enrolment, course: Course, attempt_id: str, seed: str, language: str) -> Happened:
    """Draw a new form, unless one is being answered. Every card has to be finished first."""
    if enrolment.attempt is not None and not enrolment.attempt.is_finished:
        return []
    if rules.standing(enrolment, course).next_step is not rules.Step.ASSESSMENT:
        raise NotPossibleError(course.id)
    drawn = drawing.draw(course, seed, _met(enrolment, course))
    body = {
        **_version(course, language),
        "attempt": attempt_id,
        "number": enrolment.attempts + 1,
        "seed": seed,
        "questions": [[name, course.questions[name].sha256] for name in drawn],
        "pass_mark": course.entry.pass_mark,
    }
    return _in_course(enrolment, [(Kind.ATTEMPT_STARTED, body)])


def _met(enrolment: Enrolment, course: Course) -> set[str]:
    """Return the questions of earlier attempts, and those to practise with after the latest one."""
    met = set(enrolment.met)
    if enrolment.attempt is not None and enrolment.attempt.passed is False:
        wrong = (name for name, response in enrolment.attempt.responses.items() if not response.right)
        missed = dict.fromkeys(course.questions[name].source.principle for name in wrong if name in course.questions)
        met |= set(practice.draw(course, enrolment.attempt.seed, missed, enrolment.met).values())
    return met


def answer_question(
    enrolment: Enrolment, asked: AskedQuestion, question: Decision, submitted: Submission
) -> Happened:
    """Record the first answer to a question; the last question's answer finishes the attempt."""
    attempt = _sitting_of(asked, enrolment.attempt, question, submitted)
    if asked.question_id in attempt.responses:
        return []
    response = _response(asked, question, submitted)
    happened: Happened = [(Kind.ANSWERED, response)]
    if len(attempt.responses) + 1 == len(attempt.questions):
        passed = grading.is_passed(_right(attempt, response["right"]), len(attempt.questions), attempt.pass_mark)
        happened.append((Kind.ATTEMPT_FINISHED, {**_result(attempt, response["right"]), "passed": passed}))
    return _in_course(enrolment, happened)


def _sitting_of(asked: AskedQuestion, sitting: S | None, question: Decision, submitted: Submission) -> S:
    """Return the sitting if it asks this question, and if this is one of the answers to it."""
    if sitting is None or sitting.id != asked.attempt_id or asked.question_id not in dict(sitting.questions):
        raise NotPossibleError(asked.question_id)
    if not question.offers(submitted.answer) or submitted.confidence not in (None, *CONFIDENCES):
        raise NotPossibleError(submitted.answer)
    return sitting


def _response(asked: AskedQuestion, question: Decision, submitted: Submission) -> dict[str, Any]:
    return {
        "attempt": asked.attempt_id,
        "question": asked.question_id,
        "option": submitted.answer,
        "right": question.is_right(submitted.answer),
        "confidence": submitted.confidence,
        "language": submitted.language,
    }


def commit(
    enrolment: Enrolment, course: Course, person: Person, issue: certificates.Issue, language: str
) -> tuple[Happened, Certificate | None]:
    """Sign the commitment and issue the certificate. The certificate is None if there is one already."""
    step = rules.standing(enrolment, course).next_step
    if step is rules.Step.NOTHING:
        return [], None
    if step is not rules.Step.COMMITMENT:
        raise NotPossibleError(course.id)
    certificate = certificates.frozen(person, enrolment, course, issue, language)
    signed = {**_version(course, language), "commitment_sha256": course.commitment_sha256}
    happened = [(Kind.COMMITTED, signed), (Kind.CERTIFIED, certificates.as_event(certificate))]
    return _in_course(enrolment, happened), certificate


def _start(enrolment: Enrolment, course: Course, language: str) -> Happened:
    return [] if enrolment.started_at else [(Kind.STARTED, _version(course, language))]


def _in_course(enrolment: Enrolment, happened: Happened) -> Happened:
    return [(kind, {"course": enrolment.course_id, "cycle": enrolment.cycle, **body}) for kind, body in happened]


def _right(sitting: Sitting, last_is_right: bool) -> int:
    return sum(response.right for response in sitting.responses.values()) + last_is_right


def _result(sitting: Sitting, last_is_right: bool) -> dict[str, Any]:
    right, asked = _right(sitting, last_is_right), len(sitting.questions)
    return {"attempt": sitting.id, "right": right, "asked": asked, "score": grading.score(right, asked)}


def _version(course: Course, language: str) -> dict[str, Any]:
    return {"course_version": course.entry.version, "content_sha256": course.sha256, "language": language}


def _card(course: Course, card: Card, language: str) -> dict[str, Any]:
    return {"card": card.id, "edition": _edition(course, card), "language": language}


def _edition(course: Course, card: Card) -> str:
    """Return the SHA-256 of what the card is part of."""
    match card.kind:
        case CardKind.PRINCIPLE:
            return course.principles[card.part].sha256
        case CardKind.DIALOGUE:
            return course.dialogues[card.lesson_id].sha256
        case _:
            return course.lesson(card.lesson_id).sha256
