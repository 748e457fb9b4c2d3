"""Decisions that put each of several things into one of a few categories."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import Field, model_validator

from lessons.decisions.decision import Answer, Decision, option_text
from lessons.decisions.part import Id, Line, Part, refused


class Category(Part):
    id: Id
    text: Line


class Classify(Decision):
    """The answer is an object: category id by option id."""

    categories: tuple[Category, ...] = Field(min_length=2, max_length=4)
    right: dict[Id, Id]

    @model_validator(mode="after")
    def _every_option_once(self) -> "Classify":
        categories = {category.id for category in self.categories}
        if set(self.right) != self.ids or not categories.issuperset(self.right.values()):
            raise refused("“right” has to put every option into one of the categories")
        return self

    def category(self, category_id: str) -> Category:
        return next(category for category in self.categories if category.id == category_id)

    def offers(self, answer: Answer) -> bool:
        if not isinstance(answer, dict) or set(answer) != self.ids:
            return False
        categories = {category.id for category in self.categories}
        return all(isinstance(value, str) and value in categories for value in answer.values())

    def is_right(self, answer: Answer) -> bool:
        return answer == self.right

    @property
    def right_answer(self) -> Answer:
        return dict(self.right)

    @property
    def wrong_answers(self) -> Sequence[Answer]:
        alike = [dict.fromkeys(self.right, category.id) for category in self.categories]
        return [answer for answer in alike if not self.is_right(answer)]

    @staticmethod
    def in_words(text: Mapping[str, Any], answer: Answer) -> str:
        if not isinstance(answer, dict):
            return str(answer)
        categories = {each["id"]: each["text"] for each in text.get("categories", ())}
        said = (f"{option_text(text, option)}: {categories.get(put, put)}" for option, put in answer.items())
        return "; ".join(said)
