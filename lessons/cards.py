"""Cards of a lesson, in the order in which they are taken."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from lessons.decisions.decision import Decision
from lessons.decisions.part import Part
from lessons.lesson import Lesson


class CardKind(StrEnum):
    DILEMMA = "dilemma"
    WHY = "why"
    PRINCIPLE = "principle"
    ANSWER = "answer"


@dataclass(frozen=True)
class Card:
    """One step of a lesson. Its id names no language, so that nothing is lost when the language is switched."""

    lesson_id: str
    kind: CardKind
    part: str
    """Id of the principle; the kind, for a kind with one card."""

    @property
    def id(self) -> str:
        return f"{self.lesson_id}/{self.part}"

    @property
    def has_feedback(self) -> bool:
        """True if the card explains the answer before it is left."""
        return self.kind in {CardKind.PRINCIPLE, CardKind.ANSWER}

    def content(self, lesson: Lesson) -> Part:
        """Return what is read and decided on this card."""
        match self.kind:
            case CardKind.WHY:
                return lesson.why
            case CardKind.PRINCIPLE:
                return lesson.principle(self.part)
            case _:
                return lesson.dilemma

    def choice(self, lesson: Lesson) -> Decision | None:
        """Return the decision on this card, if any. The dilemma is asked twice: before the lesson and after it."""
        match self.kind:
            case CardKind.WHY:
                return None
            case CardKind.PRINCIPLE:
                return lesson.principle(self.part).check
            case _:
                return lesson.dilemma


def cards_of(lesson: Lesson) -> Iterator[Card]:
    yield Card(lesson.id, CardKind.DILEMMA, CardKind.DILEMMA)
    yield Card(lesson.id, CardKind.WHY, CardKind.WHY)
    for principle in lesson.principles:
        yield Card(lesson.id, CardKind.PRINCIPLE, principle.id)
    yield Card(lesson.id, CardKind.ANSWER, CardKind.ANSWER)
