"""All advice on a content folder."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from lessons.check import Found
from lessons.decisions.choice import Choice
from lessons.faults import Advice, Fault
from lessons.lesson import Lesson, Principle
from lessons.loader import Reading
from lessons.model import Edition
from lessons.reading import Document
from quizzes.advice import keys
from quizzes.advice.options import alike, repeating
from quizzes.advice.texts import position, texts
from quizzes.advice.translations import outdated, translations, untranslated
from quizzes.advice.wording import wording
from quizzes.content import Bank, Content, in_order, read


def advised(folder: Path) -> tuple[Content | None, list[Fault], list[Advice]]:
    """Return the content of `folder` with the advice on it, or None and its faults."""
    reading = Reading(folder)
    content = read(reading)
    advice = [] if content is None else in_order(advice_on(content, reading.documents))
    return content, in_order(reading.faults), advice


def advice_on(content: Content, documents: Mapping[str, Document]) -> Iterator[Advice]:
    """Yield the advice on sound content that was read from `documents`."""
    read_texts = {file: texts(document) for file, document in documents.items()}
    for file, found in read_texts.items():
        for place, text in found.values():
            yield from (Advice.of(documents[file].fault(at, what)) for at, what in wording(place, text))
    for topic, (lesson, bank) in _topics(content).items():
        for language in content.languages:
            yield from _located(documents[f"lessons/{topic}/{language}.yaml"], on_lesson(lesson, language))
            yield from _located(documents[f"quizzes/{topic}/{language}.yaml"], on_bank(bank, language))
        yield from _located(documents[f"quizzes/{topic}/{content.languages[0]}.yaml"], on_source(bank))
    for translation in translations(documents, content.languages, read_texts):
        yield from outdated(translation, content.folder)
        yield from untranslated(translation)


def _topics(content: Content) -> dict[str, tuple[Edition[Lesson], Bank]]:
    """Return each lesson with its bank once, by its id: courses may share it."""
    return {
        lesson.source.id: (lesson, bank)
        for course in content.courses.values()
        for lesson, bank in zip(course.lessons, course.banks, strict=True)
    }


def _located(document: Document, found: Iterable[Found]) -> Iterator[Advice]:
    """Yield advice whose places are named by ids."""
    for named, what in found:
        yield Advice.of(document.fault(position(document, named), what))


def on_lesson(lesson: Edition[Lesson], language: str) -> Iterator[Found]:
    """Yield the advice on the decisions in a lesson."""
    text = lesson.text(language)
    yield from alike(("dilemma",), text.dilemma)
    yield from repeating(("dilemma",), text.dilemma, language, text.dilemma.situation)
    for principle in text.principles:
        if isinstance(principle.check, Choice):
            place = ("principles", principle.id, "check")
            yield from alike(place, principle.check)
            yield from repeating(place, principle.check, language, _situation(principle))


def _situation(principle: Principle) -> str:
    """Return what a card tells before the decision."""
    shown = [line.text for line in principle.scene.lines] if principle.scene else []
    return " ".join([*shown, principle.situation or ""])


def on_bank(bank: Bank, language: str) -> Iterator[Found]:
    """Yield the advice on the words of a bank in one language."""
    questions = [question.text(language) for question in bank.questions.values()]
    yield from keys.lengths(questions)
    yield from keys.telling_words(questions, language)
    met: set[str] = set()
    situations = {question.id: question.situation for question in questions}
    for question in questions:
        if isinstance(question, Choice):
            place = ("questions", question.id)
            if question.twin not in met:  # twins have the same options
                yield from alike(place, question)
            met.add(question.id)
            yield from repeating(
                place, question, language, question.situation, situations.get(question.twin or "", "")
            )


def on_source(bank: Bank) -> Iterator[Found]:
    """Yield the advice on what a bank's source alone decides."""
    questions = [question.source for question in bank.questions.values()]
    yield from keys.places(questions)
    yield from keys.pools(questions, bank.form)
    yield from keys.withholding(questions)
