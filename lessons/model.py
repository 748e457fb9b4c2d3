"""Lessons, courses and their parts: frozen, complete, and refusing unknown keys."""

import hashlib
import json
import re
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any, ClassVar, Generic, Self, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from lessons.order import in_order

_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_WHOLE_NUMBER = re.compile(r"-?[0-9]{1,9}")


def refused(text: str, **values: Any) -> PydanticCustomError:
    """Return the error that a validator raises; `text` is the sentence to translate."""
    return PydanticCustomError("content", "{text}", {"text": text, **values})


def is_id(value: str) -> bool:
    return len(value) <= 60 and _ID.fullmatch(value) is not None


def _id(value: str) -> str:
    if not is_id(value):
        raise refused("“{id}” is not an id; use lower-case letters, digits and single hyphens", id=value)
    return value


def whole_number(written: str) -> int | None:
    return int(written) if _WHOLE_NUMBER.fullmatch(written) else None


def _whole_number(written: Any) -> int:
    number = whole_number(written) if isinstance(written, str) else None
    if number is None:
        raise PydanticCustomError("int_parsing", "not a whole number")
    return number


Id = Annotated[str, AfterValidator(_id)]
WholeNumber = Annotated[int, BeforeValidator(_whole_number)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
Prose = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=3000)]


class Part(BaseModel):
    """Part of the content: immutable, without unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    deciding: ClassVar[frozenset[str]] = frozenset()
    """Keys that decide something in files of this part alone, beside those that do so everywhere."""


class Option(Part):
    """One option, and the explanation shown to the person who chooses it."""

    id: Id
    text: Line
    explanation: Prose


Answer = str | list[str] | dict[str, str]
"""A learner's answer as the record stores it: JSON, in the shape that its kind of decision defines."""


class Decision(Part):
    """Something to decide. Each kind says which answers it takes and what they mean."""

    prompt: Line

    @abstractmethod
    def offers(self, answer: Answer) -> bool:
        """True if a learner can give this answer. Forged messages bring answers of any shape."""

    @abstractmethod
    def is_right(self, answer: Answer) -> bool: ...

    @property
    @abstractmethod
    def right_answer(self) -> Answer: ...

    @property
    @abstractmethod
    def wrong_answers(self) -> Sequence[Answer]:
        """At least one wrong answer, for demonstrations and tests."""

    @abstractmethod
    def as_drawn(self, seed: str, name: str) -> Self:
        """Return the decision in the order that `lessons.order.in_order` draws."""

    @staticmethod
    @abstractmethod
    def in_words(text: Mapping[str, Any], answer: Answer) -> str:
        """Return the answer as the learner read it. `text` is the stored decision in one language.

        Where the text is gone, the answer is returned as it is stored.
        """


class Choice(Decision):
    """A decision with one right option. The answer is the id of the option chosen."""

    right: Id
    options: tuple[Option, ...] = Field(min_length=2, max_length=6)

    def option(self, option_id: Answer) -> Option:
        return next(option for option in self.options if option.id == option_id)

    @property
    def right_option(self) -> Option:
        return self.option(self.right)

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

    def as_drawn(self, seed: str, name: str) -> Self:
        return self.model_copy(update={"options": in_order(self.options, seed, name)})

    @staticmethod
    def in_words(text: Mapping[str, Any], answer: Answer) -> str:
        return option_text(text, answer)


def option_text(text: Mapping[str, Any], option_id: Answer) -> str:
    """Return the words of an option in a stored decision; its id where the text is gone."""
    found = (option["text"] for option in text.get("options", ()) if option["id"] == option_id)
    return str(next(found, option_id))


class Picture(Part):
    """Picture in the lesson's folder. `alt` describes it for people who cannot see it."""

    file: Line
    alt: Line


class Dilemma(Choice):
    """Situation without an easy answer: decided before the lesson, discussed after it."""

    title: Line
    situation: Prose
    answer: tuple[Prose, ...] = Field(min_length=1)


class Why(Part):
    title: Line
    paragraphs: tuple[Prose, ...] = Field(min_length=1)
    picture: Picture | None = None


class Principle(Part):
    """One behaviour. Its id never changes: cards and questions refer to it."""

    id: Id
    title: Line
    rule: Line
    meaning: Prose
    do: Line
    dont: Line
    example: Prose
    check: Choice
    picture: Picture | None = None


class Lesson(Part):
    """One topic in five parts, in one language."""

    id: Id
    language: str
    minutes: WholeNumber = Field(ge=1, le=60)
    title: Line
    promise: Line
    dilemma: Dilemma
    why: Why
    principles: tuple[Principle, ...] = Field(min_length=1)

    def principle(self, principle_id: str) -> Principle:
        return next(principle for principle in self.principles if principle.id == principle_id)


class Contact(Part):
    """Person or team that answers questions about the course."""

    id: Id
    name: dict[str, Line]
    email: Annotated[str, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")]
    phone: Line | None = None


class Company(Part):
    """Company whose code of conduct is taught."""

    name: dict[str, Line]
    logo: Line | None = None
    """Picture file in `lessons/`, shown in place of Kodex's logo."""
    contacts: tuple[Contact, ...] = Field(min_length=1)


class CourseEntry(Part):
    """Unit of assignment and certification, as the catalogue lists it."""

    id: Id
    version: Line
    title: dict[str, Line]
    lessons: tuple[Id, ...] = Field(min_length=1)
    pass_mark: WholeNumber = Field(ge=1, le=100)
    """Percentage of an attempt's questions."""
    valid_months: WholeNumber = Field(ge=1, le=120)
    commitment: dict[str, Prose]


class Catalogue(Part):
    """Top of a content folder. The first language is the source; the others are translations."""

    languages: tuple[str, ...] = Field(min_length=1)
    company: Company
    courses: tuple[CourseEntry, ...] = Field(min_length=1)


T = TypeVar("T", bound=BaseModel)


@dataclass(frozen=True)
class Edition(Generic[T]):
    """One version of a part, in all its languages, identified by the SHA-256 of its canonical JSON."""

    texts: Mapping[str, T]
    """By language, the source language first."""

    @cached_property
    def body(self) -> dict[str, Any]:
        return {language: text.model_dump(mode="json") for language, text in self.texts.items()}

    @cached_property
    def sha256(self) -> str:
        return digest(self.body)

    @cached_property
    def source(self) -> T:
        return next(iter(self.texts.values()))

    def text(self, language: str) -> T:
        return self.texts.get(language, self.source)


def canonical(data: Any) -> str:
    """Return `data` as JSON in one fixed form: keys sorted, no spaces, Unicode unescaped."""
    return _CANONICAL.encode(data)


_CANONICAL = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(data: Any) -> str:
    return hashlib.sha256(canonical(data).encode()).hexdigest()
