"""What a quiz and its questions are."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from lessons.model import Choice, Id, Line, Option, Part, WholeNumber

Situation = Annotated[str, StringConstraints(strip_whitespace=True, min_length=40, max_length=1200)]


class Question(Choice):
    """A situation to decide in, about one principle."""

    id: Id
    principle: Id
    kind: Literal["single"]
    title: Line
    situation: Situation
    options: tuple[Option, ...] = Field(min_length=3, max_length=6)


class Form(Part):
    """How many questions an attempt asks, and how many of each principle at least."""

    questions: WholeNumber = Field(ge=1, le=50)
    each_principle: WholeNumber = Field(ge=1, le=10)


class Quiz(Part):
    """The bank of one lesson's questions, in one language, and the form drawn from it."""

    lesson: Id
    language: str
    form: Form
    questions: tuple[Question, ...] = Field(min_length=1)
