"""Texts of a file by a name that stays: with the ids of what they are in, not with its position."""

from collections.abc import Iterable, Mapping
from typing import Any

from lessons.check import id_of
from lessons.reading import Document, Place
from lessons.translation import EVERYWHERE

Texts = Mapping[Place, tuple[Place, str]]
"""By the named place: the place in the document, and the text."""


def texts(document: Document) -> Texts:
    """Return every text of the document except the ids and the language, in its order."""
    found: dict[Place, tuple[Place, str]] = {}
    _collect(document.data, (), (), found)
    return found


def _collect(held: Any, named: Place, place: Place, found: dict[Place, tuple[Place, str]]) -> None:
    """Add the texts in a mapping or a list to `found`. A file has thousands, so that none costs a call."""
    steps: Iterable[tuple[str | int, str | int, Any]]
    if isinstance(held, dict):
        steps = ((key, key, value) for key, value in held.items() if key not in EVERYWHERE)
    else:
        steps = ((id_of(item) or position, position, item) for position, item in enumerate(held))
    for name, step, value in steps:
        if isinstance(value, str):
            found[(*named, name)] = ((*place, step), value)
        else:
            _collect(value, (*named, name), (*place, step), found)


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
