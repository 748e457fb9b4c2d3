"""Base of the forms: fields before the answer, an explanation after it."""

from abc import ABC, abstractmethod
from typing import ClassVar, Generic, TypeVar

from lessons.model import Answer, Decision
from words import Sentence, Words

D = TypeVar("D", bound=Decision)


class QuestionForm(ABC, Generic[D]):
    """One instance serves every decision of its kind. Nothing of an explanation is drawn by `fields`."""

    unanswered: ClassVar[Sentence]
    """Complaint when the form is sent without an answer."""

    @abstractmethod
    def fields(self, t: Words, key: str, decision: D) -> None:
        """Draw the prompt and the fields, each with a widget key that ends with `key`."""

    @abstractmethod
    def answer(self, key: str) -> Answer | None:
        """Read the answer from the session's state; None if there is none."""

    @abstractmethod
    def explanation(self, t: Words, decision: D, answer: Answer, *, has_verdict: bool) -> list[str]:
        """Return paragraphs of Markdown: what was answered, what is right, and why.

        `has_verdict` means that the screen's title says already whether the answer is right.
        """
