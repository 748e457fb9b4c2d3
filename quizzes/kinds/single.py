"""Questions with one right option."""

from typing import Literal

from pydantic import Field

from lessons.model import Choice, Option
from quizzes.kinds.question import Question


class Single(Question, Choice):
    kind: Literal["single"]
    options: tuple[Option, ...] = Field(min_length=3, max_length=6)
