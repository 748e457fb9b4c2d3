"""Questions of a refresher: drawn by the sitting that was passed and the day, so that they stay the same while it is
open."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

from lessons.decisions.decision import Answer
from lessons.decisions.shuffling import rank
from progress.completion.enrolments import Enrolment, Response
from quizzes import practice
from quizzes.content import Course

QUESTIONS = 2


class Recalled(NamedTuple):
    """An answer in a refresher."""

    days: int
    question: str
    edition: str
    option: Answer
    right: bool


@dataclass(frozen=True)
class Refresher:
    """The refresher that is open for one person in one course."""

    days: int
    seed: str
    questions: tuple[str, ...]
    """Ids, in the order in which they are asked."""
    answers: Mapping[str, Recalled]
    """By question id."""

    @property
    def left(self) -> int:
        """Number of questions without an answer."""
        return len(self.questions) - len(self.answers)

    @property
    def next_number(self) -> int:
        """The number, from 1, of the first question without an answer; one past the last if all have one."""
        open_ones = (n for n, name in enumerate(self.questions, start=1) if name not in self.answers)
        return next(open_ones, len(self.questions) + 1)


class _Memory(IntEnum):
    """What is known of a principle, in the order in which it is asked about again."""

    WEAK = 0
    """The last answer was wrong or a guess."""
    UNTRIED = 1
    """Right in the test, and not asked about since."""
    HELD = 2
    """Right in an earlier refresher."""


def opened(course: Course, enrolment: Enrolment, recalled: Sequence[Recalled], days: int) -> Refresher:
    """Return the refresher of that day; `recalled` are the person's answers in this cycle so far.

    What was answered stays in it, even if the content has changed since.
    """
    answers = {each.question: each for each in recalled if each.days == days}
    earlier = [each for each in recalled if each.days < days]
    sitting = enrolment.passed_sitting
    seed = f"{sitting.seed if sitting else ''} {days}"
    asked_about = {course.questions[name].source.principle for name in answers if name in course.questions}
    drawn = [
        name
        for name in _drawn(course, enrolment, earlier, seed)
        if course.questions[name].source.principle not in asked_about
    ]
    return Refresher(days, seed, (*answers, *drawn)[:QUESTIONS], answers)


def _drawn(course: Course, enrolment: Enrolment, earlier: list[Recalled], seed: str) -> list[str]:
    """Return a question of each principle, the one to ask first at the beginning."""
    memory = _memory(course, enrolment, earlier)
    principles = sorted(memory, key=lambda name: (memory[name], rank(seed, "principle", name)))
    met = {*enrolment.met, *(each.question for each in earlier)}
    return list(practice.draw(course, seed, principles, met).values())


def _memory(course: Course, enrolment: Enrolment, earlier: Iterable[Recalled]) -> dict[str, _Memory]:
    memory = dict.fromkeys(course.principles, _Memory.UNTRIED)
    sitting = enrolment.passed_sitting
    responses = sitting.responses if sitting else {}
    weak = {name: _Memory.WEAK for name, response in responses.items() if _is_weak(response)}
    since = {each.question: _Memory.HELD if each.right else _Memory.WEAK for each in earlier}
    for name, found in (weak | since).items():
        if name in course.questions:
            memory[course.questions[name].source.principle] = found
    return memory


def _is_weak(response: Response) -> bool:
    return not response.right or response.confidence == "guess"
