"""Two tabs of one course: the one that is behind says so, and shows what counts."""

import pytest
from stage import Open, Screen
from studying import Study

from lessons.cards import Card, CardKind
from lessons.decisions.order import Ordering
from lessons.decisions.spot import Spot
from people.access import Principal
from progress.completion.enrolments import Attempt
from screens.parts.course.learner import ELSEWHERE


def first_principle(study: Study, who: Principal) -> Card:
    for card in study.course.cards:
        if card.kind is CardKind.PRINCIPLE:
            return card
        study.card(who, card)
    raise LookupError


def says_so(screen: Screen) -> bool:
    complaints = [html.body for html in screen.elements("html") if 'role="alert"' in html.body]
    return screen.says(ELSEWHERE.text) and len(complaints) == 1


@pytest.mark.parametrize(("second_is_right", "differs"), [(False, True), (True, False)])
def test_another_answer_to_a_card_from_the_tab_behind(
    open_screen: Open, assigned: Study, learner: Principal, language: str, second_is_right: bool, differs: bool
) -> None:
    card = first_principle(assigned, learner)
    check = assigned.course.lesson(card.lesson_id).text(language).principle(card.part).check
    first, behind = (open_screen(learner, "lesson.py", language) for _ in range(2))
    answer = first.choose(check)
    first.press("See where it leads")
    behind.choose(check, right=second_is_right)
    behind.press("See where it leads")
    assert says_so(behind) is differs
    assert assigned.enrolment(learner).checks[card.id] == answer
    assert behind.explained(check) == check.ids


def test_a_card_that_was_left_in_another_tab(
    open_screen: Open, assigned: Study, learner: Principal, language: str
) -> None:
    card = first_principle(assigned, learner)
    check = assigned.course.lesson(card.lesson_id).text(language).principle(card.part).check
    behind = open_screen(learner, "lesson.py", language)
    behind.choose(check)
    behind.press("See where it leads")
    assigned.card(learner, card)
    behind.go_on()
    assert not says_so(behind), "it comes where its button says"
    other = open_screen(learner, "lesson.py", language)
    after = assigned.course.cards[assigned.course.cards.index(card) + 1]
    other.choose(assigned.course.lesson(after.lesson_id).text(language).principle(after.part).check)
    other.press("See where it leads")
    further = assigned.course.cards[assigned.course.cards.index(card) + 2]
    for each in (after, further):
        assigned.card(learner, each)
    other.go_on()
    assert says_so(other)


def pass_over_live(study: Study, who: Principal, attempt: Attempt) -> str:
    """Answers the questions whose fields run the screen again, which would see the other tab's answer before their
    own is sent; gives the next one."""
    for name, _ in attempt.questions:
        if not isinstance(study.course.questions[name].source, Ordering | Spot):
            return name
        study.answer(who, name)
    raise LookupError


@pytest.mark.parametrize("confidence", ["sure", None])
@pytest.mark.parametrize("right", [True, False])
def test_another_answer_to_a_question_from_the_tab_behind(
    open_screen: Open, assigned: Study, learner: Principal, language: str, right: bool, confidence: str | None
) -> None:
    assigned.cards(learner)
    attempt = assigned.begin(learner).attempt
    assert attempt is not None
    name = pass_over_live(assigned, learner, attempt)
    behind = open_screen(learner, "assessment.py", language)
    assigned.answer(learner, name, confidence=confidence)
    question = assigned.course.questions[name].text(language)
    behind.choose(question, right=right)
    behind.press("Submit the answer")
    assert says_so(behind) is (not right or confidence is not None)
    assert behind.says("That is right")
    response = assigned.enrolment(learner).attempt.responses[name]  # type: ignore[union-attr]
    assert (response.right, response.confidence) == (True, confidence)


def test_an_attempt_that_goes_on_in_another_tab(
    open_screen: Open, assigned: Study, learner: Principal, language: str
) -> None:
    assigned.cards(learner)
    behind, other = (open_screen(learner, "assessment.py", language) for _ in range(2))
    attempt = assigned.begin(learner).attempt
    assert attempt is not None
    other.press("Begin")
    assert not says_so(other), "nothing is answered yet"
    assigned.answer(learner, attempt.questions[0][0])
    behind.press("Begin")
    assert says_so(behind)
    assert behind.title == assigned.course.questions[attempt.questions[1][0]].text(language).title


def test_a_dialogue_that_goes_on_in_another_tab(
    open_screen: Open, assigned: Study, learner: Principal, language: str
) -> None:
    card = next(each for each in assigned.course.cards if each.kind is CardKind.DIALOGUE)
    for each in assigned.course.cards[: assigned.course.cards.index(card)]:
        assigned.card(learner, each)
    behind = open_screen(learner, "lesson.py", language)
    reply = assigned.course.dialogues[card.lesson_id].text(language).best.steps[0].reply
    assigned.talk(learner, card)
    said = assigned.enrolment(learner).replies(card.id)
    behind.press(reply.text)
    assert says_so(behind), "the reply is the same, and the conversation is over"
    assert assigned.enrolment(learner).replies(card.id) == said


@pytest.mark.parametrize(("hours", "differs"), [(1, True), (0, False)])
def test_a_commitment_that_was_signed_in_another_tab(
    open_screen: Open, assigned: Study, learner: Principal, language: str, hours: int, differs: bool
) -> None:
    """At once it is a double click."""
    assigned.cards(learner)
    assigned.attempt(learner)
    behind = open_screen(learner, "commitment.py", language)
    behind.app.checkbox[0].check()
    if hours:
        number = assigned.sign(learner).certificate_no
    else:
        first = open_screen(learner, "commitment.py", language)
        first.app.checkbox[0].check()
        first.press("Sign and get the certificate")
        number = assigned.enrolment(learner).certificate_no
    behind.press("Sign and get the certificate")
    assert says_so(behind) is differs
    assert (number or "none") in behind.text()
    assert assigned.enrolment(learner).certificate_no == number
