"""Pledges: what learners may resolve to do differently after a lesson. Each is a suggestion, and none is required."""

from collections.abc import Collection, Iterator
from typing import Any

from pydantic import Field

from lessons.check import Found, items_of
from lessons.decisions.part import Id, Line, Part
from words import sentence


class Pledge(Part):
    """One thing to do, in the first person. Its id never changes: people's own notes refer to it."""

    id: Id
    principle: Id
    text: Line


class Pledges(Part):
    pledges: tuple[Pledge, ...] = Field(min_length=1, max_length=12)

    def text_of(self, pledge_id: str) -> str:
        return next(pledge.text for pledge in self.pledges if pledge.id == pledge_id)


def of_no_principle(data: dict[str, Any], principles: Collection[str]) -> Iterator[Found]:
    """Yield the pledges whose principle the lesson does not have.

    `principles` are empty where they cannot be read.
    """
    for position, pledge in enumerate(items_of(data, "pledges")):
        principle = pledge.get("principle") if isinstance(pledge, dict) else None
        if isinstance(principle, str) and principles and principle not in principles:
            what = sentence("the lesson has no principle “{id}”; name one of its principles", id=principle)
            yield ("pledges", position, "principle"), what
