"""Somebody in front of a browser: what they see and press, in the words of the interface."""

import os
import time
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from fields import Fields, plain
from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Error,
    FilePayload,
    Locator,
    Page,
    Request,
    Response,
    expect,
)
from screen_runs import PATIENCE, Runs

import words
from lessons.decisions.decision import Answer, Decision
from people.access import Principal
from quizzes.content import Course
from words import Words

LOCALES = {language: locale.replace("_", "-") for language, locale in words.LOCALES.items()}
PAGES = {"light": "rgb(255, 255, 255)", "dark": "rgb(19, 20, 22)"}
"""The colour of the page in each theme."""
LOADED_IN_VAIN = "Failed to load resource"
"""Said in the console of what is counted as an answer already, with its address."""
STILL = """() => Promise.allSettled(document.getAnimations()
    .filter(each => each.effect.getComputedTiming().endTime < Infinity)
    .map(each => each.finished))"""

TABS = 80
"""Presses of the tabulator after which nobody would go on."""

expect.set_options(timeout=1000 * PATIENCE)


def plain(text: str) -> str:
    """`text` as it is compared: spaces that do not break are spaces."""
    return " ".join(text.split())


OPEN: list["Reader"] = []
"""Readers whose browser is not closed: a failing test leaves their pages behind (`tests/failing.py`)."""


class Reader:
    """One person with one browser of their own."""

    def __init__(self, browser: Browser, url: str, course: Course, language: str = "cs", **options: Any) -> None:
        viewport = options.pop("viewport", {"width": 1280, "height": 900})
        self.context = browser.new_context(
            base_url=url, locale=LOCALES[language], viewport=viewport, reduced_motion="reduce", **options
        )
        self.context.set_default_timeout(1000 * PATIENCE)
        self.url = url
        self.course = course
        self.language = language
        self.complaints: list[str] = []
        if os.environ.get("KODEX_TRACE"):
            self.context.tracing.start(screenshots=True, snapshots=True)
        self.page = self._watched(self.context.new_page())
        self.runs = Runs(self.page)
        OPEN.append(self)

    @property
    def words(self) -> Words:
        return Words.of(self.language)

    @property
    def fields(self) -> Fields:
        return Fields(self.page, self.words, self.runs_by)

    # Getting somewhere

    def become(self, who: Principal) -> None:
        """Signs in without looking at the page for it."""
        answer = self.context.request.post(
            "/sign-in",
            form={"person": who.person.employee_id},
            headers={"Accept-Language": LOCALES[self.language]},
            max_redirects=0,
        )
        if answer.status != 303:
            raise AssertionError(answer.text())

    def sign_in(self, account: str, password: str) -> None:
        """Signs in with a password, without looking at the page for it."""
        answer = self.context.request.post(
            "/sign-in",
            form={"account": account, "password": password},
            headers={"Accept-Language": LOCALES[self.language]},
            max_redirects=0,
        )
        if answer.status != 303:
            raise AssertionError(answer.text())

    def go(self, path: str) -> None:
        self.runs.await_a_page()
        self.page.goto(path)
        self.rest()

    def reload(self) -> None:
        self.runs.await_a_page()
        self.page.reload()
        self.rest()

    def follow(self, link: Locator) -> None:
        """Presses what loads a screen anew."""
        self.runs.await_a_page()
        link.click()
        self.rest()

    def rest(self) -> None:
        """Waits until the screen shows all that its last run has drawn, and nothing else."""
        self.runs.await_end()
        expect(self.page.get_by_test_id("stElementContainer")).to_have_count(len(self.runs.elements))
        expect(self.page.locator("h1")).to_have_text(self.runs.titles)
        expect(self.page.locator("[data-testid=stApp][data-test-script-state=notRunning]")).to_be_visible()
        expect(self.page.locator("[data-stale=true], [data-testid=stSkeleton]")).to_have_count(0)

    def wear(self, theme: str) -> None:
        """Light or dark, as the system wants it."""
        self.page.emulate_media(color_scheme=theme)
        ground = ".stApp" if self.page.locator(".stApp").count() else "body"
        expect(self.page.locator(ground)).to_have_css("background-color", PAGES[theme])
        self.page.evaluate(STILL)

    # Seeing

    def title(self) -> str:
        return plain(self.page.get_by_role("heading", level=1).inner_text())

    def main(self) -> str:
        return plain(self.page.locator(".stMain").inner_text())

    def html(self) -> str:
        """All that the browser holds of the page."""
        return plain(unescape(self.page.content()))

    def button(self, label: str) -> Locator:
        return self.page.get_by_role("button", name=self.words(label), exact=True)

    def link(self, label: str) -> Locator:
        return self.page.get_by_role("link", name=self.words(label), exact=True)

    def option_ids(self) -> list[str]:
        """The options of this screen's decision, in the order in which they stand."""
        return self.fields.order(self.choice())

    def chosen(self) -> Answer:
        """What is chosen on this screen, and not sent yet; an empty answer where nothing is."""
        return self.fields.chosen(self.choice())

    def await_chosen(self, answer: Answer) -> None:
        """Waits until the answer stands on the screen: what the browser kept is put together again move by move."""
        end = time.monotonic() + PATIENCE
        while not self._is_chosen(answer):
            assert time.monotonic() < end, self.chosen()
            self.page.wait_for_timeout(50)
        self.rest()

    def _is_chosen(self, answer: Answer) -> bool:
        try:
            return self.chosen() == answer
        except ValueError:  # the screen is just being drawn
            return False

    def choice(self) -> Decision:
        """The decision that is put on this screen, by the title above it."""
        return self.choices()[self.title()]

    def question_id(self) -> str:
        titles = {plain(each.text(self.language).title): name for name, each in self.course.questions.items()}
        return titles[self.title()]

    def choices(self) -> dict[str, Decision]:
        found: dict[str, Decision] = {}
        for lesson in self.course.lessons:
            text = lesson.text(self.language)
            found[plain(text.dilemma.title)] = text.dilemma
            found |= {plain(principle.situation_title): principle.check for principle in text.principles}
        for question in self.course.questions.values():
            asked = question.text(self.language)
            found[plain(asked.title)] = asked
        return found

    # Doing

    def runs_by(self, act: Callable[[], None]) -> None:
        """Does what lets the screen run again."""
        asked = self.runs.asked
        act()
        self.runs.await_end(asked)
        self.rest()

    def press(self, label: str) -> None:
        """Presses a button that leads on: it is gone when the next screen stands."""
        self.runs_by(self.button(label).click)
        expect(self.button(label)).to_have_count(0)

    def go_on(self) -> None:
        """Presses the button that leads on from a card; it names what comes next."""
        onward = self.page.locator("[class*=st-key-next_] button")
        label = onward.inner_text()
        self.runs_by(onward.click)
        expect(self.page.locator("[class*=st-key-next_] button", has_text=label)).to_have_count(0)

    def send_nothing(self, label: str) -> None:
        """Presses a button of a form in which something is still missing: it says what."""
        self.runs_by(self.button(label).click)
        expect(self.page.get_by_role("alert")).to_be_visible()

    def choose(self, *, right: bool = True) -> Answer:
        """Decides rightly or wrongly, whatever kind of decision is on this screen; returns the answer."""
        choice = self.choice()
        answer = choice.right_answer if right else choice.wrong_answers[0]
        self.fields.fill_in(choice, answer)
        return answer

    def pass_over(self, *kinds: type[Decision]) -> None:
        """Answers questions as long as they are of these kinds."""
        while isinstance(self.choice(), kinds):
            self.choose()
            self.press("Submit the answer")
            self.press("Next question")

    def state_confidence(self, label: str) -> None:
        self.page.get_by_role("radio", name=self.words(label), exact=True).click()

    def agree(self) -> None:
        self.page.get_by_test_id("stCheckbox").click()

    def search(self, text: str) -> None:
        self.page.get_by_role("textbox", name=self.words("Search"), exact=True).fill(text)
        self.runs_by(lambda: self.page.keyboard.press("Enter"))

    def upload(self, name: str, content: str) -> None:
        """Gives a file to the first place for one on this screen."""
        file = FilePayload(name=name, mimeType="text/csv", buffer=content.encode())
        self.runs_by(lambda: self.page.locator("[data-testid=stFileUploader] input").first.set_input_files(file))

    def tab_to(self, wanted: Locator) -> None:
        """Presses the tabulator until `wanted` or something in it has the focus."""
        for _ in range(TABS):
            self.page.keyboard.press("Tab")
            if wanted.evaluate("each => each.contains(document.activeElement)"):
                return
        raise AssertionError(f"{wanted} is not reached by {TABS} presses of the tabulator")

    # Watching over the browser

    def _watched(self, page: Page) -> Page:
        page.on("console", self._said)
        page.on("pageerror", self._failed)
        page.on("request", self._asked)
        page.on("response", self._answered)
        return page

    def _said(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(LOADED_IN_VAIN):
            self.complaints.append(f"console: {message.text}")

    def _failed(self, error: Error) -> None:
        self.complaints.append(f"script: {error}")

    def _asked(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme in {"http", "https", "ws", "wss"} and address.netloc != urlsplit(self.url).netloc:
            self.complaints.append(f"asks another server: {request.url}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400:
            self.complaints.append(f"{response.status}: {response.url}")

    def leave(self, file: Path) -> None:
        """Save a picture of the page and, if it is being recorded, the trace of all that was done."""
        file.parent.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=f"{file}.png", full_page=True)
        if os.environ.get("KODEX_TRACE"):
            self.context.tracing.stop(path=f"{file}.zip")

    def close(self) -> list[str]:
        OPEN.remove(self)
        self.context.close()
        return self.complaints
