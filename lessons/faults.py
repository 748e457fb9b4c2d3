"""What is wrong with a content folder: where it is, and what to do about it."""

from dataclasses import dataclass
from typing import Any

from words import Sentence, Words

LONGEST_QUOTED = 80
"""Letters."""


@dataclass(frozen=True)
class Fault:
    file: str
    line: int
    what: Sentence

    def in_words(self, words: Words) -> str:
        return f"{self.file}:{self.line}: {words.say(self._fit_to_say)}"

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self._fit_to_say}"

    @property
    def _fit_to_say(self) -> Sentence:
        return Sentence(self.what.text, tuple((name, quoted(value)) for name, value in self.what.values))


def quoted(written: Any) -> str:
    """What stands in a file, fit to be repeated: short, in one line, steering no terminal."""
    safe = "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in str(written))
    return safe if len(safe) <= LONGEST_QUOTED else f"{safe[: LONGEST_QUOTED - 1]}…"


class FaultyContentError(Exception):
    """Content that cannot be used; carries every fault found in it."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = faults
