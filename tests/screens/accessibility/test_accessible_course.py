"""The learner's screens are for everybody: axe finds nothing against WCAG 2.2 AA."""

import pytest
from inspecting import PHONE, Inspection
from serving import Server

from lessons.cards import Card, CardKind
from lessons.decisions.choice import Choice
from lessons.decisions.classify import Classify
from lessons.decisions.decision import Decision
from lessons.decisions.multiple import Multiple
from lessons.decisions.order import Ordering
from lessons.decisions.spot import Spot

pytestmark = pytest.mark.browser

AFTER_A_WRONG_TURN = ["what-for", "keep-it", "delete", "report", "everything"]


def test_the_learners_screens_are_for_everybody(inspection: Inspection, server: Server, language: str) -> None:
    reader, study = inspection.reader, server.study
    learner = server.newcomer("Růžena Ďáblíková", language)
    reader.become(learner)

    reader.go("/assessment")
    inspection.of("assessment before the lesson")
    reader.go("/")
    inspection.of("home, not started")
    reader.press("Decide")
    inspection.of("dilemma")
    reader.send_nothing("Save the answer and go on")
    inspection.of("dilemma, nothing chosen")
    reader.choose()
    reader.press("Save the answer and go on")
    inspection.of("why")
    reader.go_on()
    inspection.of("principle")
    reader.go("/lesson?card=customer-privacy/dilemma")
    inspection.of("dilemma, read again")
    reader.go("/")
    inspection.of("home, in progress", PHONE)

    dialogue = next(card for card in reader.course.cards if card.kind is CardKind.DIALOGUE)
    for card in reader.course.cards[: reader.course.cards.index(dialogue)]:
        study.card(learner, card)
    reader.go("/lesson")
    inspection.of("dialogue, begun", PHONE)
    for step in reader.course.dialogues[dialogue.lesson_id].text(language).path(AFTER_A_WRONG_TURN).steps:
        reader.press(reader.words.set(step.reply.text))
        inspection.of(f"dialogue, after {step.reply.id}")
    inspection.of("debriefing", PHONE)
    reader.page.locator("summary").click()
    inspection.of("debriefing, the whole conversation", PHONE)

    study.cards_but_the_last(learner)
    reader.go("/lesson")
    inspection.of("the dilemma's answer, before")
    reader.choose(right=False)
    reader.press("See where it leads")
    reader.page.get_by_text(reader.words("How colleagues decided first")).click()
    inspection.of("the dilemma's answer, after")
    reader.go_on()
    inspection.of("assessment, before the first question")
    reader.press("Begin")
    reader.pass_over(Ordering)
    inspection.of("question", PHONE)
    reader.send_nothing("Submit the answer")
    inspection.of("question, nothing chosen")
    reader.state_confidence("Certain")
    reader.choose(right=False)
    inspection.of("question, an option chosen")
    reader.press("Submit the answer")
    inspection.of("question, answered wrong", PHONE)
    reader.press("Next question")
    reader.choose()
    reader.press("Submit the answer")
    inspection.of("question, answered right")
    study.answer_the_rest(learner, right=False)
    reader.go("/assessment")
    inspection.of("result, not passed")
    reader.go("/")
    inspection.of("home, not passed")
    reader.go("/assessment")
    reader.runs_by(reader.page.locator("[class*=st-key-repair_] button").click)
    inspection.of("repair path", PHONE)
    reader.choose()
    reader.press("See where it leads")
    inspection.of("repair path, answered")
    reader.go("/assessment")
    reader.press("Go straight to the next attempt")
    study.answer_the_rest(learner, right=True)
    reader.go("/assessment")
    inspection.of("result, passed")

    reader.press("Go on to the commitment")
    inspection.of("commitment", PHONE)
    reader.send_nothing("Sign and get the certificate")
    inspection.of("commitment, not agreed")
    reader.agree()
    reader.press("Sign and get the certificate")
    inspection.of("certificate", PHONE)
    reader.go("/")
    inspection.of("home, certified")


@pytest.mark.parametrize("kind", [Choice, Multiple, Classify, Ordering, Spot])
def test_each_kind_of_decision_is_for_everybody(
    inspection: Inspection, server: Server, language: str, kind: type[Decision]
) -> None:
    reader, name = inspection.reader, kind.__name__
    learner = server.newcomer("Růžena Ďáblíková", language)
    card = _first_of(server, kind)
    for each in server.course.cards[: server.course.cards.index(card)]:
        server.study.card(learner, each)
    reader.become(learner)

    reader.go("/lesson")
    inspection.of(name, PHONE)
    if kind is not Ordering:
        reader.send_nothing("See where it leads")
        inspection.of(f"{name}, incomplete")
    reader.choose(right=False)
    inspection.of(f"{name}, filled in", PHONE)
    reader.press("See where it leads")
    inspection.of(f"{name}, tried")
    reader.press("Try again")
    inspection.of(f"{name}, with a hint")
    reader.choose(right=False)
    reader.press("See where it leads")
    for folded in reader.page.locator("summary").all():
        folded.click()
    inspection.of(f"{name}, all that it leads to", PHONE)
    reader.go_on()
    reader.go(f"/lesson?card={card.id}")
    inspection.of(f"{name}, read again")


def _first_of(server: Server, kind: type[Decision]) -> Card:
    """The first principle with a decision of that kind."""
    for card in server.course.cards:
        choice = card.choice(server.course.lesson(card.lesson_id).source)
        if card.kind is CardKind.PRINCIPLE and type(choice) is kind:
            return card
    raise LookupError(kind)
