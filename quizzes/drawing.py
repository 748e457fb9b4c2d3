"""Drawing of a form from the banks: by a seed alone, the same for ever and everywhere."""

from collections import Counter
from collections.abc import Collection, Mapping

from lessons.decisions.shuffling import rank
from quizzes.content import Bank, Course


def draw(course: Course, seed: str, met: Collection[str] = (), more: int = 0) -> tuple[str, ...]:
    """Return the question ids of one attempt, in the order in which they are asked; `more` of each principle than
    the form asks, as far as the bank has them.

    Every principle is met as often as the form asks. Questions in `met`, those of earlier attempts, are
    drawn only when there are no others, and their twins, whose options are known, only before those.
    """
    drawn = [question for bank in course.banks for question in _from_bank(bank, more, seed, met)]
    return tuple(sorted(drawn, key=lambda question: rank(seed, "order", question)))


def draw_by_principle(
    course: Course, seed: str, wanted: Mapping[str, int], met: Collection[str] = ()
) -> tuple[str, ...]:
    """Return as many questions of each principle as `wanted` says, in the order of its principles, as far as the bank
    has them. Those in `met` and their twins come last, as in `draw`."""
    by_principle: dict[str, list[str]] = {principle: [] for principle in wanted}
    for bank in course.banks:
        for question in _ranked(bank, seed, met):
            principle = bank.questions[question].source.principle
            if len(by_principle.get(principle, ())) < wanted.get(principle, 0):
                by_principle[principle].append(question)
    return tuple(question for questions in by_principle.values() for question in questions)


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


def _ranked(bank: Bank, seed: str, met: Collection[str]) -> list[str]:
    """Return the questions in the order in which they are taken, the familiar ones last, without twins."""
    return _without_twins(
        bank,
        sorted(
            bank.questions,
            key=lambda question: (_familiarity(bank, question, met), rank(seed, "question", question)),
        ),
    )


def _from_bank(bank: Bank, more: int, seed: str, met: Collection[str]) -> list[str]:
    """Draw what each principle needs first, then the rest, spread as evenly as possible over the principles, so that
    one attempt does not use up the questions of one principle."""
    known = {question: _familiarity(bank, question, met) for question in bank.questions}
    ranked = _ranked(bank, seed, met)
    asked: Counter[str] = Counter()
    turns: dict[str, int] = {}
    for question in ranked:
        principle = bank.questions[question].source.principle
        turns[question] = asked[principle]
        asked[principle] += 1
    each_principle = bank.form.each_principle + more
    needed = [question for question in ranked if turns[question] < each_principle]
    others = [question for question in ranked if turns[question] >= each_principle]
    others.sort(key=lambda question: (known[question], turns[question]))
    return (needed + others)[: bank.form.questions + more * len(asked)]
