"""Advice on the options of one decision: those hard to tell apart, and a right one that repeats the situation."""

from collections.abc import Iterator
from itertools import combinations

from lessons.check import Found
from lessons.decisions.choice import Choice
from lessons.reading import Place
from quizzes.advice.vocabulary import stems, words
from words import sentence

SAME_BEGINNING = 5
"""Words. Whoever reads on a phone sees little more of an option before the line ends."""
ALIKE = 0.5
"""Share of the words of two options that both have. From here on people compare words instead of acts."""
REPEATED = 2
"""Words of the situation that the right option alone repeats. One is what any option does."""


def alike(place: Place, choice: Choice) -> Iterator[Found]:
    """Warn of two options that are hard to tell apart. Only for choices: things to be sorted, ordered or ticked one
    by one may well differ in a single word."""
    for one, other in combinations(choice.options, 2):
        ours, theirs = words(one.text), words(other.text)
        at = (*place, "options", other.id, "text")
        if len(ours) >= SAME_BEGINNING and ours[:SAME_BEGINNING] == theirs[:SAME_BEGINNING]:
            what = sentence(
                "the option begins with the same {n} words as “{id}”; begin with what differs",
                n=SAME_BEGINNING,
                id=one.id,
            )
            yield at, what
        elif len({*ours} & {*theirs}) >= ALIKE * len({*ours, *theirs}):
            what = sentence("the option is hard to tell from “{id}”; let more than a word differ", id=one.id)
            yield at, what


def repeating(place: Place, choice: Choice, language: str, situation: str, twin: str = "") -> Iterator[Found]:
    """Warn of a right option that repeats more words of the situation than any other, and alone.

    Words that the `twin`, the situation under which another option is right, has too lead nobody.
    """
    told = stems(situation, language).keys() - stems(twin, language).keys()
    shared = {option.id: told & stems(option.text, language).keys() for option in choice.options}
    alone = {
        each: found.difference(*(theirs for other, theirs in shared.items() if other != each))
        for each, found in shared.items()
    }
    right = alone.pop(choice.right)
    if len(right) >= REPEATED and len(right) > max(map(len, alone.values())):
        written = stems(choice.option(choice.right).text, language)
        yield (
            (*place, "options", choice.right, "text"),
            sentence(
                "of all options only the right one repeats “{words}” from the situation; say it in other words",
                words=", ".join(written[stem] for stem in written if stem in right),
            ),
        )
