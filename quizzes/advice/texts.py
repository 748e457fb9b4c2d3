"""Texts of a file by a name that stays: with the ids of what they are in, not with its position."""

from collections.abc import Iterator, Mapping
from typing import Any

from lessons.check import id_of
from lessons.reading import Document, Place
from lessons.translation import EVERYWHERE

Texts = Mapping[Place, tuple[Place, str]]
"""By the named place: the place in the document, and the text."""


def texts(document: Document) -> Texts:
    """Return every text of the document except the ids and the language."""
    return {named: (place, text) for named, place, text in _texts(document.data, (), ())}


def _texts(held: Any, named: Place, place: Place) -> Iterator[tuple[Place, Place, str]]:
    if isinstance(held, dict):
        for key, value in held.items():
            if key not in EVERYWHERE:
                yield from _texts(value, (*named, key), (*place, key))
    elif isinstance(held, list):
        for position, item in enumerate(held):
            yield from _texts(item, (*named, id_of(item) or position), (*place, position))
    else:
        yield named, place, held


def position(document: Document, named: Place) -> Place:
    """Return the place in the document of one that is named by ids."""
    held: Any = document.data
    place: Place = ()
    for step in named:
        at = step
        if isinstance(held, list) and isinstance(step, str):
            at = [id_of(item) for item in held].index(step)
        place = (*place, at)
        held = held[at]
    return place
