"""Scenes: what the learner is shown to decide about, drawn as what it is."""

from pydantic import Field

from lessons.decisions.part import Line, OnlyIfTrue, Part, Prose, Truth, Unless
from lessons.decisions.spot import SceneKind


class SceneLine(Part):
    """What somebody says, a labelled field of a form or a photo, or a line of text."""

    text: Prose
    who: Line | None = Unless
    label: Line | None = Unless
    own: Truth = OnlyIfTrue
    """True for what the reader has written."""


class Scene(Part):
    """A chat, an e-mail, a call, a photo, a plan, a form or a note."""

    kind: SceneKind
    title: Line | None = Unless
    """What happens, in a few words that teach nothing yet."""
    party: Line | None = Unless
    """Who it is with, or what it is: the head of the scene."""
    sender: Line | None = Unless
    recipient: Line | None = Unless
    subject: Line | None = Unless
    when: Line | None = Unless
    caption: Line | None = Unless
    """What stands under it."""
    lines: tuple[SceneLine, ...] = Field(default=(), max_length=12, exclude_if=lambda lines: not lines)
    alt: Line
    """What is shown, in one sentence, for people who do not see it."""
