"""The one rule of completion, used everywhere: a person's status, and the steps that are left."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from dateutil.relativedelta import relativedelta
from sqlalchemy import ColumnElement, FromClause, and_, case, literal, or_

from lessons.cards import Card, CardKind, closing_card
from progress.completion.enrolments import Enrolment, enrolments
from quizzes.content import Content, Course
from words import Sentence, Words, sentence


class Status(StrEnum):
    REVOKED = "revoked"
    OVERDUE = "overdue"
    EXPIRED = "expired"
    NOTHING_ASSIGNED = "nothing assigned"
    """There is no enrolment."""
    EXPIRING = "expiring"
    NOT_STARTED = "not started"
    IN_PROGRESS = "in progress"
    PASSED = "passed"
    CERTIFIED = "certified"
    EXEMPT = "exempt"


SAID: dict[Status, Sentence] = {
    Status.REVOKED: sentence("revoked"),
    Status.OVERDUE: sentence("overdue"),
    Status.EXPIRED: sentence("expired"),
    Status.NOTHING_ASSIGNED: sentence("nothing assigned"),
    Status.EXPIRING: sentence("certified, expires soon"),
    Status.NOT_STARTED: sentence("not started"),
    Status.IN_PROGRESS: sentence("in progress"),
    Status.PASSED: sentence("passed, commitment not signed"),
    Status.CERTIFIED: sentence("certified"),
    Status.EXEMPT: sentence("exempt"),
}
"""Statuses in words."""

HOLDS = frozenset({Status.CERTIFIED, Status.EXPIRING})
"""The statuses of a person with a valid certificate."""
EXPIRING_BEFORE = timedelta(days=60)


def status(enrolment: Enrolment | None, today: date) -> Status:
    """The status on `today`; `enrolment` is None for a person who has none."""
    if enrolment is None:
        return Status.NOTHING_ASSIGNED
    if enrolment.revoked_at is not None:
        return Status.REVOKED
    if enrolment.exempted_at is not None and not (enrolment.exempted_until and enrolment.exempted_until < today):
        return Status.EXEMPT
    if enrolment.valid_until is not None:
        if enrolment.valid_until < today:
            return Status.EXPIRED
        return Status.EXPIRING if enrolment.valid_until < today + EXPIRING_BEFORE else Status.CERTIFIED
    if enrolment.due_on < today:
        return Status.OVERDUE
    if enrolment.passed_at is not None:
        return Status.PASSED
    return Status.NOT_STARTED if enrolment.started_at is None else Status.IN_PROGRESS


def status_column(today: date, among: FromClause = enrolments) -> ColumnElement[str]:
    """`status` for the database: the same rule over the same columns, in the same order. A row of an outer join
    without an enrolment is None. `among` are the enrolments, or past ones with the same columns."""
    row = among.c
    return case(
        (row.person_key.is_(None), literal(Status.NOTHING_ASSIGNED.value)),
        (row.revoked_at.is_not(None), literal(Status.REVOKED.value)),
        (
            and_(row.exempted_at.is_not(None), or_(row.exempted_until.is_(None), row.exempted_until >= today)),
            literal(Status.EXEMPT.value),
        ),
        (row.valid_until < today, literal(Status.EXPIRED.value)),
        (row.valid_until < today + EXPIRING_BEFORE, literal(Status.EXPIRING.value)),
        (row.valid_until.is_not(None), literal(Status.CERTIFIED.value)),
        (row.due_on < today, literal(Status.OVERDUE.value)),
        (row.passed_at.is_not(None), literal(Status.PASSED.value)),
        (row.started_at.is_(None), literal(Status.NOT_STARTED.value)),
        else_=literal(Status.IN_PROGRESS.value),
    )


def urgency_column(today: date, among: FromClause = enrolments) -> ColumnElement[int]:
    """The rank of a status in the order of `Status`, in which those who need attention come first."""
    ranks = {status.value: rank for rank, status in enumerate(Status)}
    return case(ranks, value=status_column(today, among))


class Step(StrEnum):
    CARDS = "cards"
    ASSESSMENT = "assessment"
    COMMITMENT = "commitment"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Standing:
    """The steps that are done and those that are missing for completion."""

    cards: tuple[Card, ...]
    missing_cards: tuple[Card, ...]
    is_passed: bool
    is_certified: bool

    @property
    def next_step(self) -> Step:
        if self.is_certified:
            return Step.NOTHING
        if self.is_passed:
            return Step.COMMITMENT
        return Step.CARDS if self.missing_cards else Step.ASSESSMENT

    @property
    def next_card(self) -> Card | None:
        return self.missing_cards[0] if self.missing_cards else None

    @property
    def principles(self) -> Sequence[Card]:
        return [card for card in self.cards if card.kind is CardKind.PRINCIPLE]

    @property
    def missing_principles(self) -> Sequence[Card]:
        return [card for card in self.missing_cards if card.kind is CardKind.PRINCIPLE]


def standing(enrolment: Enrolment, course: Course) -> Standing:
    return Standing(
        cards=course.cards,
        missing_cards=tuple(card for card in course.cards if _is_missing(card, enrolment)),
        is_passed=enrolment.passed_at is not None,
        is_certified=enrolment.certificate_no is not None,
    )


def _is_missing(card: Card, enrolment: Enrolment) -> bool:
    # A dialogue that came later calls nobody back into a lesson that they have finished.
    is_later = card.kind is CardKind.DIALOGUE and closing_card(card.lesson_id).id in enrolment.cards
    return not (card.id in enrolment.cards or card.id in enrolment.waived or is_later)


def valid_until(from_day: date, months: int) -> date:
    """Return the last day of validity: the same day `months` later, or the last of that month if there is none."""
    return from_day + relativedelta(months=months)


def cycle_title(t: Words, content: Content, course_id: str, cycle: int) -> str:
    course = content.courses.get(course_id)
    title = course.title(t.language) if course else course_id
    return title if cycle == 1 else t("{course}, round {n}", course=title, n=cycle)
