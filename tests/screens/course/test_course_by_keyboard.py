"""The course by keyboard alone."""

import pytest
from browsing import Reader
from course_in_browser import best_replies, card_title
from playwright.sync_api import Locator, expect
from serving import NewReader, Server

from lessons.cards import CardKind

pytestmark = pytest.mark.browser


@pytest.mark.wide
def test_the_whole_course_can_be_taken_by_keyboard_alone(new_reader: NewReader, server: Server) -> None:
    who = server.newcomer("Xaver Klaves")
    keyboard = Keyboard(new_reader())
    reader = keyboard.reader
    reader.page.goto("/")
    keyboard.move_to(reader.page.get_by_label(reader.words("Or somebody else")))
    reader.page.keyboard.type(who.person.name)
    keyboard.move_to(reader.button("Sign in"))
    reader.runs.await_a_page()
    reader.page.keyboard.press("Enter")
    reader.rest()
    keyboard.press("Begin the course")
    for card in reader.course.cards:
        assert reader.title() == card_title(reader, card)
        if card.kind is CardKind.DIALOGUE:
            for reply in best_replies(reader, card):
                keyboard.press(reply)
        elif card.kind is not CardKind.WHY:
            keyboard.choose()
            is_dilemma = card.kind is CardKind.DILEMMA
            keyboard.press("Save the answer and go on" if is_dilemma else "Check the answer")
        if card.kind is not CardKind.DILEMMA:
            keyboard.press("Next")
    keyboard.press("Begin the final questions")
    keyboard.press("Begin")
    for number in range(1, reader.course.asked + 1):
        keyboard.choose()
        keyboard.state_confidence("Fairly sure")
        keyboard.press("Submit the answer")
        keyboard.press("Next question" if number < reader.course.asked else "Show the result")
    keyboard.press("Go on to the commitment")
    keyboard.move_to(reader.page.get_by_role("checkbox"))
    reader.page.keyboard.press("Space")
    keyboard.press("Sign and get the certificate")
    keyboard.move_to(reader.link("Open the certificate (PDF)"))
    enrolment = server.study.enrolment(who)
    assert enrolment.certificate_no is not None
    assert enrolment.attempt is not None
    assert {each.confidence for each in enrolment.attempt.responses.values()} == {"likely"}


class Keyboard:
    """Somebody who uses no mouse."""

    FURTHEST = 40
    """Presses of Tab after which a control counts as out of reach."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.keys = reader.page.keyboard

    def move_to(self, target: Locator) -> None:
        for _ in range(self.FURTHEST):
            self.keys.press("Tab")
            if target.evaluate("each => each.contains(document.activeElement)"):
                return
        pytest.fail(f"Tab does not lead to {target}")

    def press(self, label: str) -> None:
        self.move_to(self.reader.button(label))
        self.reader.runs_by(lambda: self.keys.press("Enter"))
        expect(self.reader.button(label)).to_have_count(0)

    def choose(self) -> None:
        """Chooses the right option: into the group by Tab, then on by arrow."""
        choice = self.reader.choice()
        wanted = self.reader.option(choice.right_option)
        self.move_to(self.reader.page.locator("[class*=st-key-answer]").get_by_role("radiogroup"))
        self.keys.press("Space")
        for _ in choice.options:
            if wanted.get_attribute("data-selected"):
                break
            self.keys.press("ArrowDown")
        expect(wanted).to_have_attribute("data-selected", "true")

    def state_confidence(self, label: str) -> None:
        t = self.reader.words
        self.move_to(
            self.reader.page.get_by_role(
                "radiogroup", name=t("How sure are you? It does not count towards the result.")
            )
        )
        wanted = self.reader.page.get_by_role("radio", name=t(label), exact=True)
        for _ in range(3):
            if wanted.evaluate("each => each === document.activeElement"):
                break
            self.keys.press("ArrowRight")
        self.keys.press("Space")
        expect(wanted).to_be_checked()
