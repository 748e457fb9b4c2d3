"""Drawing of a form from the banks: by a seed alone, the same for ever and everywhere."""

from collections import Counter
from collections.abc import Collection

from lessons.decisions.shuffling import rank
from quizzes.content import Bank, Course


def draw(course: Course, seed: str, met: Collection[str] = ()) -> tuple[str, ...]:
    """Return the question ids of one attempt, in the order in which they are asked.

    Every principle is met as often as the form asks. Questions in `met`, those of earlier attempts, are
    drawn only when there are no others.
    """
    drawn = [question for bank in course.banks for question in _from_bank(bank, seed, met)]
    return tuple(sorted(drawn, key=lambda question: rank(seed, "order", question)))


def _without_twins(bank: Bank, ranked: list[str]) -> list[str]:
    """Leave out each question whose twin comes before it: it would give the other one away."""
    kept: list[str] = []
    for question in ranked:
        twin = bank.questions[question].source.twin
        if twin not in kept:
            kept.append(question)
    return kept


def _from_bank(bank: Bank, seed: str, met: Collection[str]) -> list[str]:
    """Draw what each principle needs first, then the rest, spread as evenly as possible over the principles, so that
    one attempt does not use up the questions of one principle."""
    ranked = _without_twins(
        bank, sorted(bank.questions, key=lambda question: (question in met, rank(seed, "question", question)))
    )
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
