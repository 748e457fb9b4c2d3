"""Translations beside the sources they were made from, and the file that says which those were.

Beside each translated file, such as `en.yaml`, lies `en.sources.yaml`: by the name of a text, the beginning of its
source's SHA-256 at the time when the translation was found right. It counts for nothing but advice.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lessons.decisions.spot import PHRASE
from lessons.faults import Advice
from lessons.loader import CATALOGUE
from lessons.reading import Document, Place, read
from quizzes.advice.texts import Texts, texts
from quizzes.advice.vocabulary import words
from words import Sentence, sentence

DIGITS = 8
"""Hexadecimal digits of a hash: a change goes unnoticed once in four thousand million."""
TRANSLATABLE = 4
"""Words from which on a text that is the same in both languages was forgotten. Names and numbers are shorter."""
HEAD = """\
# By text: the beginning of the SHA-256 of the source that it was translated from.
# Written by “manage.py content translated {language}”. Do not edit.
"""


@dataclass(frozen=True)
class TextPair:
    """One text in the source language, and its translation."""

    place: Place
    """Of the translation, in its document."""
    source_place: Place
    source: str
    translation: str

    @property
    def hash(self) -> str:
        return hashlib.sha256(" ".join(self.source.split()).encode()).hexdigest()[:DIGITS]


@dataclass(frozen=True)
class Translation:
    """Translated texts of one file, in one language."""

    document: Document
    source: Document
    language: str
    sources_file: str
    pairs: Mapping[str, TextPair]
    """By the name of the text: the keys and ids that lead to it, with dots between."""

    def as_file(self) -> str:
        """Return the file that says that each translation fits its source as it is today."""
        lines = (f"{name}: {pair.hash}\n" for name, pair in self.pairs.items())
        return HEAD.format(language=self.language) + "".join(lines)


def translations(
    documents: Mapping[str, Document], languages: Sequence[str], known: Mapping[str, Texts] | None = None
) -> Iterator[Translation]:
    """Yield the translations among the documents of a content folder. The first of `languages` is the source.

    `known` are the texts of the documents, where somebody has them already.
    """
    read_texts = known or {file: texts(document) for file, document in documents.items()}
    source_language, *others = languages
    for language in others:
        yield _of_catalogue(documents[CATALOGUE], read_texts[CATALOGUE], source_language, language)
        for file, document in documents.items():
            source_file = f"{file.removesuffix(f'{language}.yaml')}{source_language}.yaml"
            if file.endswith((f"/{language}.yaml", f".{language}.yaml")) and source_file in documents:
                ours, theirs = read_texts[source_file], read_texts[file]
                pairs = {
                    _name(name): TextPair(place, *ours[name], text)
                    for name, (place, text) in theirs.items()
                    if name in ours
                }
                yield Translation(document, documents[source_file], language, _beside(file), pairs)


def _of_catalogue(catalogue: Document, found: Texts, source: str, language: str) -> Translation:
    """The catalogue holds every language itself."""
    pairs = {}
    for name, (place, text) in found.items():
        if name[-1] == language and (*name[:-1], source) in found:
            pairs[_name(name[:-1])] = TextPair(place, *found[(*name[:-1], source)], text)
    sources_file = _beside(CATALOGUE.replace(".yaml", f".{language}.yaml"))
    return Translation(catalogue, catalogue, language, sources_file, pairs)


def _name(place: Place) -> str:
    return ".".join(map(str, place))


def _beside(file: str) -> str:
    return f"{file.removesuffix('.yaml')}.sources.yaml"


def outdated(translation: Translation, folder: Path) -> Iterator[Advice]:
    """Warn of each text whose source has changed since it was translated, and of each of which nothing is known."""
    if not (folder / translation.sources_file).exists():
        if translation.pairs:
            what = sentence(
                "nothing says which sources this was translated from; once it fits them, run “manage.py content "
                "translated {language}”",
                language=translation.language,
            )
            yield Advice.of(translation.document.fault((), what))
        return
    document, faults = read(folder / translation.sources_file, folder)
    yield from map(Advice.of, faults)
    if document is None:
        return
    for name, pair in translation.pairs.items():
        if (known := document.data.get(name)) != pair.hash:
            yield Advice.of(translation.document.fault(pair.place, _reason(translation, pair, known is None)))
    for name in document.data.keys() - translation.pairs.keys():
        what = sentence(
            "there is no text “{name}” any more; run “manage.py content translated {language}”",
            name=name,
            language=translation.language,
        )
        yield Advice.of(document.fault((name,), what))


def _reason(translation: Translation, pair: TextPair, is_new: bool) -> Sentence:
    values = {
        "source": translation.source.file,
        "line": translation.source.line(pair.source_place),
        "language": translation.language,
    }
    if is_new:
        return sentence(
            "nothing says which source this was translated from; compare it with {source}:{line}, then run "
            "“manage.py content translated {language}”",
            **values,
        )
    return sentence(
        "the source of this translation has changed; compare it with {source}:{line}, then run "
        "“manage.py content translated {language}”",
        **values,
    )


def untranslated(translation: Translation) -> Iterator[Advice]:
    """Warn of texts that were left in the source language."""
    for pair in translation.pairs.values():
        if pair.translation == pair.source and len(words(PHRASE.sub("", pair.source))) >= TRANSLATABLE:
            what = sentence(
                "this says the same as {source}:{line}; translate it",
                source=translation.source.file,
                line=translation.source.line(pair.source_place),
            )
            yield Advice.of(translation.document.fault(pair.place, what))
