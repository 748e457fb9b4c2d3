"""Somebody before a card with a decision of one kind."""

import re
from dataclasses import dataclass
from html import unescape
from typing import Any, NamedTuple

from browsing import plain
from stage import Open, Screen
from studying import Study

from lessons.cards import Card, CardKind
from lessons.decisions.decision import Answer, Decision
from people.access import Principal

SEND = "See where it leads"
AGAIN = "Try again"
SHOW = "Show where each leads"

ROW = re.compile(r'<li class="([a-z ]+)"><i[^>]*>[^<]*</i><p>(.*?) (?:<em>(.*?)</em>)?</p>(.*?)</li>', re.DOTALL)
FIELDS = {"radio", "checkbox", "button_group"}
COMPLAINT = re.compile(r'<p class="kodex-complaint" role="alert">(.*?)</p>')


class Row(NamedTuple):
    """An option as it stands after the answer."""

    text: str
    tag: str
    state: str
    is_own: bool
    is_open: bool


@dataclass
class Before:
    """A learner before a card that nobody has answered."""

    study: Study
    learner: Principal
    card: Card
    screen: Screen
    language: str

    @property
    def check(self) -> Decision:
        found = self.card.choice(self.study.course.lesson(self.card.lesson_id).text(self.language))
        assert found is not None
        return found

    @property
    def saved(self) -> Answer | None:
        return self.study.enrolment(self.learner).checks.get(self.card.id)

    def decide(self, answer: Answer) -> None:
        self.screen.fill_in(self.check, answer)
        self.screen.press(SEND)

    def rows(self) -> list[Row]:
        (shown,) = [html.body for html in self.screen.elements("html") if "kodex-after" in html.body]
        found = []
        for kinds, text, tag, below in ROW.findall(shown):
            state, *own = kinds.split()
            found.append(
                Row(plain(unescape(text)), plain(unescape(tag)), state, bool(own), below.startswith("<div>"))
            )
        return found

    def row(self, option_id: str) -> Row:
        """The row of that option, whatever number stands before it."""
        wanted = plain(self.check.option(option_id).text)
        (found,) = [row for row in self.rows() if row.text == wanted or row.text.endswith(f" {wanted}")]
        return found

    def complaint(self) -> str:
        """What keeps the answer from being sent. It stands above every field."""
        drawn = list(self.screen.app.main)
        (at,) = [n for n, each in enumerate(drawn) if each.type == "html" and COMPLAINT.search(each.proto.body)]
        assert not [each.type for each in drawn[:at] if each.type in FIELDS]
        assert [each.type for each in drawn[at:] if each.type in FIELDS]
        found = COMPLAINT.search(drawn[at].proto.body)
        assert found is not None
        return plain(unescape(found.group(1)))

    def concludes(self) -> bool:
        """Whether the rule stands under the decision, and all that the options lead to."""
        taught = self.study.course.lesson(self.card.lesson_id).text(self.language).principle(self.card.part)
        return plain(taught.rule) in self.screen.text() and self.screen.explained(self.check) == self.check.ids


def before(open_screen: Open, study: Study, learner: Principal, kind: type[Decision], language: str = "cs") -> Before:
    """Brings the learner to the first principle whose decision is of that kind."""
    card = come_to(study, learner, kind)
    return Before(study, learner, card, open_screen(learner, "lesson.py", language), language)


def before_forged(open_screen: Open, study: Study, learner: Principal, kind: type[Decision], **fields: Any) -> Before:
    """The same where the tab holds these values of its fields already, by what follows the card in their keys."""
    card = come_to(study, learner, kind)
    screen = open_screen(learner)
    for name, value in fields.items():
        screen.app.session_state[f"answer_{card.id}{name}"] = value
    screen.app.switch_page("lesson.py").run()
    screen.stands()
    return Before(study, learner, card, screen, "cs")


def come_to(study: Study, learner: Principal, kind: type[Decision]) -> Card:
    for card in study.course.cards:
        choice = card.choice(study.course.lesson(card.lesson_id).source)
        if card.kind is CardKind.PRINCIPLE and type(choice) is kind:
            return card
        study.card(learner, card)
    raise LookupError(kind)
