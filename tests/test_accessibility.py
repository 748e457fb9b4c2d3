"""Every screen is for everybody: axe finds nothing against WCAG 2.2 AA, and no page is wider than a phone."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from browsing import Reader
from playwright.sync_api import expect
from serving import NewReader, Server

from people.access import Role
from words import LANGUAGES

pytestmark = pytest.mark.browser

RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    "resultTypes": ["violations"],
}
AXE = """async rules => (await axe.run(rules)).violations.flatMap(violation =>
    violation.nodes.map(node => `${violation.id}: ${node.target.join(" ")}: ${node.html.slice(0, 300)}`))"""
WIDER_THAN_THE_WINDOW = """async () => {
    const wider = () => [document.documentElement, ...document.querySelectorAll(".stMain")]
        .filter(each => each.scrollWidth > each.clientWidth)
        .map(each => `${each.tagName} is ${each.scrollWidth} px wide`);
    for (let frame = 0; frame < 60 && wider().length; frame++)
        await new Promise(requestAnimationFrame);
    return wider();
}"""
DESKTOP, PHONE, SMALLEST = 1280, 390, 320
"""Pixels. The smallest is a desktop magnified to 400 % (WCAG 1.4.10)."""


class Inspection:
    """What is wrong with the screens that a reader passes."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.page = reader.page
        self.findings: list[str] = []

    def of(self, screen: str, width: int = DESKTOP) -> None:
        """The screen that stands: its language, axe in both themes, and its width."""
        language = self.page.locator("html").get_attribute("lang")
        if language != self.reader.language:
            self.findings.append(f"{screen}: <html lang> is {language}")
        if self.page.evaluate("typeof axe") == "undefined":
            self.page.evaluate(AXE_SCRIPT)
        self._resize(width)
        for theme in ("light", "dark"):
            self.reader.wear(theme)
            self.findings += [f"{screen}, {theme}, {width} px: {found}" for found in self.page.evaluate(AXE, RULES)]
        for narrow in (PHONE, SMALLEST):
            self._resize(narrow)
            found = self.page.evaluate(WIDER_THAN_THE_WINDOW)
            self.findings += [f"{screen}, {narrow} px: {each}" for each in found]
        self._resize(DESKTOP)

    def _resize(self, width: int) -> None:
        self.page.set_viewport_size({"width": width, "height": 900})


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def inspection(new_reader: NewReader, language: str) -> Iterator[Inspection]:
    """With nobody signed in. What was found is told at the end, all of it."""
    inspection = Inspection(new_reader(language=language))
    yield inspection
    assert not inspection.findings, "\n".join(inspection.findings)


def test_the_plain_pages_are_for_everybody(inspection: Inspection, server: Server) -> None:
    reader, page = inspection.reader, inspection.page
    page.goto("/sign-in")
    inspection.of("sign-in")
    page.evaluate("document.querySelector('[name=person]').value = 'nobody'")
    page.locator("[name=person]").first.click()
    expect(page.get_by_role("alert")).to_be_visible()
    inspection.of("sign-in, a person that there is not")
    reader.complaints.clear()
    reader.become(server.newcomer("Odhlášená Osoba"))
    page.goto("/sign-out")
    inspection.of("sign-out")
    page.goto(f"/verify/{server.certificate_number(valid=True)}")
    inspection.of("verify, valid", PHONE)
    page.goto(f"/verify/{server.certificate_number(valid=False)}")
    inspection.of("verify, expired")
    page.goto("/verify/KX-00000-00000-00000-00000-000000")
    inspection.of("verify, unknown")
    reader.complaints.clear()


def test_the_learners_screens_are_for_everybody(inspection: Inspection, server: Server, language: str) -> None:
    reader, study = inspection.reader, server.study
    learner = server.newcomer("Růžena Ďáblíková", language)
    reader.become(learner)

    reader.go("/assessment")
    inspection.of("assessment before the lesson")
    reader.go("/")
    inspection.of("home, not started")
    reader.press("Begin the course")
    inspection.of("dilemma")
    reader.send_nothing("Save the answer and go on")
    inspection.of("dilemma, nothing chosen")
    reader.choose()
    reader.press("Save the answer and go on")
    inspection.of("why")
    reader.press("Next")
    inspection.of("principle")
    reader.choose(right=False)
    inspection.of("principle, an option chosen")
    reader.press("Check the answer")
    inspection.of("principle, answered wrong", PHONE)
    reader.press("Next")
    reader.choose()
    reader.press("Check the answer")
    inspection.of("principle, answered right")
    reader.go("/lesson?card=customer-privacy/dilemma")
    inspection.of("dilemma, read again")
    reader.go("/")
    inspection.of("home, in progress", PHONE)

    study.cards_but_the_last(learner)
    reader.go("/lesson")
    inspection.of("the dilemma's answer, before")
    reader.choose(right=False)
    reader.press("Check the answer")
    inspection.of("the dilemma's answer, after")
    reader.press("Next")
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


def test_managers_screens_are_for_everybody(inspection: Inspection, server: Server) -> None:
    reader, page = inspection.reader, inspection.page
    reader.become(server.cast(Role.MANAGER))
    reader.go("/team")
    inspection.of("team", PHONE)
    for expander in page.get_by_test_id("stExpander").all():
        expander.locator("summary").click()
    inspection.of("team, the numbers as tables")
    reader.search("Nikdo Takový")
    expect(page.get_by_text(reader.words("Nobody matches. Change or clear a filter."))).to_be_visible()
    inspection.of("team, nobody matches")


def test_a_small_teams_screen_is_for_everybody(inspection: Inspection, server: Server) -> None:
    reader = inspection.reader
    manager = server.newcomer("Vedoucí Maličkého Týmu")
    server.newcomer("Bez Kurzu", manager=manager, is_assigned=False)
    reader.become(manager)
    reader.go("/team")
    inspection.of("team, nobody has a course")
    server.newcomer("S Kurzem", manager=manager)
    reader.go("/team")
    inspection.of("team, too small for a curve")


def test_nobodys_screens_are_for_everybody(inspection: Inspection, server: Server) -> None:
    """Somebody without a course, and somebody whose session has ended."""
    reader = inspection.reader
    reader.become(server.newcomer("Bez Kurzu", is_assigned=False))
    reader.go("/")
    inspection.of("home, nothing assigned")
    reader.become(server.newcomer("Přerušená Osoba"))
    reader.go("/")
    reader.context.request.post("/sign-out", max_redirects=0)
    reader.press("Begin the course")
    assert reader.title() == reader.words("Sign in again to go on")
    inspection.of("session over")


def test_hrs_and_editors_screens_are_for_everybody(inspection: Inspection, server: Server) -> None:
    reader, page = inspection.reader, inspection.page
    reader.become(server.cast(Role.HR))
    reader.go("/certifications")
    inspection.of("certifications", PHONE)
    reader.search("Nikdo Takový")
    expect(page.get_by_text(reader.words("Nobody matches. Change or clear a filter."))).to_be_visible()
    inspection.of("certifications, nobody matches")
    reader.become(server.cast(Role.EDITOR))
    reader.go("/content")
    inspection.of("content")


def test_records_are_for_everybody(inspection: Inspection, server: Server, language: str) -> None:
    reader, page = inspection.reader, inspection.page
    learner = server.newcomer("Růžena Zaznamenaná", language)
    reader.become(learner)
    reader.go("/record")
    inspection.of("my record, nothing yet")
    server.study.certify(learner)
    reader.become(server.cast(Role.AUDITOR))
    reader.go("/person")
    inspection.of("a person's record, nobody asked for", PHONE)
    reader.search("Nikdo Takový")
    inspection.of("a person's record, nobody found")
    reader.search("Zaznamenaná")
    inspection.of("a person's record, found", PHONE)
    reader.go(f"/person?id={learner.person.employee_id}")
    inspection.of("a person's record", PHONE)
    reader.go("/person?id=none")
    inspection.of("a person's record, a number that there is not")
    reader.become(learner)
    reader.go("/record")
    inspection.of("my record", PHONE)
    for expander in page.get_by_test_id("stExpander").all():
        expander.locator("summary").click()
    inspection.of("my record, everything unfolded", PHONE)
