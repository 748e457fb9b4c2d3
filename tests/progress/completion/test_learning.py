"""What a learner does: it counts once, it lasts, and it is resumed anywhere."""

from dataclasses import replace
from datetime import timedelta
from types import MappingProxyType

import pytest
from cast import leaves
from studying import Study

from database import Database
from lessons.cards import CardKind
from lessons.model import Edition
from people.access import Principal, RefusedError
from progress.completion import certificates, editions, learning
from progress.completion.rules import Step, standing
from progress.completion.steps import NotPossibleError
from progress.record.chains import Kind
from quizzes.content import Bank, Content, Course


def wrong(course: Course, question_id: str) -> str:
    question = course.questions[question_id].source
    return next(option.id for option in question.options if option.id != question.right)


def asked(study: Study, who: Principal) -> list[str]:
    attempt = study.enrolment(who).attempt
    assert attempt is not None
    return [question for question, _ in attempt.questions]


def with_pass_mark(course: Course, pass_mark: int) -> Course:
    return replace(course, entry=course.entry.model_copy(update={"pass_mark": pass_mark}))


def without(course: Course, question_id: str) -> Course:
    """The course as a later edition, from which a question was taken."""
    (bank,) = course.banks
    left = {name: question for name, question in bank.questions.items() if name != question_id}
    return replace(course, banks=(Bank(bank.form, MappingProxyType(left)),))


# Cards


def test_the_first_step_starts_the_course(assigned: Study, learner: Principal, course: Course) -> None:
    first = course.cards[0]
    assigned.later(days=2)
    learning.answer_card(assigned.database, learner, course, first, "ask-manager", "en", assigned.now)
    enrolment = assigned.enrolment(learner)
    assert enrolment.started_at == assigned.now
    assert (enrolment.language, enrolment.course_version) == ("en", course.entry.version)
    assert enrolment.content_sha256 == course.sha256


def test_the_dilemma_is_done_with_its_answer(assigned: Study, learner: Principal, course: Course) -> None:
    dilemma = course.cards[0]
    learning.answer_card(assigned.database, learner, course, dilemma, "ask-manager", "cs", assigned.now)
    assert assigned.kinds(learner)[1:] == [Kind.STARTED, Kind.CHECKED, Kind.CARD_SEEN]
    assert set(assigned.enrolment(learner).cards) == {dilemma.id}


def test_a_principle_is_done_only_after_its_feedback(assigned: Study, learner: Principal, course: Course) -> None:
    card = next(card for card in course.cards if card.kind is CardKind.PRINCIPLE)
    check = card.choice(course.lessons[0].source)
    assert check is not None
    learning.answer_card(assigned.database, learner, course, card, check.right, "cs", assigned.now)
    assert card.id not in assigned.enrolment(learner).cards
    learning.leave_card(assigned.database, learner, course, card, "cs", assigned.now)
    assert card.id in assigned.enrolment(learner).cards


def test_a_card_that_asks_is_not_left_unanswered(assigned: Study, learner: Principal, course: Course) -> None:
    card = next(card for card in course.cards if card.kind is CardKind.PRINCIPLE)
    with pytest.raises(NotPossibleError):
        learning.leave_card(assigned.database, learner, course, card, "cs", assigned.now)
    assert assigned.kinds(learner) == [Kind.ASSIGNED]


def test_a_second_answer_to_a_card_changes_nothing(assigned: Study, learner: Principal, course: Course) -> None:
    card = next(card for card in course.cards if card.kind is CardKind.PRINCIPLE)
    check = card.choice(course.lessons[0].source)
    assert check is not None
    first, second = (option.id for option in check.options[:2])
    for option in (first, second):
        learning.answer_card(assigned.database, learner, course, card, option, "cs", assigned.now)
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
        learning.answer_card(assigned.database, learner, course, course.cards[0], "bribe", "cs", assigned.now)
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


# Resuming


def test_everything_is_resumed_from_the_database_alone(assigned: Study, learner: Principal, course: Course) -> None:
    """Another browser, or the server after a restart."""
    assigned.cards(learner)
    assigned.begin(learner)
    first, second, *_ = asked(assigned, learner)
    assigned.answer(learner, first)
    elsewhere = Database(assigned.database.engine.url.render_as_string(hide_password=False))
    there = Study(elsewhere, course, assigned.now)
    attempt = there.enrolment(learner).attempt
    assert attempt == assigned.enrolment(learner).attempt
    assert attempt is not None
    assert (attempt.next_number, attempt.questions[1][0]) == (2, second)
    elsewhere.close()


def test_a_switch_of_language_loses_nothing(assigned: Study, learner: Principal, course: Course) -> None:
    assigned.cards(learner, "cs")
    assert standing(assigned.enrolment(learner), course).next_step is Step.ASSESSMENT
    assigned.begin(learner, "en")
    for number, question in enumerate(asked(assigned, learner)):
        assigned.answer(learner, question, language=("cs", "en")[number % 2])
    enrolment = assigned.sign(learner, "en")
    assert enrolment.language == "en"
    assert enrolment.attempt is not None
    assert [each.language for each in enrolment.attempt.responses.values()].count("cs") == 5


# The assessment


def test_the_questions_begin_once_every_card_is_done(assigned: Study, learner: Principal) -> None:
    with pytest.raises(NotPossibleError):
        assigned.begin(learner)
    assigned.cards(learner)
    assigned.begin(learner)
    assert len(asked(assigned, learner)) == 10


def test_a_form_meets_every_principle(assigned: Study, learner: Principal, course: Course) -> None:
    assigned.cards(learner)
    assigned.begin(learner)
    met = {course.questions[question].source.principle for question in asked(assigned, learner)}
    assert met == set(course.principles)


def test_beginning_again_shows_the_form_that_was_begun(assigned: Study, learner: Principal) -> None:
    assigned.cards(learner)
    first = assigned.begin(learner)
    assigned.answer(learner, asked(assigned, learner)[0])
    again = assigned.begin(learner)
    assert first.attempt is not None
    assert again.attempt is not None
    assert (again.attempt.id, again.attempts, len(again.attempt.responses)) == (first.attempt.id, 1, 1)


def test_a_response_is_kept_with_confidence_language_and_time(assigned: Study, learner: Principal) -> None:
    assigned.cards(learner)
    assigned.begin(learner)
    question = asked(assigned, learner)[0]
    attempt = assigned.answer(learner, question, confidence="sure", language="en").attempt
    assert attempt is not None
    response = attempt.responses[question]
    assert (response.right, response.confidence, response.language) == (True, "sure", "en")
    assert response.at == "2026-03-02T09:04:00.000000Z"


def test_a_second_submit_changes_nothing(assigned: Study, learner: Principal) -> None:
    assigned.cards(learner)
    assigned.begin(learner)
    question = asked(assigned, learner)[0]
    once = assigned.answer(learner, question)
    events = assigned.chain(learner)
    assert assigned.answer(learner, question, right=False) == once
    assert assigned.chain(learner) == events


@pytest.mark.parametrize("confidence", ["certain", "", "SURE"])
def test_a_confidence_that_is_not_on_offer_is_refused(assigned: Study, learner: Principal, confidence: str) -> None:
    assigned.cards(learner)
    assigned.begin(learner)
    with pytest.raises(NotPossibleError):
        assigned.answer(learner, asked(assigned, learner)[0], confidence=confidence)


def test_a_question_that_was_not_drawn_is_refused(assigned: Study, learner: Principal, course: Course) -> None:
    assigned.cards(learner)
    assigned.begin(learner)
    other = next(name for name in course.questions if name not in asked(assigned, learner))
    with pytest.raises(NotPossibleError):
        assigned.answer(learner, other)


def test_an_attempt_of_before_takes_no_more_responses(assigned: Study, learner: Principal, course: Course) -> None:
    assigned.cards(learner)
    first = assigned.attempt(learner, right=0).attempt
    assigned.begin(learner)
    question = asked(assigned, learner)[0]
    assert first is not None
    with pytest.raises(NotPossibleError):
        learning.answer_question(
            assigned.database,
            learner,
            course,
            first.id,
            question,
            wrong(course, question),
            None,
            "cs",
            assigned.now,
        )


@pytest.mark.parametrize(("right", "passed"), [(10, True), (8, True), (7, False), (0, False)])
def test_eight_of_ten_right_answers_pass(assigned: Study, learner: Principal, right: int, passed: bool) -> None:
    assigned.cards(learner)
    enrolment = assigned.attempt(learner, right)
    assert enrolment.attempt is not None
    assert (enrolment.attempt.right, enrolment.attempt.passed) == (right, passed)
    assert enrolment.score == (right * 10 if passed else None)
    assert (enrolment.passed_at is not None) is passed


def test_after_a_failure_a_new_form_is_drawn_from_questions_not_met(assigned: Study, learner: Principal) -> None:
    assigned.cards(learner)
    assigned.attempt(learner, right=7)
    first = asked(assigned, learner)
    second = assigned.begin(learner)
    assert set(first).isdisjoint(asked(assigned, learner))
    assert second.attempts == 2
    assert set(second.met) == {*first, *asked(assigned, learner)}


def test_after_a_pass_no_further_form_is_drawn(assigned: Study, learner: Principal) -> None:
    assigned.cards(learner)
    assigned.attempt(learner)
    with pytest.raises(NotPossibleError):
        assigned.begin(learner)
    assigned.sign(learner)
    with pytest.raises(NotPossibleError):
        assigned.begin(learner)


@pytest.mark.parametrize(("begun", "meanwhile", "passes"), [(80, 100, True), (100, 80, False)])
def test_a_pass_mark_changed_meanwhile_does_not_touch_an_attempt_that_has_begun(
    assigned: Study, learner: Principal, course: Course, begun: int, meanwhile: int, passes: bool
) -> None:
    assigned.cards(learner)
    Study(assigned.database, with_pass_mark(course, begun), assigned.now).begin(learner)
    later = Study(assigned.database, with_pass_mark(course, meanwhile), assigned.now)
    for number, question in enumerate(asked(assigned, learner)):
        enrolment = later.answer(learner, question, right=number < 9)
    assert (enrolment.passed_at is not None) is passes
    assert enrolment.attempt is not None
    assert enrolment.attempt.pass_mark == begun


def test_a_question_taken_out_meanwhile_is_still_answered_as_it_was_drawn(
    assigned: Study, learner: Principal, course: Course
) -> None:
    assigned.cards(learner)
    assigned.begin(learner)
    question = asked(assigned, learner)[0]
    later = without(course, question)
    attempt = assigned.enrolment(learner).attempt
    assert attempt is not None
    right = course.questions[question].source.right
    enrolment = learning.answer_question(
        assigned.database, learner, later, attempt.id, question, right, None, "cs", assigned.now
    )
    assert enrolment.attempt is not None
    assert enrolment.attempt.responses[question].right


def test_a_question_reworded_meanwhile_is_shown_as_it_was_drawn(
    assigned: Study, course: Course, content: Content
) -> None:
    editions.keep(assigned.database, content)
    name, drawn = next(iter(course.questions.items()))
    texts = {language: text.model_copy(update={"title": "Jinak"}) for language, text in drawn.texts.items()}
    (bank,) = course.banks
    reworded = replace(course, banks=(Bank(bank.form, {**bank.questions, name: Edition(texts)}),))
    with assigned.database.reading() as connection:
        assert editions.question(connection, reworded, name, drawn.sha256).texts == drawn.texts


# The commitment, and who may


def test_the_commitment_is_signed_only_after_the_assessment(assigned: Study, learner: Principal) -> None:
    with pytest.raises(NotPossibleError):
        assigned.sign(learner)
    assigned.cards(learner)
    with pytest.raises(NotPossibleError):
        assigned.sign(learner)
    assigned.attempt(learner, right=7)
    with pytest.raises(NotPossibleError):
        assigned.sign(learner)
    assigned.attempt(learner, right=8)
    assert assigned.sign(learner).certificate_no is not None


def test_a_second_signature_changes_nothing(assigned: Study, learner: Principal) -> None:
    once = assigned.certify(learner)
    events = assigned.chain(learner)
    assert assigned.sign(learner) == once
    assert assigned.chain(learner) == events
    with assigned.database.reading() as connection:
        assert len(certificates.of_person(connection, learner.key)) == 1


def test_the_signature_says_what_was_signed_when_and_in_which_language(
    assigned: Study, learner: Principal, course: Course
) -> None:
    assigned.cards(learner)
    assigned.attempt(learner)
    assigned.sign(learner, "en")
    signed = next(event for event in assigned.chain(learner) if event.kind is Kind.COMMITTED)
    assert signed.at == assigned.now
    assert signed.body["commitment_sha256"] == course.commitment_sha256
    assert (signed.body["course_version"], signed.body["language"]) == (course.entry.version, "en")


def test_what_is_not_assigned_cannot_be_learnt(assigned: Study, hr: Principal, course: Course) -> None:
    with pytest.raises(NotPossibleError):
        learning.answer_card(assigned.database, hr, course, course.cards[0], "ask-manager", "cs", assigned.now)


def test_somebody_who_has_left_learns_nothing(assigned: Study, learner: Principal, course: Course) -> None:
    gone = leaves(assigned.database, learner)
    with pytest.raises(RefusedError):
        learning.leave_card(assigned.database, gone, course, course.cards[1], "cs", assigned.now)


def test_a_late_learner_can_still_finish(assigned: Study, learner: Principal) -> None:
    assigned.now += timedelta(days=90)
    assert assigned.certify(learner).certificate_no is not None


def test_one_persons_steps_leave_everybody_else_where_they_were(
    assigned: Study, learner: Principal, outsider: Principal
) -> None:
    before = assigned.enrolment(outsider)
    assigned.certify(learner)
    assert assigned.enrolment(outsider) == before
