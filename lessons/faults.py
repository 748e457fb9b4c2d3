"""Faults of a content folder: where each is, and what to do about it."""

from dataclasses import dataclass
from typing import ClassVar, Self

from words import SaidError, Sentence, Words, quoted, sentence

LONGEST_QUOTED = 80
"""Characters of a value in the file that a fault repeats."""


@dataclass(frozen=True)
class Fault:
    file: str
    line: int
    what: Sentence

    form: ClassVar[Sentence] = Sentence("{file}:{line}: {what}")

    @property
    def said(self) -> Sentence:
        values = (("file", self.file), ("line", self.line), ("what", _fit_to_be_said(self.what)))
        return Sentence(self.form.text, values)

    def in_words(self, words: Words) -> str:
        return words.say(self.said)

    def __str__(self) -> str:
        return str(self.said)


class Advice(Fault):
    """A warning: the content can be used, and would be better otherwise."""

    form: ClassVar[Sentence] = sentence("{file}:{line}: warning: {what}")

    @classmethod
    def of(cls, fault: Fault) -> Self:
        return cls(fault.file, fault.line, fault.what)


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
