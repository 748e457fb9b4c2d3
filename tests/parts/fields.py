"""The fields of a decision in a browser, of every kind."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

from lessons.decisions.classify import Classify
from lessons.decisions.decision import Answer, Decision, Option
from lessons.decisions.multiple import Multiple
from lessons.decisions.order import Ordering
from lessons.decisions.spot import Spot
from words import Words


def plain(text: str) -> str:
    """`text` as it is compared: spaces that do not break are spaces."""
    return " ".join(text.split())


def _is(button: Locator, state: str) -> bool:
    return button.get_attribute(state) == "true"


@dataclass(frozen=True)
class Fields:
    page: Page
    words: Words
    runs_by: Callable[[Callable[[], None]], None]
    """Does what lets the screen run again."""

    def fill_in(self, choice: Decision, answer: Answer) -> None:
        match choice:
            case Spot():
                for each in answer:
                    self.runs_by(self.phrase(choice, each).click)
            case Multiple():
                for each in answer:
                    self.box(choice, each).click()
            case Classify() if isinstance(answer, dict):
                for each, category in answer.items():
                    self.category(choice, each, category).click()
            case Ordering() if isinstance(answer, list):
                self._put_in_order(choice, answer)
            case _:
                self.option(choice.option(answer)).click()
                expect(self.option(choice.option(answer))).to_have_attribute("data-selected", "true")

    def chosen(self, choice: Decision) -> Answer:
        """What is chosen and not sent yet; an empty answer where nothing is."""
        match choice:
            case Spot():
                return sorted(each for each in choice.ids if _is(self.phrase(choice, each), "aria-pressed"))
            case Multiple():
                return sorted(each for each in choice.ids if self.box(choice, each).locator("input").is_checked())
            case Classify():
                pairs = [(each, category.id) for each in choice.ids for category in choice.categories]
                return {each: put for each, put in pairs if _is(self.category(choice, each, put), "aria-checked")}
            case Ordering():
                return self.order(choice)
            case _:
                texts = self.page.locator("[data-testid=stRadioOption][data-selected]").all_inner_texts()
                return "".join(
                    option.id for option in choice.options if [plain(option.text)] == list(map(plain, texts))
                )

    def order(self, choice: Decision) -> list[str]:
        """The ids of the options, in the order in which they stand."""
        fields = "\n".join(self.page.locator("[class*=st-key-answer]").all_inner_texts())
        lines = [re.sub(r"^\d+ ", "", plain(line)) for line in fields.splitlines()]
        return sorted(choice.ids, key=lambda each: lines.index(plain(choice.option(each).text)))

    def option(self, option: Option) -> Locator:
        text = self.page.get_by_text(option.text, exact=True)
        return self.page.get_by_test_id("stRadioOption").filter(has=text)

    def phrase(self, choice: Decision, option_id: str) -> Locator:
        text = re.escape(plain(choice.option(option_id).text))
        return self.page.locator("[class*=st-key-answer_]").get_by_role("button", name=re.compile(rf"^\d+ {text}$"))

    def box(self, choice: Decision, option_id: str) -> Locator:
        text = plain(choice.option(option_id).text)
        return self.page.get_by_test_id("stCheckbox").filter(has=self.page.get_by_text(text, exact=True))

    def category(self, choice: Classify, option_id: str, category_id: str) -> Locator:
        name = plain(choice.category(category_id).text)
        return self.group(choice, option_id).get_by_role("radio", name=name, exact=True)

    def group(self, choice: Classify, option_id: str) -> Locator:
        """The buttons of the categories for one option."""
        return self.page.get_by_role("radiogroup", name=plain(choice.option(option_id).text), exact=True)

    def up(self, choice: Ordering, option_id: str) -> Locator:
        """The button that moves a step up."""
        label = self.words("Move up: {step}", step=choice.option(option_id).text)
        return self.page.get_by_role("button", name=plain(label), exact=True)

    def _put_in_order(self, choice: Ordering, wanted: list[str]) -> None:
        """Moves one step up after another, until all stand as wanted."""
        for place, each in enumerate(wanted):
            while self.order(choice).index(each) > place:
                self.runs_by(self.up(choice, each).click)
