"""The catalogue and its courses, and versions of a part: frozen, complete, and refusing unknown keys."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any, Generic, TypeVar

from pydantic import BaseModel, BeforeValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from lessons.decisions.part import Id, Line, Part, Prose

_WHOLE_NUMBER = re.compile(r"-?[0-9]{1,9}")


def whole_number(written: str) -> int | None:
    return int(written) if _WHOLE_NUMBER.fullmatch(written) else None


def _whole_number(written: Any) -> int:
    number = whole_number(written) if isinstance(written, str) else None
    if number is None:
        raise PydanticCustomError("int_parsing", "not a whole number")
    return number


WholeNumber = Annotated[int, BeforeValidator(_whole_number)]


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
