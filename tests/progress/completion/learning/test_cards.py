"""Cards of a lesson: each counts once, in its order."""

import pytest
from studying import Study

from lessons.cards import CardKind
from people.access import Principal
from progress.completion import learning
from progress.completion.steps import NotPossibleError, Submission
from progress.record.chains import Kind
from quizzes.content import Course


def test_the_first_step_starts_the_course(assigned: Study, learner: Principal, course: Course) -> None:
    first = course.cards[0]
    assigned.later(days=2)
    learning.answer_card(assigned.database, assigned.asker(learner), course, first, Submission("ask-manager", "en"))
    enrolment = assigned.enrolment(learner)
    assert enrolment.started_at == assigned.now
    assert (enrolment.language, enrolment.course_version) == ("en", course.entry.version)
    assert enrolment.content_sha256 == course.sha256


def test_the_dilemma_is_done_with_its_answer(assigned: Study, learner: Principal, course: Course) -> None:
    dilemma = course.cards[0]
    learning.answer_card(assigned.database, assigned.asker(learner), course, dilemma, Submission("ask-manager", "cs"))
    assert assigned.kinds(learner)[1:] == [Kind.STARTED, Kind.CHECKED, Kind.CARD_SEEN]
    assert set(assigned.enrolment(learner).cards) == {dilemma.id}


def test_a_principle_is_done_only_after_its_feedback(assigned: Study, learner: Principal, course: Course) -> None:
    card = next(card for card in course.cards if card.kind is CardKind.PRINCIPLE)
    check = card.choice(course.lessons[0].source)
    assert check is not None
    learning.answer_card(
        assigned.database, assigned.asker(learner), course, card, Submission(check.right_answer, "cs")
    )
    assert card.id not in assigned.enrolment(learner).cards
    learning.leave_card(assigned.database, assigned.asker(learner), course, card, "cs")
    assert card.id in assigned.enrolment(learner).cards


def test_a_card_that_asks_is_not_left_unanswered(assigned: Study, learner: Principal, course: Course) -> None:
    card = next(card for card in course.cards if card.kind is CardKind.PRINCIPLE)
    with pytest.raises(NotPossibleError):
        learning.leave_card(assigned.database, assigned.asker(learner), course, card, "cs")
    assert assigned.kinds(learner) == [Kind.ASSIGNED]


def test_a_second_answer_to_a_card_changes_nothing(assigned: Study, learner: Principal, course: Course) -> None:
    card = next(card for card in course.cards if card.kind is CardKind.PRINCIPLE)
    check = card.choice(course.lessons[0].source)
    assert check is not None
    first, second = (option.id for option in check.options[:2])
    for option in (first, second):
        learning.answer_card(assigned.database, assigned.asker(learner), course, card, Submission(option, "cs"))
    assert assigned.enrolment(learner).checks[card.id] == first
    assert assigned.kinds(learner).count(Kind.CHECKED) == 1


def test_leaving_a_card_twice_changes_nothing(assigned: Study, learner: Principal, course: Course) -> None:
    once = assigned.card(learner, course.cards[1])
    events = assigned.chain(learner)
    assert assigned.card(learner, course.cards[1]) == once
    assert assigned.chain(learner) == events


def test_a_course_taken_card_by_card_is_told_step_by_step(
    assigned: Study, learner: Principal, outsider: Principal, course: Course
) -> None:
    for card in course.cards:
        enrolment = assigned.card(learner, card)
        assert card.id in enrolment.cards
        assert enrolment == assigned.enrolment(learner)
    assigned.cards(outsider)
    told = [[(event.kind, event.body) for event in assigned.chain(who)] for who in (learner, outsider)]
    assert told[0] == told[1]


def test_an_answer_that_is_not_on_offer_is_refused(assigned: Study, learner: Principal, course: Course) -> None:
    with pytest.raises(NotPossibleError):
        learning.answer_card(
            assigned.database, assigned.asker(learner), course, course.cards[0], Submission("bribe", "cs")
        )
    assert assigned.kinds(learner) == [Kind.ASSIGNED]


def test_a_card_is_recorded_with_the_edition_and_the_language_it_was_read_in(
    assigned: Study, learner: Principal, course: Course
) -> None:
    assigned.cards(learner, "en")
    seen = {event.body["card"]: event.body for event in assigned.chain(learner) if event.kind is Kind.CARD_SEEN}
    for name, edition in course.principles.items():
        assert seen[f"customer-privacy/{name}"]["edition"] == edition.sha256
    assert seen["customer-privacy/why"]["edition"] == course.lessons[0].sha256
    assert {body["language"] for body in seen.values()} == {"en"}
