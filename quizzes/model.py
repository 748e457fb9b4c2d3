"""A lesson's bank of questions, and the form drawn from it."""

from typing import Annotated

from pydantic import Field, PlainValidator

from lessons.decisions.part import Id, Part
from lessons.model import WholeNumber
from quizzes import kinds
from quizzes.kinds.question import Question


class FormSize(Part):
    """Size of an attempt."""

    questions: WholeNumber = Field(ge=1, le=50)
    each_principle: WholeNumber = Field(ge=1, le=10)
    """Questions that each principle has at least."""


class Quiz(Part):
    """The bank of one lesson's questions, in one language, and the form drawn from it."""

    lesson: Id
    language: str
    form: FormSize
    questions: tuple[Annotated[Question, PlainValidator(kinds.question)], ...] = Field(min_length=1)
