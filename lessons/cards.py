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
    DIALOGUE = "dialogue"
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
        return self.kind in {CardKind.PRINCIPLE, CardKind.DIALOGUE, CardKind.ANSWER}

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
        """Return the one decision on this card, if any. The dilemma is asked twice: before the lesson and after it.

        A dialogue has many: see `lessons.dialogue`.
        """
        match self.kind:
            case CardKind.WHY | CardKind.DIALOGUE:
                return None
            case CardKind.PRINCIPLE:
                return lesson.principle(self.part).check
            case _:
                return lesson.dilemma


def cards_of(lesson: Lesson, *, has_dialogue: bool) -> Iterator[Card]:
    yield Card(lesson.id, CardKind.DILEMMA, CardKind.DILEMMA)
    yield Card(lesson.id, CardKind.WHY, CardKind.WHY)
    for principle in lesson.principles:
        yield Card(lesson.id, CardKind.PRINCIPLE, principle.id)
    if has_dialogue:
        yield Card(lesson.id, CardKind.DIALOGUE, CardKind.DIALOGUE)
    yield closing_card(lesson.id)


def closing_card(lesson_id: str) -> Card:
    return Card(lesson_id, CardKind.ANSWER, CardKind.ANSWER)
