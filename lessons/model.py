"""What a lesson, a course and their parts are: frozen, complete, and refusing what they do not know."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any, Generic, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_WHOLE_NUMBER = re.compile(r"-?[0-9]{1,9}")


def refused(text: str, **values: Any) -> PydanticCustomError:
    """The error by which a part says what is wrong with it, in words still to be translated."""
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
    """A part of the content: it does not change once read, and has no keys but its own."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Option(Part):
    """One answer that can be chosen, and what the person who chooses it is told."""

    id: Id
    text: Line
    explanation: Prose


class Choice(Part):
    """A decision with one right option."""

    prompt: Line
    right: Id
    options: tuple[Option, ...] = Field(min_length=2, max_length=6)

    def option(self, option_id: str) -> Option:
        return next(option for option in self.options if option.id == option_id)

    @property
    def right_option(self) -> Option:
        return self.option(self.right)


class Picture(Part):
    """A picture beside the lesson's files; `alt` says what it shows."""

    file: Line
    alt: Line


class Dilemma(Choice):
    """A situation without an easy answer: decided before the lesson, answered after it."""

    title: Line
    situation: Prose
    answer: tuple[Prose, ...] = Field(min_length=1)


class Why(Part):
    title: Line
    paragraphs: tuple[Prose, ...] = Field(min_length=1)
    picture: Picture | None = None


class Principle(Part):
    """One behaviour. Its id never changes; every card and every question names it."""

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
    """Somebody to turn to."""

    id: Id
    name: dict[str, Line]
    email: Annotated[str, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")]
    phone: Line | None = None


class Company(Part):
    """The company whose code is taught."""

    name: dict[str, Line]
    logo: Line | None = None
    """A picture's file in lessons/; it stands where Kodex's own does."""
    contacts: tuple[Contact, ...] = Field(min_length=1)


class Course(Part):
    """What is assigned, passed and certified."""

    id: Id
    version: Line
    title: dict[str, Line]
    lessons: tuple[Id, ...] = Field(min_length=1)
    pass_mark: WholeNumber = Field(ge=1, le=100)
    """Percent of the questions of an attempt."""
    valid_months: WholeNumber = Field(ge=1, le=120)
    commitment: dict[str, Prose]


class Catalogue(Part):
    """The pack: its company, its languages (the first one is the source), its courses."""

    languages: tuple[str, ...] = Field(min_length=1)
    company: Company
    courses: tuple[Course, ...] = Field(min_length=1)


T = TypeVar("T", bound=BaseModel)


@dataclass(frozen=True)
class Edition(Generic[T]):
    """One version of a part, in all its languages, known by the SHA-256 of its canonical form."""

    texts: Mapping[str, T]
    """By language; the source language comes first."""

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
    """`data` as JSON that is the same wherever it is written: keys sorted, no spaces, Unicode as it is."""
    return _CANONICAL.encode(data)


_CANONICAL = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(data: Any) -> str:
    return hashlib.sha256(canonical(data).encode()).hexdigest()
