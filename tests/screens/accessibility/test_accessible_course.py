"""The learner's screens are for everybody: axe finds nothing against WCAG 2.2 AA."""

import pytest
from inspecting import PHONE, Inspection
from serving import Server

from lessons.cards import CardKind

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
    reader.choose(right=False)
    inspection.of("principle, an option chosen")
    reader.press("See where it leads")
    inspection.of("principle, answered wrong", PHONE)
    reader.go_on()
    reader.choose()
    reader.press("See where it leads")
    inspection.of("principle, answered right")
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
    inspection.of("the dilemma's answer, after")
    reader.go_on()
    inspection.of("lesson, finished")

    reader.press("Begin the final questions")
    inspection.of("assessment, before the first question")
    reader.press("Begin")
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
    reader.press("Try again with other questions")
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
