"""Base of the decisions of every kind."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, Self

from pydantic import Field

from lessons.decisions.part import Id, Line, OnlyIfTrue, Part, Prose, Truth, Unless
from lessons.decisions.shuffling import in_order


class Option(Part):
    """One option, and the explanation shown to the person who chooses it."""

    id: Id
    text: Line
    explanation: Prose
    moves: Truth = OnlyIfTrue
    """True if whoever chooses it lets information move. It counts for nothing but the advice of the check."""


Answer = str | list[str] | dict[str, str]
"""A learner's answer as the record stores it: JSON, in the shape that its kind of decision defines."""


class Decision(Part):
    """Something to decide. Each kind says which answers it takes and what they mean."""

    kind: str | None = Unless
    """Which of `lessons.decisions.KINDS`; the decision on a card may leave it out where it is a choice."""
    prompt: Line
    hint: Line | None = Unless
    """Shown to whoever decided wrongly on a card and tries again."""
    options: tuple[Option, ...] = Field(min_length=2, max_length=8)

    def option(self, option_id: Answer) -> Option:
        return next(option for option in self.options if option.id == option_id)

    @property
    def ids(self) -> frozenset[str]:
        return frozenset(option.id for option in self.options)

    @abstractmethod
    def offers(self, answer: Answer) -> bool:
        """True if a learner can give this answer. Forged messages bring answers of any shape."""

    @abstractmethod
    def is_right(self, answer: Answer) -> bool:
        """True if the answer is right as a whole: part of an answer earns nothing."""

    @property
    @abstractmethod
    def right_answer(self) -> Answer: ...

    @property
    @abstractmethod
    def wrong_answers(self) -> Sequence[Answer]:
        """At least one wrong answer, for demonstrations and tests."""

    def as_drawn(self, seed: str, name: str) -> Self:
        """Return the decision with its options in the order that `lessons.order.in_order` draws."""
        return self.model_copy(update={"options": in_order(self.options, seed, name)})

    @staticmethod
    @abstractmethod
    def in_words(text: Mapping[str, Any], answer: Answer) -> str:
        """Return the answer as the learner read it. `text` is the stored decision in one language.

        Where the text is gone, the answer is returned as it is stored.
        """


def option_text(text: Mapping[str, Any], option_id: Answer) -> str:
    """Return the words of an option in a stored decision; its id where the text is gone."""
    found = (option["text"] for option in text.get("options", ()) if option["id"] == option_id)
    return str(next(found, option_id))
