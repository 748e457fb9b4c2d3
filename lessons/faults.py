"""What is wrong with a content folder: where it is, and what to do about it."""

from dataclasses import dataclass

from words import Sentence, Words


@dataclass(frozen=True)
class Fault:
    file: str
    line: int
    what: Sentence

    def in_words(self, words: Words) -> str:
        return f"{self.file}:{self.line}: {words.say(self.what)}"


class FaultyContentError(Exception):
    """Content that cannot be used; carries every fault found in it."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("\n".join(f"{fault.file}:{fault.line}: {fault.what}" for fault in faults))
        self.faults = faults
