"""Base of every part of the content, and the types of its values."""

import re
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def refused(text: str, **values: Any) -> PydanticCustomError:
    """Return the error that a validator raises; `text` is the sentence to translate."""
    return PydanticCustomError("content", "{text}", {"text": text, **values})


def is_id(value: str) -> bool:
    return len(value) <= 60 and _ID.fullmatch(value) is not None


def _id(value: str) -> str:
    if not is_id(value):
        raise refused("“{id}” is not an id; use lower-case letters, digits and single hyphens", id=value)
    return value


Id = Annotated[str, AfterValidator(_id)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
Prose = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=3000)]


def _truth(written: Any) -> bool:
    if written not in ("true", "false", True, False):
        raise refused("“{value}” is neither true nor false", value=str(written)[:40])
    return written in ("true", True)


Truth = Annotated[bool, BeforeValidator(_truth)]


class Part(BaseModel):
    """Part of the content: immutable, without unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    deciding: ClassVar[frozenset[str]] = frozenset()
    """Keys that decide something in files of this part alone, beside those that do so everywhere."""


def _is_none(value: Any) -> bool:
    return value is None


Unless = Field(default=None, exclude_if=_is_none)
"""Default of a key that may be left out. Left out, it is no part of the edition that is hashed, so that content
written before there was such a key keeps its hash."""

OnlyIfTrue = Field(default=False, exclude_if=lambda value: not value)
"""Default of a truth that may be left out, likewise."""
