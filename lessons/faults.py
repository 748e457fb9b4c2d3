"""Faults of a content folder: where each is, and what to do about it."""

from dataclasses import dataclass

from words import SaidError, Sentence, Words, quoted

LONGEST_QUOTED = 80
"""Characters of a value in the file that a fault repeats."""


@dataclass(frozen=True)
class Fault:
    file: str
    line: int
    what: Sentence

    @property
    def said(self) -> Sentence:
        values = (("file", self.file), ("line", self.line), ("what", _fit_to_be_said(self.what)))
        return Sentence("{file}:{line}: {what}", values)

    def in_words(self, words: Words) -> str:
        return words.say(self.said)

    def __str__(self) -> str:
        return str(self.said)


def _fit_to_be_said(what: Sentence) -> Sentence:
    """Return the sentence, and those in it, with every value from the file quoted."""
    values = (
        (name, _fit_to_be_said(value) if isinstance(value, Sentence) else quoted(value, LONGEST_QUOTED))
        for name, value in what.values
    )
    return Sentence(what.text, tuple(values))


class FaultyContentError(SaidError):
    """The content cannot be used. `faults` are all that were found in it."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(*(fault.said for fault in faults))
        self.faults = faults
