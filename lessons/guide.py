"""Guides: a few questions that anybody may ask themselves any day, and what to do. Nothing of them is recorded."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from typing import Any, ClassVar

from pydantic import Field

from lessons.check import Found, id_of, items_of
from lessons.decisions.part import Id, Line, Part, Prose
from words import sentence

MOST_QUESTIONS = 20


class GuideAnswer(Part):
    """Answer to a question of a guide. `to` names the next question, or an outcome."""

    id: Id
    text: Line
    to: Id


class GuideQuestion(Part):
    id: Id
    text: Line
    help: Prose
    answers: tuple[GuideAnswer, ...] = Field(min_length=2, max_length=6)

    def answer(self, answer_id: str | None) -> GuideAnswer | None:
        return next((answer for answer in self.answers if answer.id == answer_id), None)


class GuideOutcome(Part):
    """End of a path: the verdict as a title, its reason, and how to go on."""

    id: Id
    verdict: Id
    """Outcomes that come to the same have the same one. Each guide has its own."""
    title: Line
    reason: Prose
    principle: Id
    how: Prose
    ask: Id
    """Id of the contact who helps with it."""


@dataclass(frozen=True)
class GuideWalk:
    """Where somebody is in a guide, and what they answered on the way."""

    answered: tuple[tuple[GuideQuestion, GuideAnswer], ...]
    at: GuideQuestion | GuideOutcome


class Guide(Part):
    """Questions that lead on by a graph. The first one begins; every path ends in an outcome."""

    deciding: ClassVar[frozenset[str]] = frozenset({"to", "verdict", "ask"})

    title: Line
    lead: Prose
    questions: tuple[GuideQuestion, ...] = Field(min_length=1, max_length=MOST_QUESTIONS)
    outcomes: tuple[GuideOutcome, ...] = Field(min_length=2)

    @cached_property
    def _parts(self) -> Mapping[str, GuideQuestion | GuideOutcome]:
        parts: tuple[GuideQuestion | GuideOutcome, ...] = (*self.questions, *self.outcomes)
        return {part.id: part for part in parts}

    @cached_property
    def _longest(self) -> Mapping[str, int]:
        """By id, the questions on the longest path from there."""
        longest = dict.fromkeys((outcome.id for outcome in self.outcomes), 0)
        targets = {question.id: {answer.to for answer in question.answers} for question in self.questions}
        for name in TopologicalSorter(targets).static_order():
            longest.setdefault(name, 1 + max((longest[target] for target in targets.get(name, ())), default=0))
        return longest

    def walk(self, answers: Mapping[str, str]) -> GuideWalk:
        """Follow the answers, by question id, as far as they lead."""
        answered: list[tuple[GuideQuestion, GuideAnswer]] = []
        at: GuideQuestion | GuideOutcome = self.questions[0]
        while isinstance(at, GuideQuestion) and (answer := at.answer(answers.get(at.id))):
            answered.append((at, answer))
            at = self._parts[answer.to]
        return GuideWalk(tuple(answered), at)

    def questions_left(self, walk: GuideWalk) -> int:
        """Return the questions still to come at most, the present one included."""
        return self._longest[walk.at.id]


def wrong_ways(data: dict[str, Any], principles: Collection[str], contacts: Collection[str]) -> Iterator[Found]:
    """Yield the faults of a guide's paths. Found in the raw data, as in `lessons.check`.

    `principles` and `contacts` are empty where they cannot be read.
    """
    questions, outcomes = items_of(data, "questions"), items_of(data, "outcomes")
    yield from _unknown_names(outcomes, principles, contacts)
    verdicts = [outcome.get("verdict") for outcome in outcomes if isinstance(outcome, dict)]
    if len(verdicts) > 1 and isinstance(verdicts[0], str) and all(each == verdicts[0] for each in verdicts):
        yield (
            ("outcomes",),
            sentence("all outcomes have the verdict “{id}”; such a guide decides nothing", id=verdicts[0]),
        )
    ids = [id_of(part) for part in (*questions, *outcomes)]
    if None in ids:
        return
    for position, outcome in enumerate(outcomes):
        if outcome["id"] in ids[: len(questions)]:
            what = sentence("a question has the id “{id}” too; give each its own", id=outcome["id"])
            yield ("outcomes", position, "id"), what
    unknown = list(_unknown_targets(questions, ids))
    yield from unknown
    if not unknown and len(set(ids)) == len(ids):
        yield from _circles(questions)
        yield from _unreached(questions, outcomes)


def _unknown_names(outcomes: list[Any], principles: Collection[str], contacts: Collection[str]) -> Iterator[Found]:
    for position, outcome in enumerate(outcomes):
        if not isinstance(outcome, dict):
            continue
        principle, contact = outcome.get("principle"), outcome.get("ask")
        if isinstance(principle, str) and principles and principle not in principles:
            what = sentence("the lesson has no principle “{id}”; name one of its principles", id=principle)
            yield ("outcomes", position, "principle"), what
        if isinstance(contact, str) and contacts and contact not in contacts:
            what = sentence("the catalogue has no contact “{id}”; name one of its contacts", id=contact)
            yield ("outcomes", position, "ask"), what


def _unknown_targets(questions: list[Any], ids: Collection[str | None]) -> Iterator[Found]:
    for position, question in enumerate(questions):
        for number, answer in enumerate(items_of(question, "answers")):
            target = answer.get("to") if isinstance(answer, dict) else None
            if isinstance(target, str) and target not in ids:
                what = sentence("there is no question or outcome “{id}” here; name one of them", id=target)
                yield ("questions", position, "answers", number, "to"), what


def _targets(question: dict[str, Any]) -> list[str]:
    found = [answer.get("to") for answer in items_of(question, "answers") if isinstance(answer, dict)]
    return [target for target in found if isinstance(target, str)]


def _circles(questions: list[Any]) -> Iterator[Found]:
    """Yield the first circle. Without one, every path ends in an outcome."""
    try:
        TopologicalSorter({question["id"]: _targets(question) for question in questions}).prepare()
    except CycleError as error:
        circle = set(error.args[1])
        position = next(n for n, question in enumerate(questions) if question["id"] in circle)
        what = sentence(
            "from “{id}” the answers lead back to it; let every path end in an outcome", id=questions[position]["id"]
        )
        yield ("questions", position), what


def _unreached(questions: list[Any], outcomes: list[Any]) -> Iterator[Found]:
    targets = {question["id"]: _targets(question) for question in questions}
    reached: set[str] = set()
    waiting = [question["id"] for question in questions[:1]]
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting += targets.get(name, ())
    for key, parts in (("questions", questions), ("outcomes", outcomes)):
        for position, part in enumerate(parts):
            if part["id"] not in reached:
                what = sentence("no answer leads to “{id}”; let one lead there, or take it out", id=part["id"])
                yield (key, position), what
