"""Kinds of question. Each is a module with the model of its questions, and an entry in `KINDS`."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, ConfigDict
from pydantic_core import PydanticKnownError

from lessons.model import Answer, Choice, Option
from quizzes.kinds.question import Question
from quizzes.kinds.single import Single

KINDS: Mapping[str, type[Question]] = {"single": Single}
"""By the `kind` that content files name."""


def question(data: Any) -> Question:
    """Validate a question by the model of its kind; raises `ValidationError`, also where the kind is unknown."""
    kind = data.get("kind") if isinstance(data, dict) else None
    model = KINDS.get(kind) if isinstance(kind, str) else None
    return (model or _OfUnknownKind).model_validate(data)


def in_words(text: Mapping[str, Any], answer: Answer) -> str:
    """Return an answer as the learner read it. `text` is the stored question, or the decision on a card, which is a
    `Choice` and names no kind; it is empty if the content is gone."""
    return KINDS.get(text.get("kind", ""), Choice).in_words(text, answer)


def _known(kind: str) -> str:
    if kind not in KINDS:
        raise PydanticKnownError("literal_error", {"expected": ", ".join(map(repr, KINDS))})
    return kind


class _OfUnknownKind(Question):
    """Reports the kind, and every fault that does not depend on it."""

    model_config = ConfigDict(extra="ignore")

    kind: Annotated[str, AfterValidator(_known)]
    options: tuple[Option, ...] = ()
