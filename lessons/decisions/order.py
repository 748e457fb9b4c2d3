"""Decisions about the order of steps, of which some may change places."""

from collections.abc import Mapping, Sequence
from typing import Any, Self

from pydantic import Field, model_validator

from lessons.decisions.decision import Answer, Decision, Option, option_text
from lessons.decisions.part import Id, refused
from lessons.decisions.shuffling import in_order


class Ordering(Decision):
    """The answer is a list of all option ids."""

    right: tuple[Id, ...]
    """The best order."""
    must: tuple[tuple[Id, Id], ...] = Field(default=(), exclude_if=lambda pairs: not pairs)
    """Pairs of which the first has to come before the second. Every order that keeps to all of them is right; without
    any, `right` alone is."""

    @model_validator(mode="after")
    def _right_keeps_to_the_pairs(self) -> "Ordering":
        if sorted(self.right) != sorted(self.ids):
            raise refused("“right” has to name every option once, in the best order")
        if not {each for pair in self.must for each in pair} <= self.ids:
            raise refused("“must” names an option that there is not; name two of the options in each pair")
        if not self._keeps(self.right):
            raise refused("“right” breaks a pair of “must”; correct one of them")
        return self

    def _keeps(self, order: Sequence[str]) -> bool:
        return all(order.index(first) < order.index(second) for first, second in self.must)

    def offers(self, answer: Answer) -> bool:
        is_list = isinstance(answer, list) and all(isinstance(each, str) for each in answer)
        return is_list and sorted(answer) == sorted(self.ids)

    def is_right(self, answer: Answer) -> bool:
        return answer == list(self.right) or bool(self.must and self.offers(answer) and self._keeps(list(answer)))

    @property
    def right_answer(self) -> Answer:
        return list(self.right)

    @property
    def wrong_answers(self) -> Sequence[Answer]:
        turned = [[*self.right[at:], *self.right[:at]] for at in range(1, len(self.right))]
        return [answer for answer in (list(reversed(self.right)), *turned) if not self.is_right(answer)]

    def as_drawn(self, seed: str, name: str) -> Self:
        """Return the decision with its options in a drawn order that is not right as it stands."""
        drawn = list(in_order(self.options, seed, name))
        for _ in drawn:
            if not self.is_right([option.id for option in drawn]):
                break
            drawn.append(drawn.pop(0))
        else:
            drawn = [self.option(each) for each in reversed(self.right)]
        return self.model_copy(update={"options": tuple[Option, ...](drawn)})

    @staticmethod
    def in_words(text: Mapping[str, Any], answer: Answer) -> str:
        steps = answer if isinstance(answer, list) else [str(answer)]
        return "; ".join(f"{n}. {option_text(text, each).rstrip('.')}" for n, each in enumerate(steps, start=1))
