"""Drawing of a form from the banks: by a seed alone, the same for ever and everywhere."""

from collections import Counter
from collections.abc import Collection

from lessons.decisions.shuffling import rank
from quizzes.content import Bank, Course


def draw(course: Course, seed: str, met: Collection[str] = ()) -> tuple[str, ...]:
    """Return the question ids of one attempt, in the order in which they are asked.

    Every principle is met as often as the form asks. Questions in `met`, those of earlier attempts, are
    drawn only when there are no others, and their twins, whose options are known, only before those.
    """
    drawn = [question for bank in course.banks for question in _from_bank(bank, seed, met)]
    return tuple(sorted(drawn, key=lambda question: rank(seed, "order", question)))


def _familiarity(bank: Bank, question: str, met: Collection[str]) -> int:
    """0 for a question that is new to the person, 1 if its twin was met, 2 if it was met itself."""
    return 2 if question in met else int(bank.questions[question].source.twin in met)


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
    known = {question: _familiarity(bank, question, met) for question in bank.questions}
    ranked = _without_twins(
        bank, sorted(bank.questions, key=lambda question: (known[question], rank(seed, "question", question)))
    )
    asked: Counter[str] = Counter()
    turns: dict[str, int] = {}
    for question in ranked:
        principle = bank.questions[question].source.principle
        turns[question] = asked[principle]
        asked[principle] += 1
    needed = [question for question in ranked if turns[question] < bank.form.each_principle]
    others = [question for question in ranked if turns[question] >= bank.form.each_principle]
    others.sort(key=lambda question: (known[question], turns[question]))
    return (needed + others)[: bank.form.questions]
