"""What an attempt shows of each principle: how much was right, and how sure the learner was of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from progress.completion.enrolments import Attempt, Response


class Understanding(StrEnum):
    """In the order in which they matter: what is surely wrong is done again at work."""

    SURE_AND_WRONG = "sure and wrong"
    WRONG = "wrong"
    GUESSED = "guessed"
    RIGHT = "right"


@dataclass(frozen=True)
class Understood:
    """One principle in one attempt."""

    principle: str
    right: int
    asked: int
    as_a_whole: Understanding
    """The worst of its answers."""


def of_attempt(attempt: Attempt, principle_of: Mapping[str, str]) -> list[Understood]:
    """Return the principles of a finished attempt, the worst first; `principle_of` is by question id, in the order
    of the lesson."""
    by_principle: dict[str, list[Response]] = {principle: [] for principle in principle_of.values()}
    for question, response in attempt.responses.items():
        if question in principle_of:
            by_principle[principle_of[question]].append(response)
    found = [_understood(principle, responses) for principle, responses in by_principle.items() if responses]
    return sorted(found, key=lambda each: list(Understanding).index(each.as_a_whole))


def missed(found: Iterable[Understood]) -> list[str]:
    """Return the principles with a wrong answer."""
    return [each.principle for each in found if each.right < each.asked]


def _understood(principle: str, responses: list[Response]) -> Understood:
    levels = list(Understanding)
    worst = min(levels.index(_of(response)) for response in responses)
    return Understood(principle, sum(response.right for response in responses), len(responses), levels[worst])


def _of(response: Response) -> Understanding:
    if not response.right:
        return Understanding.SURE_AND_WRONG if response.confidence == "sure" else Understanding.WRONG
    return Understanding.GUESSED if response.confidence == "guess" else Understanding.RIGHT
