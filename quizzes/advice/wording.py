"""Advice on the words of one file: sentences that tire, and pictures that are not described."""

import re
from collections.abc import Iterator

from lessons.check import Found
from lessons.reading import Place
from quizzes.advice.vocabulary import length, sentences
from words import sentence

LONGEST_SENTENCE = 25
"""Words. Guides to plain language for people who read a second language advise at most 20 to 25."""
SHORTEST_ALT = 3
"""Words of an alternative text. “A photo” tells nobody what is on it."""
NAME_OF_FILE = re.compile(r"\S\.(?:png|jpe?g|webp|svg)\b", re.IGNORECASE)


def wording(place: Place, text: str) -> Iterator[Found]:
    """Warn of what is wrong with the words of one text."""
    if len(text) > 2 * LONGEST_SENTENCE:  # shorter ones cannot have as many words
        for each in sentences(text):
            if len(each.split()) > LONGEST_SENTENCE and (n := length(each)) > LONGEST_SENTENCE:
                what = sentence(
                    "a sentence of {n} words: “{beginning}…”; split it, so that none has more than {most}",
                    n=n,
                    beginning=" ".join(each.split()[:4]),
                    most=LONGEST_SENTENCE,
                )
                yield place, what
    if place[-1] == "alt" and (len(text.split()) < SHORTEST_ALT or NAME_OF_FILE.search(text)):
        yield (
            place,
            sentence("“alt” does not say what is shown; describe it in a sentence for people who cannot see it"),
        )
