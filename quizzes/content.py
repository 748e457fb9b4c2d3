"""Everything a content folder holds, read once and frozen: courses, lessons, questions."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from lessons.cards import Card, cards_of
from lessons.faults import Fault, FaultyContentError
from lessons.loader import Reading
from lessons.model import Catalogue, Company, Edition, Lesson, Principle, canonical, digest
from lessons.model import Course as CourseEntry
from lessons.reading import Document
from quizzes.model import Form, Question, Quiz
from words import sentence


@dataclass(frozen=True)
class Bank:
    """The questions of one lesson, each in its own edition, and the form drawn from them."""

    form: Form
    questions: Mapping[str, Edition[Question]]
    """By id."""


@dataclass(frozen=True)
class Course:
    """A course with all that it teaches and asks."""

    entry: CourseEntry
    lessons: tuple[Edition[Lesson], ...]
    banks: tuple[Bank, ...]
    """One a lesson, in the lessons' order."""

    @property
    def id(self) -> str:
        return self.entry.id

    @cached_property
    def sha256(self) -> str:
        """The version of the whole course: its entry, its lessons, its questions."""
        return digest(self.body)

    @cached_property
    def body(self) -> dict[str, object]:
        return {
            "course": self.entry.model_dump(mode="json"),
            "lessons": [lesson.sha256 for lesson in self.lessons],
            "questions": [question.sha256 for bank in self.banks for question in bank.questions.values()],
        }

    @cached_property
    def questions(self) -> Mapping[str, Edition[Question]]:
        return {name: question for bank in self.banks for name, question in bank.questions.items()}

    @cached_property
    def principles(self) -> Mapping[str, Edition[Principle]]:
        """By id, in the order of the lessons."""
        return {
            principle.id: Edition({language: text.principle(principle.id) for language, text in lesson.texts.items()})
            for lesson in self.lessons
            for principle in lesson.source.principles
        }

    def title(self, language: str) -> str:
        return in_language(self.entry.title, language)

    def commitment(self, language: str) -> str:
        return in_language(self.entry.commitment, language)

    @cached_property
    def cards(self) -> tuple[Card, ...]:
        """All that is to be read, in order."""
        return tuple(card for lesson in self.lessons for card in cards_of(lesson.source))

    def lesson(self, lesson_id: str) -> Edition[Lesson]:
        return next(lesson for lesson in self.lessons if lesson.source.id == lesson_id)

    @cached_property
    def asked(self) -> int:
        """How many questions an attempt has."""
        return sum(bank.form.questions for bank in self.banks)

    @cached_property
    def commitment_sha256(self) -> str:
        return digest(self.entry.commitment)

    def card_of(self, principle_id: str) -> Card:
        return next(card for card in self.cards if card.part == principle_id)


@dataclass(frozen=True)
class Content:
    """All that is taught here."""

    languages: tuple[str, ...]
    company: Company
    courses: Mapping[str, Course]
    """By id."""
    folder: Path

    @property
    def logo(self) -> Path | None:
        """The company's own, where the pack has one."""
        return self.folder / "lessons" / self.company.logo if self.company.logo else None

    def editions(self) -> Iterator[tuple[str, str, str, str]]:
        """Every part that the record can refer to: its kind, its id, its SHA-256, its canonical form."""
        for course in self.courses.values():
            yield "course", course.id, course.sha256, canonical(course.body)
            for lesson in course.lessons:
                yield "lesson", lesson.source.id, lesson.sha256, canonical(lesson.body)
            for name, principle in course.principles.items():
                yield "principle", name, principle.sha256, canonical(principle.body)
            yield "commitment", course.id, course.commitment_sha256, canonical(course.entry.commitment)
            for name, question in course.questions.items():
                yield "question", name, question.sha256, canonical(question.body)


def in_language(texts: Mapping[str, str], language: str) -> str:
    """The text in `language`, or in the source language where there is none."""
    return texts.get(language) or next(iter(texts.values()))


def load(folder: Path) -> Content:
    """The content of `folder`; raises `FaultyContentError` with every fault when it has any."""
    content, faults = check(folder)
    if content is None:
        raise FaultyContentError(faults)
    return content


def check(folder: Path) -> tuple[Content | None, list[Fault]]:
    """The content of `folder`, or none of it and all its faults, in the order of files and lines."""
    reading = Reading(folder)
    loaded = reading.catalogue()
    if loaded is None:
        return None, _in_order(reading.faults)
    catalogue, document = loaded
    content = _courses(reading, catalogue, document)
    if reading.faults:
        return None, _in_order(reading.faults)
    return content, []


def _in_order(faults: Iterable[Fault]) -> list[Fault]:
    return sorted(set(faults), key=lambda fault: (fault.file, fault.line, str(fault.what)))


def _courses(reading: Reading, catalogue: Catalogue, document: Document) -> Content:
    topics: dict[str, tuple[Edition[Lesson], Bank] | None] = {}
    courses: dict[str, Course] = {}
    for position, entry in enumerate(catalogue.courses):
        for lesson_id in entry.lessons:
            if lesson_id not in topics:
                topics[lesson_id] = _topic(reading, lesson_id, catalogue.languages)
        if len(set(entry.lessons)) < len(entry.lessons):
            reading.faults.append(
                document.fault(("courses", position, "lessons"), sentence("a lesson stands here twice; keep one"))
            )
        yours = [
            principle.id
            for lesson_id in dict.fromkeys(entry.lessons)
            if (topic := topics[lesson_id])
            for principle in topic[0].source.principles
        ]
        for principle_id in sorted({name for name in yours if yours.count(name) > 1}):
            reading.faults.append(
                document.fault(
                    ("courses", position, "lessons"),
                    sentence("two lessons have the principle “{id}”; rename one", id=principle_id),
                )
            )
        parts = [topic for lesson_id in entry.lessons if (topic := topics[lesson_id])]
        courses[entry.id] = Course(entry, tuple(lesson for lesson, _ in parts), tuple(bank for _, bank in parts))
    return Content(catalogue.languages, catalogue.company, courses, reading.folder)


def _topic(reading: Reading, lesson_id: str, languages: tuple[str, ...]) -> tuple[Edition[Lesson], Bank] | None:
    lesson = reading.lesson(lesson_id, languages)
    loaded = reading.edition(Quiz, f"quizzes/{lesson_id}", languages)
    if loaded is None:
        return None
    quiz, document = loaded
    if lesson is None:
        return None
    reading.faults += _faults_between(lesson.source, quiz.source, document)
    return lesson, _bank(quiz)


def _bank(quiz: Edition[Quiz]) -> Bank:
    by_language = {
        language: {question.id: question for question in text.questions} for language, text in quiz.texts.items()
    }
    return Bank(
        quiz.source.form,
        {
            question.id: Edition({language: asked[question.id] for language, asked in by_language.items()})
            for question in quiz.source.questions
        },
    )


def _faults_between(lesson: Lesson, quiz: Quiz, document: Document) -> Iterator[Fault]:
    """What is wrong with a quiz as the quiz of that lesson."""
    if quiz.lesson != lesson.id:
        yield document.fault(("lesson",), sentence("“lesson” has to be “{id}” here", id=lesson.id))
    principles = {principle.id for principle in lesson.principles}
    for position, question in enumerate(quiz.questions):
        if question.principle not in principles:
            yield document.fault(
                ("questions", position, "principle"),
                sentence("the lesson has no principle “{id}”; name one of its principles", id=question.principle),
            )
    form = quiz.form
    for principle in lesson.principles:
        asked = sum(question.principle == principle.id for question in quiz.questions)
        if asked < form.each_principle:
            yield document.fault(
                ("questions",),
                sentence(
                    "the principle “{id}” has {m} questions, the form asks for {n}; write more",
                    id=principle.id,
                    m=asked,
                    n=form.each_principle,
                ),
            )
    if form.questions < form.each_principle * len(principles):
        yield document.fault(
            ("form", "questions"),
            sentence(
                "{n} questions are too few for each principle to be met; ask at least {m}",
                n=form.questions,
                m=form.each_principle * len(principles),
            ),
        )
    if form.questions > len(quiz.questions):
        yield document.fault(
            ("form", "questions"),
            sentence("the bank holds only {n} questions; write more or ask fewer", n=len(quiz.questions)),
        )
