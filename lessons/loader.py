"""Reads the catalogue and the lessons of a content folder, and finds every fault on the way."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from lessons.faults import Fault
from lessons.model import Catalogue, Edition, Lesson, Principle, Why
from lessons.reading import Document, read, unsafe
from lessons.translation import laid_over
from words import LANGUAGES, Sentence, sentence

CATALOGUE = "lessons/catalogue.yaml"
LARGEST_PICTURE = 500_000
"""Bytes."""
PICTURES = {".png": b"\x89PNG\r\n\x1a\n", ".jpg": b"\xff\xd8\xff", ".jpeg": b"\xff\xd8\xff", ".webp": b"RIFF"}
"""File names' endings that are allowed, and how such a file begins."""

M = TypeVar("M", bound=BaseModel)


@dataclass
class Reading:
    """One pass over a content folder; it never stops at the first fault."""

    folder: Path
    faults: list[Fault] = field(default_factory=list)

    def document(self, file: str) -> Document | None:
        document, faults = read(self.folder / file, self.folder)
        self.faults += faults
        if document is not None:
            self.faults += unsafe(document)
        return document

    def validated(self, model: type[M], document: Document) -> M | None:
        try:
            return model.model_validate(document.data)
        except ValidationError as error:
            found = error.errors(include_url=False, include_input=True)
            self.faults += [
                document.fault(details["loc"], _in_words(details))
                for details in found
                if not _follows(details, found)
            ]
            return None

    def catalogue(self) -> tuple[Catalogue, Document] | None:
        document = self.document(CATALOGUE)
        if document is None or (catalogue := self.validated(Catalogue, document)) is None:
            return None
        self.faults += _catalogue_faults(catalogue, document)
        logo = catalogue.company.logo
        if logo and (what := _wrong_with_picture(self.folder / "lessons", logo)):
            self.faults.append(document.fault(("company", "logo"), what))
        return catalogue, document

    def edition(self, model: type[M], topic: str, languages: Iterable[str]) -> tuple[Edition[M], Document] | None:
        """A part in all its languages, from `topic`/<language>.yaml, with its source's document."""
        source_language, *others = languages
        source = self._in_language(f"{topic}/{source_language}.yaml", source_language)
        source_text = self.validated(model, source) if source else None
        texts: dict[str, M] = {}
        if source is None or source_text is None:
            for language in others:
                self._in_language(f"{topic}/{language}.yaml", language)
            return None
        texts[source_language] = source_text
        for language in others:
            translation = self._in_language(f"{topic}/{language}.yaml", language)
            if translation is None:
                continue
            whole, faults = laid_over(source, translation)
            self.faults += faults
            text = self.validated(model, whole)
            if text is not None:
                texts[language] = text
        return Edition(texts), source

    def _in_language(self, file: str, language: str) -> Document | None:
        document = self.document(file)
        if document is not None and document.data.get("language") != language:
            self.faults.append(
                document.fault(("language",), sentence("“language” has to be “{language}” here", language=language))
            )
        return document

    def lesson(self, lesson_id: str, languages: Iterable[str]) -> Edition[Lesson] | None:
        loaded = self.edition(Lesson, f"lessons/{lesson_id}", languages)
        if loaded is None:
            return None
        edition, document = loaded
        if edition.source.id != lesson_id:
            self.faults.append(
                document.fault(("id",), sentence("“id” has to be the folder's name, “{id}”", id=lesson_id))
            )
        self.faults += _picture_faults(edition.source, document, self.folder)
        return edition


def _catalogue_faults(catalogue: Catalogue, document: Document) -> Iterator[Fault]:
    for position, language in enumerate(catalogue.languages):
        if language not in LANGUAGES:
            yield document.fault(
                ("languages", position),
                sentence("the interface has no “{language}”; take it out", language=language),
            )
    for place, texts in _texts_by_language(catalogue):
        for language in catalogue.languages:
            if language not in texts:
                yield document.fault(
                    place, sentence("the text in “{language}” is missing; add it", language=language)
                )
        for language in texts:
            if language not in catalogue.languages:
                yield document.fault(
                    (*place, language),
                    sentence("“{language}” is not among the languages of the catalogue", language=language),
                )
    seen: set[str] = set()
    for position, course in enumerate(catalogue.courses):
        if course.id in seen:
            yield document.fault(
                ("courses", position), sentence("the id “{id}” stands here twice; keep one", id=course.id)
            )
        seen.add(course.id)


def _texts_by_language(catalogue: Catalogue) -> Iterator[tuple[tuple[str | int, ...], dict[str, str]]]:
    yield ("company", "name"), catalogue.company.name
    for position, contact in enumerate(catalogue.company.contacts):
        yield ("company", "contacts", position, "name"), contact.name
    for position, course in enumerate(catalogue.courses):
        yield ("courses", position, "title"), course.title
        yield ("courses", position, "commitment"), course.commitment


def _picture_faults(lesson: Lesson, document: Document, folder: Path) -> Iterator[Fault]:
    home = folder / "lessons" / lesson.id
    places: list[tuple[str | int, ...]] = [("why", "picture", "file")]
    places += [("principles", position, "picture", "file") for position in range(len(lesson.principles))]
    parts: tuple[Why | Principle, ...] = (lesson.why, *lesson.principles)
    for place, part in zip(places, parts, strict=True):
        if part.picture and (what := _wrong_with_picture(home, part.picture.file)):
            yield document.fault(place, what)


def _wrong_with_picture(home: Path, file: str) -> Sentence | None:
    picture = home / file
    if not picture.resolve().is_relative_to(home.resolve()):
        return sentence("the picture {file} lies outside its folder; put it there", file=file)
    if picture.suffix.lower() not in PICTURES:
        return sentence("{file} is not a picture that is shown; use PNG, JPEG or WebP", file=file)
    if not picture.is_file():
        return sentence("there is no picture {file}; add it or take the line out", file=file)
    if picture.stat().st_size > LARGEST_PICTURE:
        return sentence(
            "the picture {file} is larger than {n} kB; make it smaller", file=file, n=LARGEST_PICTURE // 1000
        )
    with picture.open("rb") as content:
        if not content.read(16).startswith(PICTURES[picture.suffix.lower()]):
            return sentence("the picture {file} is broken; save it again", file=file)
    return None


def _follows(details: ErrorDetails, found: list[ErrorDetails]) -> bool:
    """Whether a list seems too short only because an item in it is faulty, which is said already."""
    at = details["loc"]
    inside = (other["loc"] for other in found if len(other["loc"]) > len(at))
    return details["type"] == "too_short" and any(loc[: len(at)] == at for loc in inside)


def _in_words(details: ErrorDetails) -> Sentence:
    """What a model refused, as a sentence with the remedy."""
    key = next((str(step) for step in reversed(details["loc"]) if isinstance(step, str)), "")
    context: dict[str, Any] = details.get("ctx") or {}
    value = details["input"] if isinstance(details["input"], str) else ""
    match details["type"]:
        case "content":
            return Sentence(context["text"], tuple((name, held) for name, held in context.items() if name != "text"))
        case "missing":
            return sentence("“{key}” is missing; add it", key=key)
        case "extra_forbidden":
            return sentence("unknown key “{key}”; correct its name or take it out", key=key)
        case "string_too_short":
            return sentence("“{key}” is empty; write its text", key=key)
        case "string_too_long":
            return sentence("“{key}” is longer than {n} characters; shorten it", key=key, n=context["max_length"])
        case "too_short":
            return sentence("“{key}” needs at least {n} items; add them", key=key, n=context["min_length"])
        case "too_long":
            return sentence("“{key}” has more than {n} items; take some out", key=key, n=context["max_length"])
        case "int_parsing" | "int_type":
            return sentence("“{key}” is “{value}”; it has to be a whole number", key=key, value=value)
        case "greater_than_equal":
            return sentence("“{key}” is {value}; it has to be at least {n}", key=key, value=value, n=context["ge"])
        case "less_than_equal":
            return sentence("“{key}” is {value}; it may be {n} at most", key=key, value=value, n=context["le"])
        case "string_pattern_mismatch":
            return sentence("“{key}” is “{value}”; that is not an address", key=key, value=value)
        case "literal_error":
            return sentence(
                "“{key}” is “{value}”; it may be {allowed}", key=key, value=value, allowed=context["expected"]
            )
        case _:
            return sentence("“{key}” has another shape than it needs; compare the bundled course", key=key)
