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
        values = tuple((name, quoted(value, LONGEST_QUOTED)) for name, value in self.what.values)
        what = Sentence(self.what.text, values)
        return Sentence(self.form.text, (("file", self.file), ("line", self.line), ("what", what)))

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


class FaultyContentError(SaidError):
    """The content cannot be used. `faults` are all that were found in it."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(*(fault.said for fault in faults))
        self.faults = faults
