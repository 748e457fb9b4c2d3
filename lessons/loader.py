"""Reading of a content folder's catalogue and lessons, which collects every fault on the way."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from lessons.check import Found, between_parts, items_of, same_options, unlike_twins
from lessons.decisions.part import Part
from lessons.dialogue import Dialogue
from lessons.dialogue_check import between_nodes, same_replies
from lessons.faults import Fault
from lessons.guide import Guide, wrong_ways
from lessons.lesson import Lesson, Principle, Why
from lessons.model import Catalogue, Edition
from lessons.pictures.files import wrong_with_logo, wrong_with_picture
from lessons.pledges import Pledges, of_no_principle
from lessons.reading import Document, Place, read, unsafe
from lessons.translation import SOURCE_ALONE, laid_over
from words import LANGUAGES, Sentence, sentence

CATALOGUE = "lessons/catalogue.yaml"

M = TypeVar("M", bound=Part)


@dataclass
class Reading:
    """One pass over a content folder; it never stops at the first fault."""

    folder: Path
    faults: list[Fault] = field(default_factory=list)
    documents: dict[str, Document] = field(default_factory=dict)
    """Files that were read, by name."""

    def document(self, file: str) -> Document | None:
        document, faults = read(self.folder / file, self.folder)
        self.faults += faults
        if document is not None:
            self.documents[file] = document
            self.faults += unsafe(document)
        return document

    def checked(self, model: type[M], document: Document) -> tuple[M | None, set[Place]]:
        """Return the part in a source's document, None if it is faulty, and the places of its faults."""
        found = list(between_parts(document.data))
        part, refused = _validated(model, document)
        found += refused
        self.faults += [document.fault(place, what) for place, what in found]
        return part, {place for place, _ in found}

    def catalogue(self) -> tuple[Catalogue | None, Document | None]:
        document = self.document(CATALOGUE)
        if document is None:
            return None, None
        self.faults += _repeated_languages(document)
        catalogue, _ = self.checked(Catalogue, document)
        if catalogue is not None:
            self.faults += _catalogue_faults(catalogue, document)
            logo = catalogue.company.logo
            if logo and (what := wrong_with_logo(self.folder / "lessons", logo)):
                self.faults.append(document.fault(("company", "logo"), what))
        return catalogue, document

    def edition(
        self, model: type[M], topic: str, languages: Iterable[str]
    ) -> tuple[Edition[M] | None, Document | None]:
        """Return a part in all its languages, read from `topic`/<language>.yaml, and its source's document."""
        return self._edition(model, {each: self._in_language(f"{topic}/{each}.yaml", each) for each in languages})

    def _edition(
        self, model: type[M], documents: Mapping[str, Document | None]
    ) -> tuple[Edition[M] | None, Document | None]:
        """Return the part that the documents, by language, are; the first one is its source."""
        source_language, *others = documents
        source = documents[source_language]
        source_text, faulty = self.checked(model, source) if source is not None else (None, set[Place]())
        texts = {source_language: source_text} if source_text is not None else {}
        for language in others:
            translation = documents[language]
            if translation is None or source is None:
                continue
            whole, faults = laid_over(source, translation, faulty, SOURCE_ALONE | model.deciding)
            self.faults += faults
            if source_text is None:
                continue  # the faults of the source would be repeated for every translation
            text, refused = _validated(model, whole)
            refused += [*same_options(whole.data), *unlike_twins(whole.data)] if not faulty else []
            self.faults += [whole.fault(place, what) for place, what in refused]
            if text is not None:
                texts[language] = text
        return (Edition(texts) if source_text is not None else None), source

    def _in_language(self, file: str, language: str) -> Document | None:
        document = self.document(file)
        if document is not None and document.data.get("language") != language:
            self.faults.append(
                document.fault(("language",), sentence("“language” has to be “{language}” here", language=language))
            )
        return document

    def lesson(self, lesson_id: str, languages: Iterable[str]) -> tuple[Edition[Lesson] | None, Document | None]:
        edition, document = self.edition(Lesson, f"lessons/{lesson_id}", languages)
        if document is not None and document.data.get("id", lesson_id) != lesson_id:
            self.faults.append(
                document.fault(("id",), sentence("“id” has to be the folder's name, “{id}”", id=lesson_id))
            )
        if edition is not None and document is not None:
            self.faults += _picture_faults(edition.source, document, self.folder / "lessons" / lesson_id)
        return edition, document

    def dialogue(self, lesson_id: str, languages: Sequence[str]) -> Edition[Dialogue] | None:
        """Return the lesson's dialogue; None if it has none, or a faulty one."""
        folder = f"lessons/{lesson_id}"
        found = {file.name for file in (self.folder / folder).glob("dialogue.*.yaml")}
        names = {language: f"dialogue.{language}.yaml" for language in languages}
        there = [name for name in names.values() if name in found]
        if not there:
            return None
        absent = sentence(
            "the dialogue is missing in this language; write this file, or take out {file}", file=there[0]
        )
        self.faults += [Fault(f"{folder}/{name}", 1, absent) for name in names.values() if name not in found]
        documents = {
            language: self.document(f"{folder}/{name}") if name in found else None for language, name in names.items()
        }
        source, *translations = documents.values()
        if source is not None:
            self.faults += [source.fault(place, what) for place, what in between_nodes(source.data)]
        for document in translations:
            if document is not None:
                self.faults += [document.fault(place, what) for place, what in same_replies(document.data)]
        edition, _ = self._edition(Dialogue, documents)
        return edition

    def guide(
        self, lesson_id: str, languages: Iterable[str], principles: Collection[str], contacts: Collection[str]
    ) -> Edition[Guide] | None:
        """Return the guide beside a lesson, read from guide.<language>.yaml; None if there is none or it is faulty.

        `principles` and `contacts` are the ids that an outcome may name.
        """
        what = sentence("the file is missing; write it, or delete the guide in the other languages too")
        edition, source = self._beside(Guide, f"lessons/{lesson_id}/guide", languages, what)
        if source is not None:
            self.faults += [
                source.fault(place, said) for place, said in wrong_ways(source.data, principles, contacts)
            ]
        return edition

    def pledges(
        self, lesson_id: str, languages: Iterable[str], principles: Collection[str]
    ) -> Edition[Pledges] | None:
        """Return the pledges beside a lesson, read from pledges.<language>.yaml; None without sound ones.

        `principles` are the ids that a pledge may name.
        """
        what = sentence("the file is missing; write it, or delete the pledges in the other languages too")
        edition, source = self._beside(Pledges, f"lessons/{lesson_id}/pledges", languages, what)
        if source is not None:
            self.faults += [source.fault(place, said) for place, said in of_no_principle(source.data, principles)]
        return edition

    def _beside(
        self, model: type[M], topic: str, languages: Iterable[str], absent: Sentence
    ) -> tuple[Edition[M] | None, Document | None]:
        """Return a part that a lesson can do without, read from `topic`.<language>.yaml, and its source's document.

        The part is in all languages or in none: `absent` is said of a missing file.
        """
        files = {language: f"{topic}.{language}.yaml" for language in languages}
        here = {language for language, file in files.items() if _is_there(self.folder / file)}
        if not here:
            return None, None
        self.faults += [Fault(file, 1, absent) for language, file in files.items() if language not in here]
        edition, source = self._edition(
            model, {language: self.document(files[language]) if language in here else None for language in files}
        )
        return (edition if edition is not None and set(edition.texts) == set(files) else None), source


def _is_there(path: Path) -> bool:
    """True for a link that leads nowhere too, which is a fault and no absence."""
    return path.is_symlink() or path.exists()


def _validated(model: type[M], document: Document) -> tuple[M | None, list[Found]]:
    try:
        return model.model_validate(document.data), []
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=True)
        holding_faults = {details["loc"][:length] for details in found for length in range(len(details["loc"]))}
        return None, [
            (details["loc"], _in_words(details)) for details in found if not _follows(details, holding_faults)
        ]


def _repeated_languages(document: Document) -> Iterator[Fault]:
    found: set[str] = set()
    for position, language in enumerate(items_of(document.data, "languages")):
        if isinstance(language, str):
            if language in found:
                what = sentence("the language “{language}” is here twice; keep one", language=language)
                yield document.fault(("languages", position), what)
            found.add(language)


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


def _texts_by_language(catalogue: Catalogue) -> Iterator[tuple[tuple[str | int, ...], dict[str, str]]]:
    yield ("company", "name"), catalogue.company.name
    for position, contact in enumerate(catalogue.company.contacts):
        yield ("company", "contacts", position, "name"), contact.name
    for position, course in enumerate(catalogue.courses):
        yield ("courses", position, "title"), course.title
        yield ("courses", position, "commitment"), course.commitment


def _picture_faults(lesson: Lesson, document: Document, home: Path) -> Iterator[Fault]:
    places: list[Place] = [("why", "picture", "file")]
    places += [("principles", position, "picture", "file") for position in range(len(lesson.principles))]
    parts: tuple[Why | Principle, ...] = (lesson.why, *lesson.principles)
    for place, part in zip(places, parts, strict=True):
        if part.picture and (what := wrong_with_picture(home, part.picture.file)):
            yield document.fault(place, what)


def _follows(details: ErrorDetails, holding_faults: Collection[Place]) -> bool:
    """True for a list that is too short only because an item in it is faulty, which is reported already."""
    return details["type"] == "too_short" and details["loc"] in holding_faults


def _in_words(details: ErrorDetails) -> Sentence:
    """Return the sentence, with the remedy, for a value that a model refused."""
    key = next((str(step) for step in reversed(details["loc"]) if isinstance(step, str)), "")
    context: dict[str, Any] = details.get("ctx") or {}
    value = str(details["input"]) if isinstance(details["input"], str | int) else ""
    match details["type"]:
        case "content":
            return Sentence(context["text"], tuple((name, held) for name, held in context.items() if name != "text"))
        case "missing" if isinstance(details["loc"][-1], int):  # one of the two in a pair
            return sentence("“{key}” needs at least {n} items; add them", key=key, n=details["loc"][-1] + 1)
        case "missing":
            return sentence("“{key}” is missing; add it", key=key)
        case "extra_forbidden":
            return sentence("unknown key “{key}”; correct its name or take it out", key=key)
        case "string_too_short" if context["min_length"] > 1 and value.strip():
            return sentence("“{key}” needs at least {n} characters; say more", key=key, n=context["min_length"])
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
        case "bool_parsing":
            return sentence("“{key}” is “{value}”; allowed: {allowed}", key=key, value=value, allowed="true, false")
        case "string_pattern_mismatch":
            return sentence("“{key}” is “{value}”; that is not an address", key=key, value=value)
        case "literal_error":
            allowed = ", ".join(re.findall(r"'([^']*)'", context["expected"]))
            return sentence("“{key}” is “{value}”; allowed: {allowed}", key=key, value=value, allowed=allowed)
        case _:
            return sentence("“{key}” has another shape than it needs; compare the bundled course", key=key)
