"""Dialogue of a lesson: a conversation in which each reply leads on by a graph, until an ending."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar, Literal, NamedTuple

from pydantic import Field

from lessons.decisions.part import Id, Line, Part, Prose

Credit = Literal["full", "half", "quarter", "none"]
"""How much a conversation counts. It has nothing to do with the pass mark."""
Outcome = Literal["good", "repaired", "harm"]


class Reply(Part):
    """One of the replies at a node, and where it leads."""

    id: Id
    text: Line
    to: Id
    """Id of a node or of an ending."""
    best: bool = False
    credit: Credit | None = None
    """The credit from here on; None leaves it as it was."""
    note: Line | None = None
    """What followed from the reply, for the debriefing."""


class Node(Part):
    """Something that is said, or an event, and the replies to it."""

    id: Id
    says: Prose
    who: Line | None = None
    """None for an event, which nobody says."""
    event: bool = False
    choices: tuple[Reply, ...] = Field(min_length=2, max_length=6)

    def reply(self, reply_id: str) -> Reply | None:
        return next((reply for reply in self.choices if reply.id == reply_id), None)

    @property
    def best(self) -> Reply:
        return next(reply for reply in self.choices if reply.best)


class Ending(Part):
    """What it came to, and why."""

    id: Id
    title: Line
    text: Prose
    outcome: Outcome
    debrief: Prose
    """The first sentence names the turn; the rest says what counted."""

    @property
    def turn(self) -> str:
        """The first sentence of the debriefing, without its full stop."""
        return self.debrief.partition(". ")[0].removesuffix(".")

    @property
    def counted(self) -> str:
        return self.debrief.partition(". ")[2]


class Exchange(NamedTuple):
    node: Node
    reply: Reply


@dataclass(frozen=True)
class Walk:
    """The replies given so far, and what they led to."""

    steps: tuple[Exchange, ...]
    at: Node | Ending

    @property
    def ending(self) -> Ending | None:
        return self.at if isinstance(self.at, Ending) else None

    @property
    def credit(self) -> Credit:
        set_so_far: list[Credit] = [step.reply.credit for step in self.steps if step.reply.credit is not None]
        return set_so_far[-1] if set_so_far else "full"

    @property
    def fork(self) -> int | None:
        """The position of the first reply that was not the best one; None if all were."""
        return next((number for number, step in enumerate(self.steps) if not step.reply.best), None)


class Dialogue(Part):
    """A conversation in one language. It begins with its first node."""

    deciding: ClassVar[frozenset[str]] = frozenset({"to", "best", "credit", "outcome"})

    id: Id
    title: Line
    intro: Prose
    nodes: tuple[Node, ...] = Field(min_length=1)
    endings: tuple[Ending, ...] = Field(min_length=1)

    def path(self, replies: Sequence[str]) -> Walk:
        """Return the path of these replies, as far as they lead through this edition of the dialogue."""
        at: Node | Ending = self.nodes[0]
        steps: list[Exchange] = []
        for reply_id in replies:
            reply = at.reply(reply_id) if isinstance(at, Node) else None
            if reply is None or not isinstance(at, Node):
                break
            steps.append(Exchange(at, reply))
            at = self._places[reply.to]
        return Walk(tuple(steps), at)

    @property
    def best(self) -> Walk:
        """The path of the best replies. The check makes sure that it ends."""
        at: Node | Ending = self.nodes[0]
        steps: list[Exchange] = []
        while isinstance(at, Node):
            steps.append(Exchange(at, at.best))
            at = self._places[at.best.to]
        return Walk(tuple(steps), at)

    @cached_property
    def _places(self) -> dict[str, Node | Ending]:
        places: tuple[Node | Ending, ...] = (*self.nodes, *self.endings)
        return {place.id: place for place in places}
