"""The one rule of completion: everybody who asks gets the same answer."""

import itertools
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from cast import DUE, NOW, TODAY
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import false, insert, literal, select
from studying import Study

from database import Database
from lessons.cards import CardKind
from people.access import Principal
from progress.completion import enrolments
from progress.completion.enrolments import Enrolment
from progress.completion.fold import after
from progress.completion.rules import EXPIRING_BEFORE, Status, Step, standing, status, status_column, valid_until
from progress.record.chains import NO_EVENTS, Kind, following
from quizzes.content import Course

A_DAY = timedelta(days=1)
ASSIGNED = after(
    None,
    following(
        NO_EVENTS,
        "0" * 32,
        [(Kind.ASSIGNED, {"course": "customer-privacy", "cycle": 1, "due_on": DUE.isoformat()})],
        NOW,
    )[0],
)
STARTED = replace(ASSIGNED, started_at=NOW)
PASSED = replace(STARTED, passed_at=NOW, score=90, pass_mark=80)
CERTIFIED = replace(PASSED, certificate_no="KX-1", valid_from=TODAY, valid_until=date(2027, 3, 2))


@pytest.mark.parametrize(
    ("enrolment", "stands"),
    [
        (ASSIGNED, Status.NOT_STARTED),
        (STARTED, Status.IN_PROGRESS),
        (PASSED, Status.PASSED),
        (CERTIFIED, Status.CERTIFIED),
    ],
    ids=lambda value: value.value if isinstance(value, Status) else "",
)
def test_a_course_goes_from_not_started_to_certified(enrolment: Enrolment, stands: Status) -> None:
    assert status(enrolment, TODAY) is stands


@pytest.mark.parametrize("enrolment", [ASSIGNED, STARTED, PASSED])
def test_an_unfinished_course_is_overdue_the_day_after_its_due_date(enrolment: Enrolment) -> None:
    assert status(enrolment, DUE) is not Status.OVERDUE
    assert status(enrolment, DUE + A_DAY) is Status.OVERDUE


def test_a_certified_course_is_never_overdue() -> None:
    assert status(CERTIFIED, DUE + A_DAY) is Status.CERTIFIED


def test_a_certificate_is_valid_through_its_last_day() -> None:
    last = date(2027, 3, 2)
    assert status(CERTIFIED, last) is Status.EXPIRING
    assert status(CERTIFIED, last + A_DAY) is Status.EXPIRED


def test_a_certificate_expires_soon_in_its_last_sixty_days() -> None:
    last = date(2027, 3, 2)
    assert status(CERTIFIED, last - EXPIRING_BEFORE) is Status.CERTIFIED
    assert status(CERTIFIED, last - EXPIRING_BEFORE + A_DAY) is Status.EXPIRING


@pytest.mark.parametrize("enrolment", [ASSIGNED, PASSED, CERTIFIED])
def test_an_exemption_comes_before_everything(enrolment: Enrolment) -> None:
    exempt = replace(enrolment, exempted_at=NOW)
    assert {status(exempt, day) for day in (TODAY, DUE + A_DAY, date(2030, 1, 1))} == {Status.EXEMPT}


def test_the_database_gives_the_status_that_python_gives(database: Database) -> None:
    """Over every combination of what has happened, and every day on which it can tip."""
    moments: list[datetime | None] = [None, NOW]
    until = [None, *(TODAY + days * A_DAY for days in (-1, 0, 59, 60, 61))]
    due = [TODAY + days * A_DAY for days in (-1, 0, 1)]
    exemptions = [(None, None), (NOW, None), *((NOW, TODAY + days * A_DAY) for days in (-1, 0))]
    grid = itertools.product(due, until, moments, moments, exemptions, moments)
    many = [
        replace(
            ASSIGNED,
            cycle=n,
            due_on=day,
            valid_until=last,
            started_at=started,
            passed_at=passed,
            exempted_at=exempt,
            exempted_until=exempt_until,
            revoked_at=revoked,
        )
        for n, (day, last, started, passed, (exempt, exempt_until), revoked) in enumerate(grid)
    ]
    table = enrolments.enrolments
    with database.writing() as connection:
        connection.execute(insert(table), [enrolments.as_row(enrolment) for enrolment in many])
        rows = connection.execute(select(table.c.cycle, status_column(TODAY))).all()
        nobody = connection.execute(
            select(status_column(TODAY)).select_from(select(literal(1)).subquery().outerjoin(table, false()))
        ).scalar_one()
    assert {n: Status(said) for n, said in rows} == {each.cycle: status(each, TODAY) for each in many}
    assert Status(nobody) is status(None, TODAY) is Status.NOTHING_ASSIGNED
    assert {nobody, *(said for _, said in rows)} == {each.value for each in Status}


def test_every_card_comes_before_the_assessment(course: Course) -> None:
    done: dict[str, str] = {}
    for card in course.cards:
        stands = standing(replace(STARTED, cards=done), course)
        assert (stands.next_step, stands.next_card) == (Step.CARDS, card)
        done[card.id] = "now"
    stands = standing(replace(STARTED, cards=done), course)
    assert (stands.next_step, stands.next_card) == (Step.ASSESSMENT, None)


def test_after_the_assessment_comes_the_commitment_and_then_nothing(course: Course) -> None:
    cards = {card.id: "now" for card in course.cards}
    assert standing(replace(PASSED, cards=cards), course).next_step is Step.COMMITMENT
    assert standing(replace(CERTIFIED, cards=cards), course).next_step is Step.NOTHING


def test_what_is_missing_is_said_card_by_card(course: Course) -> None:
    left_out = course.cards[2].id, course.cards[5].id
    cards = {card.id: "now" for card in course.cards if card.id not in left_out}
    stands = standing(replace(STARTED, cards=cards), course)
    assert tuple(card.id for card in stands.missing_cards) == left_out
    assert len(stands.principles) == 7
    assert [card.kind for card in stands.missing_principles] == [CardKind.PRINCIPLE] * 2


def test_a_lesson_has_its_parts_in_order(course: Course) -> None:
    kinds = [card.kind for card in course.cards]
    opening = [CardKind.DILEMMA, CardKind.WHY, *[CardKind.PRINCIPLE] * 7]
    assert kinds == [*opening, CardKind.DIALOGUE, CardKind.ANSWER]
    assert [card.kind for card in replace(course, dialogues={}).cards] == [*opening, CardKind.ANSWER]


@pytest.mark.parametrize(
    ("day", "months", "last"),
    [
        (date(2026, 3, 2), 12, date(2027, 3, 2)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 2, 28), 24, date(2028, 2, 28)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
        (date(2026, 11, 30), 1, date(2026, 12, 30)),
    ],
)
def test_validity_ends_on_the_same_day_months_later(day: date, months: int, last: date) -> None:
    assert valid_until(day, months) == last


@given(st.dates(date(2000, 1, 1), date(2900, 1, 1)), st.integers(1, 120))
def test_validity_ends_in_the_month_so_many_months_later(day: date, months: int) -> None:
    last = valid_until(day, months)
    assert (last.year * 12 + last.month) - (day.year * 12 + day.month) == months
    assert last.day == day.day or (last + A_DAY).day == 1


def test_the_way_through_the_course_passes_every_status(assigned: Study, learner: Principal) -> None:
    def stands() -> Status:
        return status(assigned.enrolment(learner), TODAY)

    assert stands() is Status.NOT_STARTED
    assigned.cards(learner)
    assert stands() is Status.IN_PROGRESS
    assigned.attempt(learner, right=7)
    assert stands() is Status.IN_PROGRESS
    assigned.attempt(learner, right=8)
    assert stands() is Status.PASSED
    assigned.sign(learner)
    assert stands() is Status.CERTIFIED
