"""Faults that no single value shows, such as repeated ids or a right option that does not exist. Found in the raw
data, so that a fault elsewhere hides none of them."""

from collections.abc import Iterable, Iterator
from typing import Any

from lessons.decisions.part import is_id
from lessons.model import whole_number
from lessons.reading import Place
from words import Sentence, sentence

Found = tuple[Place, Sentence]
"""Place in the data, and the sentence about the fault there."""


def between_parts(data: Any) -> Iterator[Found]:
    """Yield the faults between the parts of one file in the source language."""
    yield from unlike_twins(data)
    for place, held in _holders(data):
        if isinstance(held, list):
            yield from _repeated_ids(held, place)
        else:
            if isinstance(held.get("options"), list):
                yield from _unknown_right(held, place)
            yield from _said_twice(held, place)


def _repeated_ids(items: list[Any], place: Place) -> Iterator[Found]:
    found: set[str] = set()
    for position, item in enumerate(items):
        if not (item_id := id_of(item)):
            continue
        if item_id in found:
            what = sentence("the id “{id}” is here twice; give each its own", id=item_id)
            yield (*place, position, "id"), what
        found.add(item_id)


def same_options(data: Any) -> Iterator[Found]:
    """Yield the options of a decision that have the same words, in any language."""
    for place, held in _holders(data):
        if isinstance(held, dict):
            yield from _said_twice(held, place)


def _said_twice(decision: dict[str, Any], place: Place) -> Iterator[Found]:
    for key in ("options", "answers"):
        yield from _same_options(items_of(decision, key), (*place, key))


def _holders(data: Any) -> Iterator[tuple[Place, Any]]:
    """Yield every list and mapping in `data`, with its place, in no order."""
    waiting: list[tuple[Place, Any]] = [((), data)]
    while waiting:
        place, held = waiting.pop()
        yield place, held
        entries: Iterable[tuple[str | int, Any]] = held.items() if isinstance(held, dict) else enumerate(held)
        waiting += [((*place, key), value) for key, value in entries if isinstance(value, _HOLDERS)]


_HOLDERS = (dict, list)


def _unknown_right(decision: dict[str, Any], place: Place) -> Iterator[Found]:
    """Yield the ids under `right` that no option has: it names one, a list of several, or a category by option."""
    right = decision.get("right")
    ids = [id_of(option) for option in decision["options"]]
    named: dict[Place, Any] = {("right",): right}
    if isinstance(right, list):
        named = {("right", n): each for n, each in enumerate(right)}
    elif isinstance(right, dict):
        named = {("right", each): each for each in right}
    for keys, each in named.items():
        if isinstance(each, str) and each and None not in ids and each not in ids:
            what = sentence("no option has the id “{id}” that “right” names; name one of the options", id=each)
            yield (*place, *keys), what


def _same_options(options: list[Any], place: Place) -> Iterator[Found]:
    found: set[str] = set()
    for position, option in enumerate(options):
        text = option.get("text") if isinstance(option, dict) else None
        said = " ".join(text.split()).casefold() if isinstance(text, str) else ""
        if said in found:
            yield (*place, position, "text"), sentence("two options say the same; change one")
        elif said:
            found.add(said)


def unlike_twins(data: dict[str, Any]) -> Iterator[Found]:
    """Yield what is wrong between the questions of a bank and their twins, in any language.

    A form leaves out one of two: that they name each other and are about one principle is relied on there.
    """
    questions = [each for each in items_of(data, "questions") if isinstance(each, dict)]
    by_id = {id_of(question): question for question in questions}
    for position, question in enumerate(items_of(data, "questions")):
        name = question.get("twin") if isinstance(question, dict) else None
        if not isinstance(name, str) or not is_id(name):
            continue
        place: Place = ("questions", position, "twin")
        twin = by_id.get(name)
        if twin is None or name == id_of(question):
            yield place, sentence("the bank has no other question “{id}”; correct “twin” or take it out", id=name)
        elif twin.get("twin") != id_of(question):
            yield place, sentence("“{id}” does not name this question; let the twins name each other", id=name)
        elif twin.get("principle") != question.get("principle"):
            yield place, sentence("“{id}” is about another principle; give twins the same one", id=name)
        else:
            yield from _unlike_options(question, twin, ("questions", position, "options"))


def _unlike_options(question: dict[str, Any], twin: dict[str, Any], place: Place) -> Iterator[Found]:
    """Yield the options of a question that its twin does not have in the same words."""
    said = {id_of(option): option.get("text") for option in items_of(twin, "options") if isinstance(option, dict)}
    for position, option in enumerate(items_of(question, "options")):
        name = id_of(option)
        texts = option.get("text") if name else None, said.get(name)
        if name and (name not in said or (all(isinstance(text, str) for text in texts) and texts[0] != texts[1])):
            yield (
                (*place, position, "text"),
                sentence("the twin has no option “{id}” in these words; give twins the same options", id=name),
            )


def id_of(item: Any) -> str | None:
    found = item.get("id") if isinstance(item, dict) else None
    return found if isinstance(found, str) else None


def items_of(data: dict[str, Any], key: str) -> list[Any]:
    """Return the list under `key`; an empty one if there is none."""
    found = data.get(key)
    return found if isinstance(found, list) else []


def number_of(data: dict[str, Any], *keys: str) -> int | None:
    """Return the whole number that the keys lead to; None if it is anything else."""
    value: Any = data
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return whole_number(value) if isinstance(value, str) else None
