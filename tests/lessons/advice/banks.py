"""Questions made for a rule: every part that the rule does not look at is the same."""

from collections.abc import Iterable, Sequence

from lessons.check import Found
from quizzes import kinds
from quizzes.kinds.question import Question

SITUATION = "Something that somebody could meet at work this week."
NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def single(name: str, options: Sequence[str], right: int = 0, moves: int | None = None, **more: object) -> Question:
    """A choice between options with the ids a, b, c …; `right` is a position, `moves` that of what lets information
    move."""
    ids = "abcdef"[: len(options)]
    made = [{"id": each, "text": text, "explanation": "Why."} for each, text in zip(ids, options, strict=True)]
    if moves is not None:
        made[moves]["moves"] = "true"
    data = {
        "id": name,
        "principle": "same-care",
        "kind": "single",
        "title": "A title",
        "situation": SITUATION,
        "prompt": "What do you do?",
        "right": ids[right],
        "options": made,
    }
    return kinds.question({**data, **more})


def said(found: Iterable[Found]) -> list[str]:
    return [str(what) for _, what in found]
