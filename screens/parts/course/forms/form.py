"""Base of the forms: fields before the answer, the same options with their consequences after it."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar, Generic, Literal, TypeVar

from lessons.decisions.decision import Answer, Decision
from words import Sentence, Words

D = TypeVar("D", bound=Decision)

State = Literal["right", "wrong", "plain"]


@dataclass(frozen=True)
class OptionRow:
    """An option as it stands after the answer."""

    text: str
    explanation: str
    state: State = "plain"
    tag: str = ""
    """What the state means, in words: whose it is, and whether it is right."""
    is_own: bool = False
    is_open: bool = False
    """True if the consequence is seen without asking for it."""


class QuestionForm(ABC, Generic[D]):
    """One instance serves every decision of its kind. Nothing of an explanation is drawn by `fields`."""

    is_live: ClassVar[bool] = False
    """True if the fields change as the learner goes on, which nothing in Streamlit's own form does."""
    unanswered: ClassVar[Sentence]
    """Complaint when the form is sent without a whole answer."""

    @abstractmethod
    def fields(self, t: Words, key: str, decision: D) -> None:
        """Draw the prompt and the fields, each with a widget key that begins with `answer_` and holds `key`."""

    @abstractmethod
    def answer(self, key: str, decision: D) -> Answer | None:
        """Read the answer from the session's state; None if it is not whole."""

    @abstractmethod
    def rows(self, t: Words, decision: D, answer: Answer) -> list[OptionRow]:
        """Return the options in the order in which they stood, or that is right."""

    def tried(self, t: Words, decision: D, answer: Answer) -> list[OptionRow]:
        """Return the options after a wrong first try: of the key, only that what was chosen is wrong."""
        return [self._tried(t, row) for row in self.rows(t, decision, answer)]

    def _tried(self, t: Words, row: OptionRow) -> OptionRow:
        if row.is_own and row.state == "wrong":
            return row
        return OptionRow(row.text, "", tag=t("yours"), is_own=True) if row.is_own else OptionRow(row.text, "")

    def shown(self, t: Words, decision: D, answer: Answer) -> str:  # noqa: ARG002
        """Return HTML that stands above the options after the answer."""
        return ""


def row_of_several(t: Words, text: str, explanation: str, *, is_right: bool, is_own: bool) -> OptionRow:
    """Return the row of an option of which any number may be right."""
    if is_own:
        tag = t("yours · right") if is_right else t("yours · wrong")
        return OptionRow(text, explanation, "right" if is_right else "wrong", tag, is_own=True, is_open=not is_right)
    if is_right:
        return OptionRow(text, explanation, "right", t("right · missing in your answer"), is_open=True)
    return OptionRow(text, explanation)
