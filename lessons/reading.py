"""YAML read as data: every value stays a string, every key has its line, and what could do harm is refused.

`strictyaml` refuses the same, but parses in pure Python and limits neither the number of values nor the nesting.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

import yaml

from lessons.faults import Fault
from words import Sentence, sentence

LARGEST_FILE = 300_000
"""Bytes; over twice the bundled bank."""
DEEPEST_NESTING = 20
"""Levels."""
MOST_VALUES = 4_000
"""Values in one file; over twice the bundled bank."""

Place = tuple[str | int, ...]
"""The keys and positions that lead to a value, from the top of the file."""


@dataclass(frozen=True)
class Document:
    """One file's data, with the line on which each value begins."""

    file: str
    data: dict[str, Any]
    lines: dict[Place, int] = field(repr=False)

    def fault(self, place: Place, what: Sentence) -> Fault:
        return Fault(self.file, self.line(place), what)

    def line(self, place: Place) -> int:
        """Return the line of `place`, or of the nearest enclosing place that is in the file."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)


def read(path: Path, folder: Path) -> tuple[Document | None, list[Fault]]:
    """Return the document in `path`, a file of the content folder `folder`; None and the reasons if it is refused."""
    file = path.relative_to(folder).as_posix()

    def refused(what: Sentence, line: int = 1) -> tuple[None, list[Fault]]:
        return None, [Fault(file, line, what)]

    try:
        leads_out = not path.resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError):  # a link that leads to itself
        leads_out = True
    if leads_out:
        return refused(sentence("the file is a link out of the content folder; put the file itself there"))
    try:
        if not path.is_file():
            return refused(sentence("the file is missing; write it, or take its name out of the catalogue"))
        if path.stat().st_size > LARGEST_FILE:
            return refused(sentence("the file is larger than {size} kB; split it", size=LARGEST_FILE // 1000))
        raw = path.read_bytes()
    except OSError:
        return refused(sentence("the file cannot be opened; look at its name and at who may read it"))
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        return refused(sentence("this is not UTF-8 text; save the file as UTF-8"), line)
    if found := [at for end in LINE_ENDS_OF_YAML_ALONE if (at := text.find(end)) >= 0]:
        return refused(_INVISIBLE_CHARACTER, text.count("\n", 0, min(found)) + 1)
    try:
        return _Reader(file, text).document()
    except yaml.YAMLError as error:
        mark = _where_it_began(error)
        line = mark.line + 1 if mark else _line_of_byte(text, getattr(error, "position", 0))
        # Where the last line has no end, the parser is at the next one already.
        line = min(line, text.count("\n") + 1)
        return refused(sentence("this is not valid YAML; check the indentation, the colons and the quotes"), line)
    except _RefusedError as error:
        return refused(error.what, error.line)


def _where_it_began(error: yaml.YAMLError) -> yaml.Mark | None:
    """Return the mark of the mistake: for a quote that is never closed, where it opens, not where the file ends."""
    problem: yaml.Mark | None = getattr(error, "problem_mark", None)
    context: yaml.Mark | None = getattr(error, "context_mark", None)
    is_unclosed = "quoted" in (getattr(error, "context", None) or "")
    return context if context and is_unclosed else problem or context


def _line_of_byte(text: str, position: int) -> int:
    """Return the line, from 1, of a position in bytes, as the parser counts."""
    return text.encode()[:position].count(b"\n") + 1


class _RefusedError(Exception):
    def __init__(self, what: Sentence, line: int) -> None:
        super().__init__(str(what))
        self.what = what
        self.line = line


class _Reader:
    """Builds the data from the parser's events, so that no alias is expanded and no object constructed."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.next_event: Callable[[], Any] = yaml.CBaseLoader(text).get_event
        self.lines: dict[Place, int] = {}
        self.repeated: list[tuple[str, int]] = []
        """Keys that their mapping has already, each with its line."""

    def document(self) -> tuple[Document | None, list[Fault]]:
        data: Any = None
        documents = 0
        while not isinstance(event := self.next_event(), yaml.StreamEndEvent):
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self._refuse(event, sentence("a second document begins here; a file holds one"))
            elif isinstance(event, yaml.NodeEvent):
                self._enter(event, ())
                data = self._value(event, ())
        faults = [
            Fault(self.file, line, sentence("the key “{key}” is here twice; keep one", key=key))
            for key, line in self.repeated
        ]
        if not isinstance(data, dict):
            faults.append(Fault(self.file, 1, sentence("the file is not a list of keys and values")))
            return None, faults
        return Document(self.file, data, self.lines), faults

    # A file has thousands of events, so that each is told apart by its exact type, as few times as possible.

    def _value(self, event: Any, place: Place) -> Any:
        self._refuse_extras(event)
        if (kind := type(event)) is yaml.ScalarEvent:
            return event.value
        return self._mapping(place) if kind is yaml.MappingStartEvent else self._sequence(place)

    def _mapping(self, place: Place) -> dict[str, Any]:
        mapping: dict[str, Any] = {}
        while (kind := type(event := self.next_event())) is not yaml.MappingEndEvent:
            if kind is not yaml.ScalarEvent:
                self._refuse(event, sentence("a key has to be plain text"))
            key = event.value
            inside = (*place, key)
            if key in mapping:
                self.repeated.append((key, _line(event)))
            self._enter(event, inside)
            self._refuse_extras(event)
            mapping[key] = self._value(self.next_event(), inside)
        return mapping

    def _sequence(self, place: Place) -> list[Any]:
        items: list[Any] = []
        while type(event := self.next_event()) is not yaml.SequenceEndEvent:
            inside = (*place, len(items))
            self._enter(event, inside)
            items.append(self._value(event, inside))
        return items

    def _enter(self, event: Any, place: Place) -> None:
        """Note the line on which a place begins: for a key with its value, the line of the key."""
        self.lines.setdefault(place, _line(event))
        if len(place) > DEEPEST_NESTING:
            self._refuse(event, sentence("the nesting is deeper than {n} levels", n=DEEPEST_NESTING))
        if len(self.lines) + len(self.repeated) > MOST_VALUES:
            self._refuse(event, sentence("the file holds more than {n} values; split it", n=MOST_VALUES))

    def _refuse_extras(self, event: Any) -> None:
        if event.anchor:  # an alias is known by one too
            self._refuse(event, sentence("anchors (&) and aliases (*) are not allowed; write the text out"))
        if event.tag:
            self._refuse(event, sentence("tags (!) are not allowed; leave it out"))

    def _refuse(self, event: Any, what: Sentence) -> NoReturn:
        raise _RefusedError(what, _line(event))


def _line(event: Any) -> int:
    line: int = event.start_mark.line
    return line + 1


_HTML = re.compile(r"<[A-Za-z/!?]")
# Every branch begins with a character that is rare in prose, so that the search skips ahead to it.
_LINK = re.compile(r"\](?:\s*[(\[]|:)|:(?<=\bhttp:)|:(?<=\bhttps:)|:(?<=\bjavascript:)|\.(?<=\bwww\.)", re.IGNORECASE)
_INVISIBLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
_INVISIBLE_CHARACTER = sentence("there is an invisible control character here; delete it")
_UNSAFE = (
    (_HTML, sentence("HTML is not allowed; write plain text or Markdown")),
    (_LINK, sentence("links out of the content folder are not allowed; take it out")),
    (_INVISIBLE, _INVISIBLE_CHARACTER),
)

LINE_ENDS_OF_YAML_ALONE = "\x85\u2028\u2029"
"""Line ends for YAML but not for editors, so that line numbers after one would be wrong."""


def texts(data: Any) -> Iterator[tuple[Place, str]]:
    """Yield every string in `data`, with its place, in no order."""
    waiting: list[tuple[Place, Any]] = [((), data)]
    while waiting:
        place, held = waiting.pop()
        if isinstance(held, dict):
            waiting += [((*place, key), value) for key, value in held.items()]
        elif isinstance(held, list):
            waiting += [((*place, position), value) for position, value in enumerate(held)]
        else:
            yield place, held


def _strings(data: Any) -> Iterator[str]:
    waiting = [data]
    while waiting:
        held = waiting.pop()
        if isinstance(held, dict):
            waiting += held.values()
        elif isinstance(held, list):
            waiting += held
        else:
            yield held


def unsafe(document: Document) -> list[Fault]:
    """Return the faults of strings that would do more on a screen than be read."""
    # One search over all strings together, instead of thousands, in the usual case of nothing suspect.
    together = "\n".join(_strings(document.data))
    suspected = [(pattern, what) for pattern, what in _UNSAFE if pattern.search(together)]
    if not suspected:
        return []
    return [
        document.fault(place, what)
        for place, text in texts(document.data)
        for pattern, what in suspected
        if pattern.search(text)
    ]
