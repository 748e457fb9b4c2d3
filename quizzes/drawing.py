"""Draws a form from the banks, and its options' order: by a seed alone, the same for ever and everywhere."""

import hashlib
from collections import Counter
from collections.abc import Collection, Sequence

from lessons.model import Choice, Option
from quizzes.content import Bank, Course


def draw(course: Course, seed: str, met: Collection[str] = ()) -> tuple[str, ...]:
    """The ids of the questions of one attempt, in their order.

    Every principle is met as often as the form asks. Questions in `met`, those of earlier attempts, are
    drawn only when there are no others.
    """
    drawn = [question for bank in course.banks for question in _from_bank(bank, seed, met)]
    return tuple(sorted(drawn, key=lambda question: _rank(seed, "order", question)))


def _from_bank(bank: Bank, seed: str, met: Collection[str]) -> list[str]:
    """First what each principle has to have, then the rest, spread over the principles as evenly as can be: so the
    questions of one principle are not used up by one attempt."""
    ranked = sorted(bank.questions, key=lambda question: (question in met, _rank(seed, "question", question)))
    asked: Counter[str] = Counter()
    turns: dict[str, int] = {}
    for question in ranked:
        principle = bank.questions[question].source.principle
        turns[question] = asked[principle]
        asked[principle] += 1
    needed = [question for question in ranked if turns[question] < bank.form.each_principle]
    others = [question for question in ranked if turns[question] >= bank.form.each_principle]
    others.sort(key=lambda question: (question in met, turns[question]))
    return (needed + others)[: bank.form.questions]


def in_order(choice: Choice, seed: str, name: str) -> Sequence[Option]:
    """The options of `choice` as the person who got `seed` sees them; `name` tells choices apart."""
    return sorted(choice.options, key=lambda option: _rank(seed, "option", name, option.id))


def _rank(*parts: str) -> bytes:
    return hashlib.sha256("\0".join(parts).encode()).digest()
