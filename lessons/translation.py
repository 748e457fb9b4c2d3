"""Translations laid over their source: the same ids, other words, nothing that decides."""

from collections.abc import Collection, Set
from typing import Any

from lessons.check import id_of
from lessons.faults import Fault
from lessons.reading import Document, Place
from words import sentence

SOURCE_ALONE = {"right", "kind", "principle", "minutes", "form", "file", "lesson", "twin", "must", "own", "moves"}
"""Keys that decide something. They are in the source only, so that a translation cannot change them."""
EVERYWHERE = {"id", "language"}
REPEATED = {"id", "event"}
"""Keys that a translation may repeat for its readers; those of the source count."""


def laid_over(
    source: Document,
    translation: Document,
    faulty: Collection[Place] = (),
    deciding: Set[str] = SOURCE_ALONE,
) -> tuple[Document, list[Fault]]:
    """Return the source's data in the translation's words, with the translation's lines, and its faults.

    Places where the source itself is `faulty` are not reported for the translation. The `deciding` keys stay the
    source's.
    """
    overlay = _Overlay(source.file, translation, faulty, deciding)
    data = overlay.mapping(source.data, translation.data, (), ())
    return Document(translation.file, data, overlay.lines), overlay.faults


class _Overlay:
    """`place` is where the words are in the translation, `at` where they go in the result."""

    def __init__(
        self, source_file: str, translation: Document, faulty: Collection[Place], deciding: Set[str]
    ) -> None:
        self.source_file = source_file
        self.deciding = deciding
        # An item without a valid id cannot be matched with one of the translation.
        self.faulty = {place[:-2] if place[-1:] == ("id",) else place for place in faulty}
        self.translation = translation
        self.lines: dict[Place, int] = {}
        self.faults: list[Fault] = []

    def value(self, source: Any, words: Any, place: Place, at: Place) -> Any:
        self.lines[at] = self.translation.line(place)
        if isinstance(source, dict) and isinstance(words, dict):
            return self.mapping(source, words, place, at)
        if isinstance(source, list) and isinstance(words, list):
            return self._items(source, words, place, at)
        if isinstance(source, str) and isinstance(words, str):
            return words
        self._fault(place, at, "this has another shape than in {source}; make them agree")
        return source

    def mapping(self, source: dict[str, Any], words: dict[str, Any], place: Place, at: Place) -> dict[str, Any]:
        self.lines[at] = self.translation.line(place)
        for key in words:
            if key in self.deciding and key in source:
                self._fault(
                    (*place, key),
                    (*at, key),
                    "“{key}” decides something and belongs in {source} only; take it out of the translation",
                    key=key,
                )
            elif key not in source and key not in EVERYWHERE:
                self._fault((*place, key), (*at, key), "unknown key “{key}”; {source} has none of that name", key=key)
        return {key: self._entry(key, source[key], words, place, at) for key in source}

    def _entry(self, key: str, source: Any, words: dict[str, Any], place: Place, at: Place) -> Any:
        if key in REPEATED or key in self.deciding:
            return source
        if key not in words:
            self._fault(place, (*at, key), "“{key}” is not translated; add it", key=key)
            return source
        return self.value(source, words[key], (*place, key), (*at, key))

    def _items(self, source: list[Any], words: list[Any], place: Place, at: Place) -> list[Any]:
        if source and all(id_of(item) is not None for item in source):
            return self._identified(source, words, place, at)
        if len(source) != len(words):
            self._fault(
                place,
                at,
                "{source} has {n} items here, the translation {m}; make them agree",
                n=len(source),
                m=len(words),
            )
            return source
        return [
            self.value(ours, theirs, (*place, position), (*at, position))
            for position, (ours, theirs) in enumerate(zip(source, words, strict=True))
        ]

    def _identified(self, source: list[Any], words: list[Any], place: Place, at: Place) -> list[Any]:
        known = {item["id"] for item in source}
        found: dict[str, int] = {}
        for position, item in enumerate(words):
            item_id = id_of(item)
            if item_id is None:
                self._fault((*place, position), at, "an id is missing; give the one that {source} has")
            elif item_id not in known:
                self._fault((*place, position), at, "the id “{id}” is not in {source}; take it out", id=item_id)
            elif item_id in found:
                self._fault((*place, position), at, "the id “{id}” is here twice; keep one", id=item_id)
            else:
                found[item_id] = position
        items = []
        for position, item in enumerate(source):
            if item["id"] in found:
                theirs = found[item["id"]]
                items.append(self.mapping(item, words[theirs], (*place, theirs), (*at, position)))
            else:
                self._fault(place, at, "the id “{id}” of {source} is not translated; add it", id=item["id"])
                items.append(item)
        return items

    def _fault(self, place: Place, at: Place, text: str, **values: Any) -> None:
        if any(at[:length] in self.faulty for length in range(len(at) + 1)):
            return
        self.faults.append(self.translation.fault(place, sentence(text, source=self.source_file, **values)))
