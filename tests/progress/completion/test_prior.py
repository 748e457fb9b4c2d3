"""Prior knowledge: what a person can show before the lesson, and what is waived for it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from cast import DUE
from knowing import answer, begin, drawn, sit
from studying import Study

from lessons.cards import CardKind
from lessons.model import Edition
from people.access import Principal
from progress.audit import verification
from progress.completion import corrections, learning, prior, steps
from progress.completion.corrections import What, Wish
from progress.completion.enrolments import as_row, from_row
from progress.completion.fold import after, fold
from progress.completion.pace import Pace
from progress.completion.rules import Step, standing
from progress.completion.steps import AskedQuestion, NotPossibleError, Submission
from progress.record.chains import Kind
from quizzes.content import Course


def principle_of(course: Course, question: str) -> str:
    return course.questions[question].source.principle


def stands_in_the_record(study: Study, who: Principal) -> None:
    """The enrolment is what its events say, is read as it was stored, and the whole record is verified."""
    enrolment = study.enrolment(who)
    assert fold(study.chain(who))[enrolment.course_id, enrolment.cycle] == enrolment == from_row(as_row(enrolment))
    assert verification.verify(study.database, (), {}).findings == []


# The test-out


def test_a_test_out_asks_one_question_more_of_each_principle(assigned: Study, learner: Principal) -> None:
    course = assigned.course
    asked = drawn(begin(assigned, learner))
    assert len(asked) == len(set(asked)) == prior.size(course) == course.asked + len(course.principles)
    about = [principle_of(course, name) for name in asked]
    assert all(about.count(principle) >= 2 for principle in course.principles)
    assert not {course.questions[name].source.twin for name in asked} & set(asked)


def test_who_passes_it_has_only_the_commitment_left(assigned: Study, learner: Principal) -> None:
    enrolment = sit(assigned, learner, wrong=1)
    course = assigned.course
    assert (enrolment.score, enrolment.pass_mark, enrolment.attempts) == (94, 90, 0)
    assert set(enrolment.waived) == {card.id for card in course.cards}
    assert enrolment.cards == {}
    assert enrolment.cards_done == len(course.cards)
    stands = standing(enrolment, course)
    assert (stands.next_step, stands.missing_cards) == (Step.COMMITMENT, ())
    signed = assigned.sign(learner)
    assert signed.certificate_no is not None
    stands_in_the_record(assigned, learner)
    kinds = assigned.kinds(learner)
    assert kinds[1:3] == [Kind.STARTED, Kind.PRIOR_STARTED]
    assert kinds[-4:] == [Kind.PRIOR_FINISHED, Kind.WAIVED, Kind.COMMITTED, Kind.CERTIFIED]
    assert Kind.ATTEMPT_STARTED not in kinds
    waived = next(event.body for event in assigned.chain(learner) if event.kind is Kind.WAIVED)
    assert [card for card, _ in waived["cards"]] == [card.id for card in course.cards]


def test_ninety_percent_are_needed(assigned: Study, learner: Principal, outsider: Principal) -> None:
    asked = prior.size(assigned.course)
    most_wrong = next(n for n in range(asked) if (asked - n) * 100 < 90 * asked) - 1
    assert sit(assigned, learner, wrong=most_wrong).passed_at is not None
    assert sit(assigned, outsider, wrong=most_wrong + 1).passed_at is None


def test_who_does_not_pass_takes_the_course_as_usual(assigned: Study, learner: Principal) -> None:
    enrolment = sit(assigned, learner, wrong=5)
    assert (enrolment.waived, enrolment.score, enrolment.failed_at, enrolment.attempts) == ((), None, None, 0)
    assert standing(enrolment, assigned.course).missing_cards == assigned.course.cards
    stands_in_the_record(assigned, learner)
    assert assigned.certify(learner).attempts == 1
    stands_in_the_record(assigned, learner)


def test_its_questions_are_met_and_no_attempt_at_the_test(assigned: Study, learner: Principal) -> None:
    met = drawn(sit(assigned, learner, wrong=5))
    assigned.cards(learner)
    # Even where one attempt a day is allowed, and a day's pause after it.
    attempt = assigned.begin(learner, pace=Pace(a_day=1, pause=timedelta(days=1))).attempt
    assert attempt is not None
    assert not {name for name, _ in attempt.questions} & set(met)


def test_it_is_offered_once_a_cycle(assigned: Study, learner: Principal) -> None:
    first = begin(assigned, learner)
    assert drawn(begin(assigned, learner)) == drawn(first)  # still under way
    for number, name in enumerate(drawn(first)):
        answer(assigned, learner, name, right=number > 4)
    assert not learning.is_prior_offered(assigned.database, assigned.enrolment(learner))
    with pytest.raises(NotPossibleError):
        begin(assigned, learner)


def test_the_first_card_ends_it(assigned: Study, learner: Principal) -> None:
    asked = drawn(begin(assigned, learner))
    answer(assigned, learner, asked[0])
    assigned.card(learner, assigned.course.cards[0])
    before = assigned.chain(learner)
    assert not prior.is_under_way(assigned.enrolment(learner))
    for late in (lambda: answer(assigned, learner, asked[1]), lambda: begin(assigned, learner)):
        with pytest.raises(NotPossibleError):
            late()
    assert assigned.chain(learner) == before


def test_an_answer_that_was_not_offered_is_refused_and_one_sent_twice_changes_nothing(
    assigned: Study, learner: Principal, outsider: Principal
) -> None:
    enrolment = begin(assigned, learner)
    begin(assigned, outsider)
    others = assigned.enrolment(outsider).prior
    assert enrolment.prior is not None
    assert others is not None
    name = drawn(enrolment)[0]
    answer(assigned, learner, name)
    before = assigned.chain(learner)
    answer(assigned, learner, name, right=False)
    assert assigned.chain(learner) == before
    unanswered = drawn(enrolment)[1]
    absent = next(each for each in assigned.course.questions if each not in drawn(enrolment))
    right = assigned.course.questions[unanswered].source.right_answer
    for asked, said in (
        (AskedQuestion(enrolment.prior.id, unanswered), Submission("no-such-option", "cs")),
        (AskedQuestion(enrolment.prior.id, unanswered), Submission(right, "cs", "utterly")),
        (AskedQuestion(enrolment.prior.id, absent), Submission(right, "cs")),
        (AskedQuestion(others.id, unanswered), Submission(right, "cs")),
    ):
        with pytest.raises(NotPossibleError):
            learning.answer_prior(assigned.database, assigned.asker(learner), assigned.course, asked, said)
    assert assigned.chain(learner) == before


def test_an_answer_to_it_is_none_to_an_attempt(assigned: Study, learner: Principal) -> None:
    enrolment = begin(assigned, learner)
    assert enrolment.prior is not None
    name = drawn(enrolment)[0]
    asked = AskedQuestion(enrolment.prior.id, name)
    right = assigned.course.questions[name].source.right_answer
    with pytest.raises(NotPossibleError):
        learning.answer_question(
            assigned.database, assigned.asker(learner), assigned.course, asked, Submission(right, "cs")
        )


def test_hr_can_void_it_and_then_the_lesson_is_taken(assigned: Study, learner: Principal, hr: Principal) -> None:
    sit(assigned, learner)
    found = next(each for each in corrections.choices(assigned.chain(learner)) if each.what is What.VOID_PRIOR)
    wish = Wish(What.VOID_PRIOR, found.course_id, found.cycle, found.seq, "Somebody else sat it.")
    asker = assigned.asker(hr)
    plan = corrections.look(assigned.database, asker, learner.key, wish, assigned.course)
    corrections.make(assigned.database, asker, plan, assigned.course)
    enrolment = assigned.enrolment(learner)
    assert (enrolment.passed_at, enrolment.waived, enrolment.prior, enrolment.cards_done) == (None, (), None, 0)
    assert not learning.is_prior_offered(assigned.database, enrolment)
    assert enrolment.met
    stands_in_the_record(assigned, learner)


# The yearly round


@pytest.fixture
def again(assigned: Study, learner: Principal) -> Study:
    """The learner certified last year, after a first attempt with three mistakes, and assigned again."""
    assigned.cards(learner)
    assigned.attempt(learner, right=7)
    assigned.attempt(learner)
    assigned.sign(learner)
    assigned.later(days=360)
    assigned.assign(learner, due_on=DUE + timedelta(days=365))
    return assigned


def mistakes(study: Study, who: Principal) -> set[str]:
    return {
        principle_of(study.course, event.body["question"])
        for event in study.chain(who)
        if event.kind is Kind.ANSWERED and not event.body["right"]
    }


def test_the_opener_begins_with_last_years_mistakes(again: Study, learner: Principal) -> None:
    wrong = mistakes(again, learner)
    asked = drawn(begin(again, learner))
    about = [principle_of(again.course, name) for name in asked]
    assert wrong
    assert set(about[: 2 * len(wrong)]) == wrong
    assert all(about.count(principle) == 1 + (principle in wrong) for principle in again.course.principles)


def test_it_asks_what_was_not_met_last_year(again: Study, learner: Principal) -> None:
    met = {name for event in again.chain(learner) for name, _ in event.body.get("questions", ())}
    assert not set(drawn(begin(again, learner))) & met


def test_what_is_known_and_unchanged_is_waived_and_the_rest_is_taken(again: Study, learner: Principal) -> None:
    course = again.course
    asked = drawn(begin(again, learner))
    first, last = principle_of(course, asked[0]), principle_of(course, asked[-1])
    for name in asked:
        confidence = "guess" if name == asked[-1] else None
        enrolment = answer(again, learner, name, right=name != asked[0], confidence=confidence)
    missing = standing(enrolment, course).missing_cards
    assert {card.part for card in missing if card.kind is CardKind.PRINCIPLE} == {first, last}
    assert [card.kind for card in missing if card.kind is not CardKind.PRINCIPLE] == [
        card.kind for card in course.cards if card.kind is not CardKind.PRINCIPLE
    ]
    assert (enrolment.passed_at, enrolment.score) == (None, None)
    for card in missing:
        again.card(learner, card)
    assert standing(again.enrolment(learner), course).next_step is Step.ASSESSMENT
    again.attempt(learner)
    assert again.sign(learner).certificate_no is not None
    stands_in_the_record(again, learner)


def test_a_principle_with_other_words_is_taken_and_marked_as_new(again: Study, learner: Principal) -> None:
    course, card = again.course, next(card for card in again.course.cards if card.kind is CardKind.PRINCIPLE)
    finished = learning.finished_before(again.database, again.enrolment(learner))
    assert prior.new_cards(course, finished) == frozenset()
    again.course = changed(course, card.part)
    assert prior.new_cards(again.course, finished) == {card.id}
    enrolment = sit(again, learner)
    assert {each.part for each in standing(enrolment, again.course).missing_principles} == {card.part}


def test_a_principle_that_changes_during_the_opener_is_not_waived(again: Study, learner: Principal) -> None:
    card = next(card for card in again.course.cards if card.kind is CardKind.PRINCIPLE)
    asked = drawn(begin(again, learner))
    for name in asked[:-1]:
        answer(again, learner, name)
    again.course = changed(again.course, card.part)
    assert card.id not in answer(again, learner, asked[-1]).waived


def changed(course: Course, principle: str) -> Course:
    lessons = []
    for lesson in course.lessons:
        texts = {
            language: text.model_copy(
                update={
                    "principles": tuple(
                        each.model_copy(update={"rule": f"{each.rule} Always."}) if each.id == principle else each
                        for each in text.principles
                    )
                }
            )
            for language, text in lesson.texts.items()
        }
        lessons.append(Edition(texts))
    return replace(course, lessons=tuple(lessons))


def test_the_opener_can_be_left_out(again: Study, learner: Principal) -> None:
    assert learning.is_prior_offered(again.database, again.enrolment(learner))
    assert again.certify(learner).waived == ()


def test_after_a_test_out_the_next_round_has_an_opener_too(assigned: Study, learner: Principal) -> None:
    sit(assigned, learner, wrong=1)
    assigned.sign(learner)
    assigned.later(days=360)
    assigned.assign(learner, due_on=DUE + timedelta(days=365))
    enrolment = begin(assigned, learner)
    assert enrolment.prior is not None
    assert not enrolment.prior.is_test_out
    assert len(enrolment.prior.unchanged) == len(assigned.course.principles)
    assert len(enrolment.prior.questions) == len(assigned.course.principles) + 1


def test_a_revoked_certificate_shows_nothing(again: Study, learner: Principal) -> None:
    chain = again.chain(learner)
    certified = next(event for event in chain if event.kind is Kind.CERTIFIED)
    body = {"course": again.course.id, "cycle": 1, "certificate_no": certified.body["certificate_no"]}
    revoked = replace(certified, written_kind="revoked", seq=len(chain) + 1)
    revoked._body = body
    assert prior.finished_cards(chain, again.course.id, 2)
    assert prior.finished_cards([*chain, revoked], again.course.id, 2) == {}
    assert not prior.is_offered(again.enrolment(learner), {})


def test_the_steps_are_pure(assigned: Study, learner: Principal) -> None:
    before = assigned.enrolment(learner)
    lot = steps.Lot("a", "b")
    happened = steps.begin_prior(before, assigned.course, prior.NOTHING_EARLIER, lot, "cs")
    assert [kind for kind, _ in happened] == [Kind.STARTED, Kind.PRIOR_STARTED]
    assert steps.begin_prior(before, assigned.course, prior.NOTHING_EARLIER, lot, "cs") == happened
    assert assigned.enrolment(learner) == before


@pytest.mark.parametrize("wrong", [0, 1])
def test_every_question_of_a_principle_has_to_be_right(again: Study, learner: Principal, wrong: int) -> None:
    course = again.course
    enrolment = begin(again, learner)
    assert enrolment.prior is not None
    principle = principle_of(course, drawn(enrolment)[0])
    both = [name for name in drawn(enrolment) if principle_of(course, name) == principle]
    assert len(both) == 2

    def waived(is_known: dict[str, bool]) -> list[str]:
        assert enrolment.prior is not None
        return [card.part for card in prior.known(enrolment.prior, course, is_known)]

    assert waived(dict.fromkeys(both, True)) == [principle]
    assert waived({name: place != wrong for place, name in enumerate(both)}) == []


def test_an_enrolment_is_left_as_it_was_by_the_next_answer(assigned: Study, learner: Principal) -> None:
    before = begin(assigned, learner)
    answer(assigned, learner, drawn(before)[0])
    event = assigned.chain(learner)[-1]
    assert before.prior is not None
    following = after(before, event)
    assert following.prior is not None
    assert len(following.prior.responses) == 1
    assert before.prior.responses == {}
