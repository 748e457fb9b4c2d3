"""What no single value shows: ids that come twice, a right option that is none. Read off the raw data, so that a
fault elsewhere hides nothing."""

from collections.abc import Iterable, Iterator
from typing import Any

from lessons.model import whole_number
from lessons.reading import Place
from words import Sentence, sentence

Found = tuple[Place, Sentence]
"""A place in the data, and what is wrong there."""


def between_parts(data: Any) -> Iterator[Found]:
    """What is wrong between the parts of one file in the source language."""
    for place, held in _holders(data):
        if isinstance(held, list):
            yield from _repeated_ids(held, place)
        elif isinstance(held.get("options"), list):
            yield from _unknown_right(held, place)
            yield from _same_options(held["options"], (*place, "options"))


def _repeated_ids(items: list[Any], place: Place) -> Iterator[Found]:
    seen: set[str] = set()
    for position, item in enumerate(items):
        if not (item_id := id_of(item)):
            continue
        if item_id in seen:
            what = sentence("the id “{id}” stands here twice; give each its own", id=item_id)
            yield (*place, position, "id"), what
        seen.add(item_id)


def same_options(data: Any) -> Iterator[Found]:
    """The options of each choice that say the same, in whatever language."""
    for place, held in _holders(data):
        if isinstance(held, dict) and isinstance(held.get("options"), list):
            yield from _same_options(held["options"], (*place, "options"))


def _holders(data: Any) -> Iterator[tuple[Place, Any]]:
    """Every list and mapping in `data`, with its place; in no order."""
    waiting: list[tuple[Place, Any]] = [((), data)]
    while waiting:
        place, held = waiting.pop()
        yield place, held
        entries: Iterable[tuple[str | int, Any]] = held.items() if isinstance(held, dict) else enumerate(held)
        waiting += [((*place, key), value) for key, value in entries if isinstance(value, _HOLDERS)]


_HOLDERS = (dict, list)


def _unknown_right(choice: dict[str, Any], place: Place) -> Iterator[Found]:
    right = choice.get("right")
    ids = [id_of(option) for option in choice["options"]]
    if isinstance(right, str) and right and None not in ids and right not in ids:
        what = sentence("no option has the id “{id}” that “right” names; name one of the options", id=right)
        yield (*place, "right"), what


def _same_options(options: list[Any], place: Place) -> Iterator[Found]:
    seen: set[str] = set()
    for position, option in enumerate(options):
        text = option.get("text") if isinstance(option, dict) else None
        said = " ".join(text.split()).casefold() if isinstance(text, str) else ""
        if said in seen:
            yield (*place, position, "text"), sentence("two options say the same; change one")
        elif said:
            seen.add(said)


def id_of(item: Any) -> str | None:
    found = item.get("id") if isinstance(item, dict) else None
    return found if isinstance(found, str) else None


def items_of(data: dict[str, Any], key: str) -> list[Any]:
    """The list under `key`; an empty one where there is none."""
    found = data.get(key)
    return found if isinstance(found, list) else []


def number_of(data: dict[str, Any], *keys: str) -> int | None:
    """The whole number that the keys lead to; none where there is something else."""
    value: Any = data
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return whole_number(value) if isinstance(value, str) else None
