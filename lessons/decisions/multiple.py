"""Decisions with several right options, of which all have to be found and no other."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import Field, field_validator

from lessons.decisions.decision import Answer, Decision, option_text
from lessons.decisions.part import Id, refused


class Multiple(Decision):
    """The answer is a list of option ids, sorted."""

    right: tuple[Id, ...] = Field(min_length=1)

    @field_validator("right")
    @classmethod
    def _named_once(cls, right: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(right)) < len(right):
            raise refused("“right” names an option twice; keep one")
        return right

    def offers(self, answer: Answer) -> bool:
        is_list = isinstance(answer, list) and bool(answer) and all(isinstance(each, str) for each in answer)
        return is_list and self.ids.issuperset(answer) and answer == sorted(set(answer))

    def is_right(self, answer: Answer) -> bool:
        return answer == self.right_answer

    @property
    def right_answer(self) -> Answer:
        return sorted(self.right)

    @property
    def wrong_answers(self) -> Sequence[Answer]:
        tried = [*([each] for each in sorted(self.ids)), sorted(self.ids)]
        return [answer for answer in tried if not self.is_right(answer)]

    @staticmethod
    def in_words(text: Mapping[str, Any], answer: Answer) -> str:
        chosen = answer if isinstance(answer, list) else [str(answer)]
        return "; ".join(option_text(text, each).rstrip(".") for each in chosen)
