"""A lesson and its parts: the dilemma, why it matters, the principles with their scenes."""

from typing import Annotated, Any

from pydantic import Field, PlainSerializer, PlainValidator

from lessons import decisions
from lessons.decisions.choice import Choice
from lessons.decisions.decision import Decision
from lessons.decisions.part import Id, Line, Part, Prose, Unless
from lessons.decisions.scenes import Scene
from lessons.model import WholeNumber

Points = Line | tuple[Line, ...]
"""One thing to do, or several in a few words each."""


class Picture(Part):
    """Picture in the lesson's folder. `alt` describes it for people who cannot see it."""

    file: Line
    alt: Line


class Dilemma(Choice):
    """Situation without an easy answer: decided before the lesson, discussed after it."""

    title: Line
    situation: Prose
    answer: tuple[Prose, ...] = Field(default=(), exclude_if=lambda paragraphs: not paragraphs)
    changed: Line | None = Unless
    """Asks whoever decided otherwise at the end what moved them."""


class Why(Part):
    title: Line
    paragraphs: tuple[Prose, ...] = Field(min_length=1)
    picture: Picture | None = None
    scene: Scene | None = Unless


def _as_its_kind(check: Decision) -> dict[str, Any]:
    return check.model_dump(mode="json")


class Principle(Part):
    """One behaviour. Its id never changes: cards and questions refer to it."""

    id: Id
    title: Line
    rule: Line
    meaning: Prose | None = Unless
    do: Points
    dont: Points
    example: Prose | None = Unless
    scene: Scene | None = Unless
    situation: Prose | None = Unless
    """What the decision is about, beside the scene."""
    check: Annotated[Decision, PlainValidator(decisions.decision), PlainSerializer(_as_its_kind)]
    picture: Picture | None = None

    @property
    def situation_title(self) -> str:
        """What the situation is about; it teaches nothing yet where the scene has a title of its own."""
        return (self.scene and self.scene.title) or self.title


class Lesson(Part):
    """One topic in five parts, in one language."""

    id: Id
    language: str
    minutes: WholeNumber | None = Field(default=None, ge=1, le=60, exclude_if=lambda minutes: minutes is None)
    """Not read any more: `lessons.duration` counts words and tasks."""
    title: Line
    promise: Line
    dilemma: Dilemma
    why: Why
    principles: tuple[Principle, ...] = Field(min_length=1)

    def principle(self, principle_id: str) -> Principle:
        return next(principle for principle in self.principles if principle.id == principle_id)


def points(written: Points) -> tuple[str, ...]:
    return (written,) if isinstance(written, str) else written
