"""YAML read as data, never run: every value stays text, every key knows its line, nothing hostile gets in."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

import yaml

from lessons.faults import Fault
from words import Sentence, sentence

LARGEST_FILE = 1_000_000
"""Bytes. The bundled course is under a tenth of it."""
DEEPEST_NESTING = 20

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
        """The line of `place`, or of the nearest thing around it that stands in the file."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)


def read(path: Path, folder: Path) -> tuple[Document | None, list[Fault]]:
    """The document in `path`, a file of the content folder `folder`; or none, and why."""
    file = path.relative_to(folder).as_posix()

    def refused(what: Sentence, line: int = 1) -> tuple[None, list[Fault]]:
        return None, [Fault(file, line, what)]

    try:
        leads_out = not path.resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError):  # a link that leads to itself
        leads_out = True
    if leads_out:
        return refused(sentence("the file is a link out of the content folder; put the file itself there"))
    if not path.is_file():
        return refused(sentence("the file is missing; write it, or take its name out of the catalogue"))
    if path.stat().st_size > LARGEST_FILE:
        return refused(sentence("the file is larger than {size} MB; split it", size=LARGEST_FILE // 1_000_000))
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        return refused(sentence("this is not UTF-8 text; save the file as UTF-8"), line)
    try:
        return _Reader(file, text).document()
    except yaml.YAMLError as error:
        mark = _where_it_began(error)
        return refused(
            sentence("this is not valid YAML; check the indentation, the colons and the quotes"),
            mark.line + 1 if mark else _line_of_byte(text, getattr(error, "position", 0)),
        )
    except _RefusedError as error:
        return refused(error.what, error.line)


def _where_it_began(error: yaml.YAMLError) -> yaml.Mark | None:
    """Where the mistake stands: for a quote that is never closed where it opens, not where the file ends."""
    problem: yaml.Mark | None = getattr(error, "problem_mark", None)
    context: yaml.Mark | None = getattr(error, "context_mark", None)
    is_unclosed = "quoted" in (getattr(error, "context", None) or "")
    return context if context and is_unclosed else problem or context


def _line_of_byte(text: str, position: int) -> int:
    """The parser counts bytes; a Czech text has more of them than characters."""
    return text.encode()[:position].count(b"\n") + 1


class _RefusedError(Exception):
    def __init__(self, what: Sentence, line: int) -> None:
        super().__init__(str(what))
        self.what = what
        self.line = line


class _Reader:
    """Builds the data straight from the parser's events, so that nothing is ever expanded or constructed."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.events: Iterator[yaml.Event] = yaml.parse(text, Loader=yaml.CBaseLoader)
        self.lines: dict[Place, int] = {}
        self.faults: list[Fault] = []

    def document(self) -> tuple[Document | None, list[Fault]]:
        data: Any = None
        documents = 0
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self._refuse(event, sentence("a second document begins here; a file holds one"))
            elif isinstance(event, yaml.NodeEvent):
                data = self._value(event, ())
        if not isinstance(data, dict):
            self.faults.append(Fault(self.file, 1, sentence("the file is not a list of keys and values")))
            return None, self.faults
        return Document(self.file, data, self.lines), self.faults

    def _value(self, event: yaml.Event, place: Place) -> Any:
        self.lines.setdefault(place, _line(event))
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            self._refuse(event, sentence("anchors (&) and aliases (*) are not allowed; write the text out"))
        if getattr(event, "tag", None):
            self._refuse(event, sentence("tags (!) are not allowed; leave it out"))
        if len(place) > DEEPEST_NESTING:
            self._refuse(event, sentence("the nesting is deeper than {n} levels", n=DEEPEST_NESTING))
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(place)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(place)
        return str(event.value) if isinstance(event, yaml.ScalarEvent) else None

    def _mapping(self, place: Place) -> dict[str, Any]:
        mapping: dict[str, Any] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent):
                self._refuse(event, sentence("a key has to be plain text"))
            key = self._value(event, (*place, event.value))
            if key in mapping:
                self.faults.append(
                    Fault(
                        self.file,
                        _line(event),
                        sentence("the key “{key}” stands here twice; keep one", key=key),
                    )
                )
            mapping[key] = self._value(next(self.events), (*place, key))
        return mapping

    def _sequence(self, place: Place) -> list[Any]:
        items: list[Any] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            items.append(self._value(event, (*place, len(items))))
        return items

    def _refuse(self, event: yaml.Event, what: Sentence) -> NoReturn:
        raise _RefusedError(what, _line(event))


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


_HTML = re.compile(r"<[A-Za-z/!?]")
_LINK = re.compile(r"\]\s*[(\[]|\]:|\bhttps?:|\bwww\.|\bjavascript:", re.IGNORECASE)
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


def texts(data: Any, place: Place = ()) -> Iterator[tuple[Place, str]]:
    """Every text in `data`, with its place."""
    if isinstance(data, dict):
        for key, value in data.items():
            yield from texts(value, (*place, key))
    elif isinstance(data, list):
        for position, value in enumerate(data):
            yield from texts(value, (*place, position))
    else:
        yield place, data


def unsafe(document: Document) -> list[Fault]:
    """The faults of texts that would do more on a screen than be read."""
    faults = []
    for place, text in texts(document.data):
        if _HTML.search(text):
            faults.append(document.fault(place, sentence("HTML is not allowed; write plain text or Markdown")))
        if _LINK.search(text):
            faults.append(
                document.fault(place, sentence("links out of the content folder are not allowed; take it out"))
            )
        if _UNSEEN.search(text):
            faults.append(document.fault(place, sentence("an invisible control character stands here; delete it")))
    return faults
