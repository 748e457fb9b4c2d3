"""Decisions with one right option."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import Field

from lessons.decisions.decision import Answer, Decision, Option, option_text
from lessons.decisions.part import Id


class Choice(Decision):
    """A decision with one right option. The answer is the id of the option chosen."""

    right: Id
    options: tuple[Option, ...] = Field(min_length=2, max_length=6)

    def offers(self, answer: Answer) -> bool:
        return any(option.id == answer for option in self.options)

    def is_right(self, answer: Answer) -> bool:
        return answer == self.right

    @property
    def right_answer(self) -> Answer:
        return self.right

    @property
    def wrong_answers(self) -> Sequence[Answer]:
        return [option.id for option in self.options if option.id != self.right]

    @staticmethod
    def in_words(text: Mapping[str, Any], answer: Answer) -> str:
        return option_text(text, answer)
