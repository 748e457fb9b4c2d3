"""The course by keyboard alone."""

from datetime import timedelta
from functools import partial

import pytest
from browsing import Reader, plain
from course_in_browser import best_replies, card_title
from inspecting import PHONE, Inspection
from playwright.sync_api import Locator, expect
from serving import NewReader, Server

from lessons.cards import CardKind
from lessons.decisions.classify import Classify
from lessons.decisions.decision import Decision
from lessons.decisions.multiple import Multiple
from lessons.decisions.order import Ordering
from lessons.decisions.spot import Spot
from progress.record.chains import Kind

pytestmark = pytest.mark.browser


@pytest.mark.wide
def test_the_whole_course_can_be_taken_by_keyboard_alone(new_reader: NewReader, server: Server) -> None:
    who = server.newcomer("Xaver Klaves")
    keyboard = Keyboard(new_reader())
    reader = keyboard.reader
    reader.page.goto("/")
    keyboard.sign_in(who.person.name)
    keyboard.press("Decide")
    for card in reader.course.cards:
        assert reader.title() == card_title(reader, card)
        if card.kind is CardKind.DIALOGUE:
            for reply in best_replies(reader, card):
                keyboard.press(reply)
        elif card.kind is not CardKind.WHY:
            keyboard.choose()
            is_dilemma = card.kind is CardKind.DILEMMA
            keyboard.press("Save the answer and go on" if is_dilemma else "See where it leads")
        if card.kind is not CardKind.DILEMMA:
            keyboard.go_on()
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


def test_a_refresher_is_answered_by_keyboard_from_the_link_in_a_letter(
    new_reader: NewReader, server: Server, language: str
) -> None:
    who = server.newcomer(f"{language} Návratová", language, is_assigned=False)
    study = server.study
    study.later(days=-31)
    study.assign(who, due_on=study.now.date() + timedelta(days=7))
    study.certify(who)
    keyboard = Keyboard(new_reader(language=language))
    reader = keyboard.reader
    reader.page.goto(f"/refresher?course={server.course.id}")
    keyboard.sign_in(who.person.name)
    inspection = Inspection(reader, in_both_themes=True)
    for is_last in (False, True):
        asked = reader.title()
        inspection.of(f"refresher, {asked}")
        keyboard.choose()
        keyboard.press("Submit the answer")
        assert reader.title() == asked
        inspection.of(f"refresher, {asked}, answered", PHONE)
        keyboard.press("See what has stayed" if is_last else "Next decision")
    t = reader.words
    said = t("{right} {of_total} decided right after {days} days", right=2, of_total=t.out_of(2), days=30)
    assert reader.title() == plain(said)
    inspection.of("refresher, the end", PHONE)
    assert study.kinds(who).count(Kind.REFRESHED) == 2
    reader.go("/")
    assert reader.title() == plain(t("You are done, and certified"))
    assert inspection.findings == []


class Keyboard:
    """Somebody who uses no mouse."""

    FURTHEST = 40
    """Presses of Tab after which a control counts as out of reach."""
    MOST_BUTTONS = 8
    """Of one group: a decision has no more options."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.keys = reader.page.keyboard

    def move_to(self, target: Locator) -> None:
        for _ in range(self.FURTHEST):
            self.keys.press("Tab")
            if target.evaluate("each => each.contains(document.activeElement)"):
                return
        pytest.fail(f"Tab does not lead to {target}")

    def sign_in(self, name: str) -> None:
        reader = self.reader
        self.move_to(reader.page.get_by_label(reader.words("Or somebody else")))
        self.keys.type(name)
        self.move_to(reader.button("Sign in"))
        reader.runs.await_a_page()
        self.keys.press("Enter")
        reader.rest()

    def press(self, label: str) -> None:
        self.move_to(self.reader.button(label))
        self.reader.runs_by(lambda: self.keys.press("Enter"))
        expect(self.reader.button(label)).to_have_count(0)

    def go_on(self) -> None:
        onward = self.reader.page.locator("[class*=st-key-next_] button")
        self.move_to(onward)
        self.reader.runs_by(lambda: self.reader.page.keyboard.press("Enter"))

    def choose(self) -> None:
        """Decides rightly, whatever kind of decision is on this screen."""
        choice = self.reader.choice()
        fields = self.reader.page.locator("[class*=st-key-answer]")
        match choice:
            case Spot():
                for each in choice.right_answer:
                    self.move_to(fields.get_by_role("toolbar"))
                    mark = partial(self._choose_in, self.reader.fields.phrase(choice, each))
                    self.reader.runs_by(mark)
            case Multiple():
                for each in choice.right_answer:
                    self.move_to(self.reader.fields.box(choice, each).locator("input"))
                    self.keys.press("Space")
            case Classify():
                for option, category in choice.right.items():
                    self.move_to(self.reader.fields.group(choice, option))
                    self._choose_in(self.reader.fields.category(choice, option, category))
            case Ordering():
                for place, each in enumerate(choice.right):
                    self._move_up(choice, each, place)
            case _:
                self._choose_one(choice)
        assert self.reader.chosen() == choice.right_answer

    def _choose_one(self, choice: Decision) -> None:
        """Into the group by Tab, then on by arrow."""
        wanted = self.reader.fields.option(choice.option(choice.right_answer))
        self.move_to(self.reader.page.locator("[class*=st-key-answer]").get_by_role("radiogroup"))
        self.keys.press("Space")
        for _ in choice.options:
            if wanted.get_attribute("data-selected"):
                break
            self.keys.press("ArrowDown")

    def _choose_in(self, wanted: Locator) -> None:
        """Moves through a group of buttons, there and back, until the wanted one has the focus, and presses it."""
        for key in (*["ArrowRight"] * self.MOST_BUTTONS, *["ArrowLeft"] * self.MOST_BUTTONS):
            if wanted.evaluate("each => each === document.activeElement"):
                break
            self.keys.press(key)
        self.keys.press("Space")

    def _move_up(self, choice: Ordering, step: str, place: int) -> None:
        """Presses the step's button, which keeps the focus, until the step has come to its place."""
        up = self.reader.fields.up(choice, step)
        if self.reader.chosen().index(step) > place:
            self.move_to(up)
        while self.reader.chosen().index(step) > place:
            assert up.evaluate("each => each === document.activeElement")
            self.reader.runs_by(lambda: self.keys.press("Enter"))

    def state_confidence(self, label: str) -> None:
        t = self.reader.words
        self.move_to(
            self.reader.page.get_by_role(
                "radiogroup", name=t("How sure are you? It does not count towards the result.")
            )
        )
        wanted = self.reader.page.get_by_role("radio", name=t(label), exact=True)
        self._choose_in(wanted)
        expect(wanted).to_be_checked()
