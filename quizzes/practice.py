"""Questions to practise with after an attempt that was not passed: one for each principle with a wrong answer."""

from collections.abc import Collection, Iterable

from lessons.decisions.shuffling import rank
from quizzes.content import Course


def draw(course: Course, seed: str, missed: Iterable[str], met: Collection[str]) -> dict[str, str]:
    """Return a question id by principle, drawn by the seed of the attempt: one that the person has not met, nor its
    twin, as long as there is one."""
    seen = {
        *met,
        *(twin for name in met if name in course.questions and (twin := course.questions[name].source.twin)),
    }
    drawn = {}
    for principle in missed:
        of_it = [name for name, question in course.questions.items() if question.source.principle == principle]
        if of_it:
            drawn[principle] = min(of_it, key=lambda name: (name in seen, rank(seed, "practice", name)))
    return drawn
