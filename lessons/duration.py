"""How long content takes: counted from its words and tasks, in the language it is read in."""

from typing import Any

from lessons.decisions.decision import Decision
from lessons.decisions.part import Part
from lessons.dialogue import Dialogue

WORDS_A_MINUTE = {"cs": 165, "en": 200}
"""Words that people read on a screen in a minute. Czech says with fewer and longer words what English says with more;
any other language is counted as English."""
THINKING = 10
"""Seconds that a decision takes beside its reading."""
UNREAD = {"id", "kind", "file", "right", "must", "twin", "principle", "language", "hint", "alt", "minutes"}
"""Keys whose values are not read on the way."""
EXPLANATIONS = {"options": {"__all__": {"explanation"}}}


def seconds(language: str, part: Part, *, is_explained: bool = True) -> float:
    """Return the seconds that a part takes, the decision in it included; without what is said after the decision if
    it is not explained."""
    text = part.model_dump(mode="json", exclude=None if is_explained else EXPLANATIONS)
    read = 60 * words(text) / WORDS_A_MINUTE.get(language, WORDS_A_MINUTE["en"])
    decides = isinstance(part, Decision) or isinstance(getattr(part, "check", None), Decision)
    return read + THINKING * decides


def seconds_of_talk(language: str, dialogue: Dialogue) -> float:
    """Return the seconds of a dialogue along the best path: every reply at each of its nodes is read."""
    nodes = [step.node for step in dialogue.best.steps]
    read = words([[node.says, *(reply.text for reply in node.choices)] for node in nodes])
    return 60 * read / WORDS_A_MINUTE.get(language, WORDS_A_MINUTE["en"]) + THINKING * len(nodes)


def words(data: Any) -> int:
    """Return the number of words in the values that are read."""
    if isinstance(data, str):
        return len(data.split())
    if isinstance(data, dict):
        return sum(words(value) for key, value in data.items() if key not in UNREAD)
    return sum(map(words, data)) if isinstance(data, list | tuple) else 0


def minutes(taken: float) -> int:
    """Return whole minutes, at least one."""
    return max(1, round(taken / 60))
