"""Base of the questions of every kind."""

from typing import Annotated

from pydantic import StringConstraints, field_validator
from pydantic_core import PydanticKnownError

from lessons.decisions.decision import Decision, Option
from lessons.decisions.part import Id, Line, Unless

Situation = Annotated[str, StringConstraints(strip_whitespace=True, min_length=40, max_length=1200)]
FEWEST_OPTIONS = 3


class Question(Decision):
    """A situation to decide in, about one principle."""

    id: Id
    principle: Id
    kind: str
    title: Line
    situation: Situation
    twin: Id | None = Unless
    """The question with the same options, whose situation turns the key: a form never holds both."""

    @field_validator("options")
    @classmethod
    def _enough(cls, options: tuple[Option, ...]) -> tuple[Option, ...]:
        if len(options) < FEWEST_OPTIONS:
            context = {"field_type": "Tuple", "min_length": FEWEST_OPTIONS, "actual_length": len(options)}
            raise PydanticKnownError("too_short", context)
        return options
