"""Decisions about a message, form or note: which of its phrases must not leave, or are to be noticed."""

import re
from typing import Literal, Self

from pydantic import model_validator

from lessons.decisions.multiple import Multiple
from lessons.decisions.part import Line, Part, Prose, Unless, refused

SceneKind = Literal["chat", "email", "call", "photo", "plan", "form", "note"]

PHRASE = re.compile(r"{([a-z0-9-]+)}")


class Artefact(Part):
    """The text in which phrases are marked: `{id}` stands where an option's words go."""

    kind: SceneKind
    sender: Line | None = Unless
    recipient: Line | None = Unless
    subject: Line | None = Unless
    text: Prose


class Spot(Multiple):
    """The answer is a list of the ids of the phrases marked, sorted."""

    artefact: Artefact

    @model_validator(mode="after")
    def _every_phrase_once(self) -> "Spot":
        if sorted(PHRASE.findall(self.artefact.text)) != sorted(self.ids):
            raise refused("the text of the artefact has to hold “{{id}}” once for every option")
        return self

    def as_drawn(self, seed: str, name: str) -> Self:  # noqa: ARG002 - phrases stand where the text has them
        """Return the decision with its options in the order of the text, whatever the seed."""
        return self.model_copy(
            update={"options": tuple(self.option(each) for each in PHRASE.findall(self.artefact.text))}
        )
