"""Base of the questions of every kind."""

from typing import Annotated

from pydantic import StringConstraints

from lessons.model import Decision, Id, Line

Situation = Annotated[str, StringConstraints(strip_whitespace=True, min_length=40, max_length=1200)]


class Question(Decision):
    """A situation to decide in, about one principle."""

    id: Id
    principle: Id
    kind: str
    title: Line
    situation: Situation
