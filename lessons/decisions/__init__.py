"""Kinds of decision. Each is a module with its model, and an entry in `KINDS`."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, ConfigDict
from pydantic_core import PydanticKnownError

from lessons.decisions.choice import Choice
from lessons.decisions.classify import Classify
from lessons.decisions.decision import Answer, Decision
from lessons.decisions.multiple import Multiple
from lessons.decisions.order import Ordering
from lessons.decisions.part import Part
from lessons.decisions.spot import Spot

KINDS: Mapping[str, type[Decision]] = {
    "single": Choice,
    "multiple": Multiple,
    "classify": Classify,
    "order": Ordering,
    "spot": Spot,
}
"""By the `kind` that content files name."""


def decision(data: Any) -> Decision:
    """Validate the decision on a card by the model of its kind, `single` if it names none; raises
    `ValidationError`, also where the kind is unknown."""
    kind = data.get("kind", "single") if isinstance(data, dict) else None
    model = KINDS.get(kind) if isinstance(kind, str) else None
    if model is None:
        _UnknownDecision.model_validate(data)
        raise AssertionError(kind)  # not reached: the line above has refused the kind
    return model.model_validate(data)


def known(kind: str) -> str:
    """Return `kind`; raises pydantic's error for a value that is not in a list."""
    if kind not in KINDS:
        raise PydanticKnownError("literal_error", {"expected": ", ".join(map(repr, KINDS))})
    return kind


class _UnknownDecision(Part):
    """Reports a kind that there is not."""

    model_config = ConfigDict(extra="ignore")

    kind: Annotated[str, AfterValidator(known)]


def in_words(text: Mapping[str, Any], answer: Answer) -> str:
    """Return an answer as the learner read it. `text` is the stored decision, which may name no kind; it is empty if
    the content is gone."""
    return KINDS.get(text.get("kind", ""), Choice).in_words(text, answer)
