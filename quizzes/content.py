"""Content of a folder, read once and frozen: courses, lessons, questions."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from lessons.cards import Card, CardKind, cards_of
from lessons.check import id_of, items_of, number_of
from lessons.decisions.part import is_id
from lessons.dialogue import Dialogue
from lessons.duration import minutes, seconds, seconds_of_talk
from lessons.faults import Fault, FaultyContentError
from lessons.guide import Guide
from lessons.lesson import Lesson, Principle
from lessons.loader import Reading
from lessons.model import Company, Contact, CourseEntry, Edition, canonical, digest
from lessons.pledges import Pledges
from lessons.reading import Document
from quizzes.kinds.question import Question
from quizzes.model import FormSize, Quiz
from words import LANGUAGES, sentence

F = TypeVar("F", bound=Fault)


@dataclass(frozen=True)
class Bank:
    """Questions of one lesson, each with its own edition, and the form drawn from them."""

    form: FormSize
    questions: Mapping[str, Edition[Question]]
    """By id."""


@dataclass(frozen=True)
class Course:
    """A course with its lessons and questions."""

    entry: CourseEntry
    lessons: tuple[Edition[Lesson], ...]
    banks: tuple[Bank, ...]
    """One per lesson, in the lessons' order."""
    dialogues: Mapping[str, Edition[Dialogue]] = field(default_factory=dict)
    """By the id of the lesson; not every lesson has one."""

    @property
    def id(self) -> str:
        return self.entry.id

    @cached_property
    def sha256(self) -> str:
        """Version of the whole course: its entry, its lessons, its questions."""
        return digest(self.body)

    @cached_property
    def body(self) -> dict[str, object]:
        # A course without dialogues keeps the hash that it had before there were any.
        dialogues = {"dialogues": [dialogue.sha256 for dialogue in self.dialogues.values()]} if self.dialogues else {}
        return {
            "course": self.entry.model_dump(mode="json"),
            "lessons": [lesson.sha256 for lesson in self.lessons],
            "questions": [question.sha256 for bank in self.banks for question in bank.questions.values()],
            **dialogues,
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
        """All cards of all lessons, in order."""
        return tuple(card for lesson in self.lessons for card in self._cards_of(lesson.source))

    def _cards_of(self, lesson: Lesson) -> Iterator[Card]:
        return cards_of(lesson, has_dialogue=lesson.id in self.dialogues)

    def lesson(self, lesson_id: str) -> Edition[Lesson]:
        return next(lesson for lesson in self.lessons if lesson.source.id == lesson_id)

    @cached_property
    def asked(self) -> int:
        """Number of questions in an attempt."""
        return sum(bank.form.questions for bank in self.banks)

    @cached_property
    def _seconds(self) -> dict[str, tuple[dict[str, float], float, float]]:
        """By language: the seconds of each card, by its id, and those of one question on average, with what explains
        it and without."""
        taken = {}
        for language in self.lessons[0].texts:
            texts = {lesson.source.id: lesson.text(language) for lesson in self.lessons}
            talks = {name: dialogue.text(language) for name, dialogue in self.dialogues.items()}
            cards = {
                card.id: seconds_of_talk(language, talks[card.lesson_id])
                if card.kind is CardKind.DIALOGUE
                else seconds(language, card.content(texts[card.lesson_id]))
                for card in self.cards
            }
            asked = [question.text(language) for question in self.questions.values()]
            explained, unexplained = (
                sum(seconds(language, each, is_explained=is_explained) for each in asked) / len(asked)
                for is_explained in (True, False)
            )
            taken[language] = cards, explained, unexplained
        return taken

    def minutes_of(self, language: str, cards: Iterable[Card], questions: int = 0) -> int:
        """Return the minutes that these cards and so many questions take."""
        by_card, a_question, _ = self._seconds_in(language)
        return minutes(sum(by_card[card.id] for card in cards) + questions * a_question)

    def minutes_unexplained(self, language: str, questions: int) -> int:
        """Return the minutes that so many questions take which are not explained."""
        return minutes(questions * self._seconds_in(language)[2])

    def _seconds_in(self, language: str) -> tuple[dict[str, float], float, float]:
        return self._seconds.get(language) or next(iter(self._seconds.values()))

    @cached_property
    def commitment_sha256(self) -> str:
        return digest(self.entry.commitment)

    def card_of(self, principle_id: str) -> Card:
        return next(card for card in self.cards if card.part == principle_id)


@dataclass(frozen=True)
class Content:
    """Everything in a content folder."""

    languages: tuple[str, ...]
    company: Company
    courses: Mapping[str, Course]
    """By id."""
    folder: Path
    guides: Mapping[str, Edition[Guide]] = field(default_factory=dict)
    """By lesson id; a lesson may have none."""
    pledges: Mapping[str, Edition[Pledges]] = field(default_factory=dict)
    """By lesson id, likewise. They decide nothing and are no part of a course's version."""

    @property
    def logo(self) -> Path | None:
        """The company's logo, if the catalogue names one."""
        return self.folder / "lessons" / self.company.logo if self.company.logo else None

    def lesson(self, lesson_id: str) -> Edition[Lesson]:
        lessons = (lesson for course in self.courses.values() for lesson in course.lessons)
        return next(lesson for lesson in lessons if lesson.source.id == lesson_id)

    def contact(self, contact_id: str) -> Contact:
        return next(contact for contact in self.company.contacts if contact.id == contact_id)

    def pledges_of(self, course: Course) -> Mapping[str, Edition[Pledges]]:
        """Return the edition that each pledge of a course is in, by the pledge's id."""
        editions = [self.pledges[lesson.source.id] for lesson in course.lessons if lesson.source.id in self.pledges]
        return {pledge.id: edition for edition in editions for pledge in edition.source.pledges}

    def editions(self) -> Iterator[tuple[str, str, str, str]]:
        """Yield (kind, id, SHA-256, canonical JSON) of every part that the record can refer to."""
        for course in self.courses.values():
            yield "course", course.id, course.sha256, canonical(course.body)
            for lesson in course.lessons:
                yield "lesson", lesson.source.id, lesson.sha256, canonical(lesson.body)
            for dialogue in course.dialogues.values():
                yield "dialogue", dialogue.source.id, dialogue.sha256, canonical(dialogue.body)
            for name, principle in course.principles.items():
                yield "principle", name, principle.sha256, canonical(principle.body)
            yield "commitment", course.id, course.commitment_sha256, canonical(course.entry.commitment)
            for name, question in course.questions.items():
                yield "question", name, question.sha256, canonical(question.body)
        for lesson_id, pledges in self.pledges.items():
            yield "pledges", lesson_id, pledges.sha256, canonical(pledges.body)


def in_language(texts: Mapping[str, str], language: str) -> str:
    """Return the text in `language`, or else in the source language."""
    return texts.get(language) or next(iter(texts.values()))


def load(folder: Path) -> Content:
    """Return the content of `folder`; raises `FaultyContentError` with every fault if there are any."""
    content, faults = check(folder)
    if content is None:
        raise FaultyContentError(faults)
    return content


def check(folder: Path) -> tuple[Content | None, list[Fault]]:
    """Return the content of `folder`, or None and all its faults, by file and line."""
    reading = Reading(folder)
    return read(reading), in_order(reading.faults)


def read(reading: Reading) -> Content | None:
    """Return the content; None if there are faults, which are then in `reading`, as the files are."""
    catalogue, document = reading.catalogue()
    if document is None:
        return None
    topics = _topics(reading, document)
    if catalogue is None or reading.faults:
        return None
    courses = {entry.id: _course(entry, [topics[name] for name in entry.lessons]) for entry in catalogue.courses}
    guides = {name: topic.guide for name, topic in topics.items() if topic.guide is not None}
    pledges = {name: topic.pledges for name, topic in topics.items() if topic.pledges is not None}
    return Content(catalogue.languages, catalogue.company, courses, reading.folder, guides, pledges)


@dataclass(frozen=True)
class _Topic:
    """All files of one lesson."""

    lesson: Edition[Lesson]
    bank: Bank
    dialogue: Edition[Dialogue] | None
    guide: Edition[Guide] | None
    pledges: Edition[Pledges] | None


def _course(entry: CourseEntry, topics: list[_Topic]) -> Course:
    lessons, banks = tuple(topic.lesson for topic in topics), tuple(topic.bank for topic in topics)
    dialogues = {topic.lesson.source.id: topic.dialogue for topic in topics if topic.dialogue is not None}
    return Course(entry, lessons, banks, dialogues)


def in_order(faults: Iterable[F]) -> list[F]:
    return sorted(set(faults), key=lambda fault: (fault.file, fault.line, str(fault.what)))


def _topics(reading: Reading, catalogue: Document) -> dict[str, _Topic]:
    """Return the lessons that the catalogue names, each with what belongs to it, as far as they can be read."""
    named = [name for name in items_of(catalogue.data, "languages") if isinstance(name, str) and name in LANGUAGES]
    languages = list(dict.fromkeys(named))
    contacts = _ids_in(catalogue.data.get("company"), "contacts")
    topics: dict[str, _Topic] = {}
    ids: dict[str, _Ids] = {}
    for place, course in enumerate(items_of(catalogue.data, "courses")):
        lessons = items_of(course, "lessons") if isinstance(course, dict) else []
        for lesson_id in lessons:
            if languages and isinstance(lesson_id, str) and is_id(lesson_id) and lesson_id not in ids:
                ids[lesson_id] = _topic(reading, lesson_id, languages, contacts, topics)
        reading.faults += _faults_of_course(catalogue, place, lessons, ids)
    return topics


@dataclass(frozen=True)
class _Ids:
    """Ids in a lesson's files, as far as they can be read."""

    principles: list[str]
    questions: list[str]
    pledges: list[str]


def _ids_in(data: Any, key: str) -> list[str]:
    """Return the ids of the items under `key`, as far as they can be read."""
    items = items_of(data, key) if isinstance(data, dict) else []
    return [name for name in map(id_of, items) if name]


def _topic(
    reading: Reading, lesson_id: str, languages: list[str], contacts: list[str], topics: dict[str, _Topic]
) -> _Ids:
    """Add the lesson with its bank to `topics` if both are sound; return the ids in them."""
    lesson, lesson_document = reading.lesson(lesson_id, languages)
    quiz, quiz_document = reading.edition(Quiz, f"quizzes/{lesson_id}", languages)
    dialogue = reading.dialogue(lesson_id, languages)
    principles: list[str] = []
    are_known = False
    if lesson_document is not None:
        found = [id_of(principle) for principle in items_of(lesson_document.data, "principles")]
        principles = [name for name in found if name]
        are_known = None not in found and len(set(principles)) == len(principles)
        if quiz_document is not None and are_known:
            reading.faults += _faults_between(lesson_id, principles, quiz_document)
    named = principles if are_known else []
    guide = reading.guide(lesson_id, languages, named, contacts)
    pledges = reading.pledges(lesson_id, languages, named)
    if lesson is not None and quiz is not None and set(lesson.texts) == set(quiz.texts) == set(languages):
        topics[lesson_id] = _Topic(lesson, _bank(quiz), dialogue, guide, pledges)
    asked = items_of(quiz_document.data, "questions") if quiz_document is not None else []
    pledged = [pledge.id for pledge in pledges.source.pledges] if pledges is not None else []
    return _Ids(principles, [name for name in map(id_of, asked) if name], pledged)


def _faults_of_course(
    catalogue: Document, course: int, lessons: list[Any], ids: Mapping[str, _Ids]
) -> Iterator[Fault]:
    place = ("courses", course, "lessons")
    names = [name for name in lessons if isinstance(name, str)]
    if len(set(names)) < len(names):
        yield catalogue.fault(place, sentence("a lesson is here twice; keep one"))
    held = [ids[name] for name in dict.fromkeys(names) if name in ids]
    for principle in _shared(each.principles for each in held):
        yield catalogue.fault(place, sentence("two lessons have the principle “{id}”; rename one", id=principle))
    for question in _shared(each.questions for each in held):
        yield catalogue.fault(place, sentence("two lessons have the question “{id}”; rename one", id=question))
    for pledge in _shared(each.pledges for each in held):
        yield catalogue.fault(place, sentence("two lessons have the pledge “{id}”; rename one", id=pledge))


def _shared(lists: Iterable[list[str]]) -> list[str]:
    """Return the names that are in more than one of the lists."""
    counted = Counter(name for names in lists for name in set(names))
    return sorted(name for name, times in counted.items() if times > 1)


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


def _faults_between(lesson_id: str, principles: list[str], quiz: Document) -> Iterator[Fault]:
    """Yield the faults between a quiz and its lesson. Found in the raw data, as in `lessons.check`."""
    if quiz.data.get("lesson", lesson_id) != lesson_id:
        yield quiz.fault(("lesson",), sentence("“lesson” has to be “{id}” here", id=lesson_id))
    questions = items_of(quiz.data, "questions")
    about = [question.get("principle") if isinstance(question, dict) else None for question in questions]
    for position, principle in enumerate(about):
        if isinstance(principle, str) and principle not in principles:
            yield quiz.fault(
                ("questions", position, "principle"),
                sentence("the lesson has no principle “{id}”; name one of its principles", id=principle),
            )
    yield from _faults_of_form(quiz, principles, _about_without_twins(questions))


def _about_without_twins(questions: list[Any]) -> list[Any]:
    """Return what principle each question is about; of two twins, of which a form holds one, only once."""
    counted: dict[Any, Any] = {}
    for position, question in enumerate(questions):
        held = question if isinstance(question, dict) else {}
        twin = held.get("twin")
        if not isinstance(twin, str) or twin not in counted:
            counted[id_of(held) or position] = held.get("principle")
    return list(counted.values())


def _faults_of_form(quiz: Document, principles: list[str], about: list[Any]) -> Iterator[Fault]:
    """`about` holds the principle of each question that a form may have beside the others."""
    asked, each = (number_of(quiz.data, "form", key) for key in ("questions", "each_principle"))
    if asked is None or each is None:
        return
    for principle in dict.fromkeys(principles):
        if about.count(principle) < each:
            yield quiz.fault(
                ("questions",),
                sentence(
                    "the principle “{id}” has {m} questions, twins counted once; the form asks for {n}; write more",
                    id=principle,
                    m=about.count(principle),
                    n=each,
                ),
            )
    place = ("form", "questions")
    if asked < each * len(principles):
        too_few = sentence(
            "{n} questions are too few for each principle to be met; ask at least {m}",
            n=asked,
            m=each * len(principles),
        )
        yield quiz.fault(place, too_few)
    if asked > len(about):
        what = sentence(
            "the bank holds only {n} questions, twins counted once; write more or ask fewer", n=len(about)
        )
        yield quiz.fault(place, what)
