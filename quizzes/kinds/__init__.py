"""Kinds of question: each kind of decision, in a situation."""

from collections.abc import Mapping
from typing import Annotated, Any, cast

from pydantic import AfterValidator, ConfigDict, create_model

from lessons import decisions
from lessons.decisions.decision import Decision, Option
from quizzes.kinds.question import Question


def _asked(name: str, kind: type[Decision]) -> type[Question]:
    bases = cast("tuple[type[Question], ...]", (Question, kind))
    return create_model(f"{name.title()}Question", __base__=bases, __module__=__name__)


KINDS: Mapping[str, type[Question]] = {name: _asked(name, kind) for name, kind in decisions.KINDS.items()}
"""By the `kind` that content files name."""
globals().update({model.__name__: model for model in KINDS.values()})  # questions go to other processes by that name


def question(data: Any) -> Question:
    """Validate a question by the model of its kind; raises `ValidationError`, also where the kind is unknown."""
    kind = data.get("kind") if isinstance(data, dict) else None
    model = KINDS.get(kind) if isinstance(kind, str) else None
    return (model or _OfUnknownKind).model_validate(data)


class _OfUnknownKind(Question):
    """Reports the kind, and every fault that does not depend on it."""

    model_config = ConfigDict(extra="ignore")

    kind: Annotated[str, AfterValidator(decisions.known)]
    options: tuple[Option, ...] = ()
