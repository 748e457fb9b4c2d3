"""The learners who play: an organisation of people just before the assessment, and one of them in a browser tab."""

import asyncio
import itertools
import random
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, func, select

from benchmarks.client import BrokenScreenError, Tab, Widget, sign_in
from benchmarks.servers import HOME, Server, serving
from database import Database
from installation import schema
from lessons.cards import Card, CardKind
from people.directory import people
from progress import demonstration
from progress.completion import assignments, steps
from progress.completion.assignments import Assignment
from progress.completion.enrolments import Enrolment, current, save
from progress.completion.fold import after
from progress.completion.rules import standing
from progress.completion.steps import Happened, Submission, Turn
from progress.record import chains
from progress.record.chains import Event, Head, Kind, events
from quizzes.content import Course, load

SEED = 1
LANGUAGE = "cs"
NEXT = "next"
"""Prefix of the key of the button that leads on from an explanation."""
ANSWER, CONFIDENCE, MOVE, SUBMIT = "answer_", "confidence_", "move_", "submit_"
"""Prefixes of the keys of what a question is answered with."""
BEGIN, PRACTICE = "begin_", "repair_"
"""Prefixes of the keys of the ways on from an attempt that was not passed."""
SCREENS_TO_A_QUESTION = 5
"""Screens between a learner and a question; more mean that something is wrong."""


@dataclass(frozen=True)
class Running:
    """Kodex as it runs during a benchmark."""

    server: Server
    database: Database
    employees: Iterator[str]
    """Ids of people who have read the lesson; the first ones again after the last."""

    def answers(self) -> int:
        """Return the number of answers to assessment questions in the record."""
        with self.database.reading() as connection:
            counted = select(func.count()).select_from(events).where(events.c.kind == Kind.ANSWERED.value)
            return connection.execute(counted).scalar_one()


@contextmanager
def kodex(folder: Path, size: int) -> Iterator[Running]:
    """Kodex on a new database of `size` people; all of them but managers stand just before the assessment."""
    url = f"sqlite:///{folder / 'kodex.sqlite3'}"
    database = Database(url)
    employees = invent(database, size)
    settings = {
        "KODEX_MODE": "demonstration",
        "KODEX_DATABASE_URL": url,
        "KODEX_SECRET": secrets.token_urlsafe(32),
    }
    with serving("app:app", folder, settings) as server:
        yield Running(server, database, itertools.cycle(employees))
    database.close()


def invent(database: Database, size: int) -> list[str]:
    """Fill a new database with invented people. Those who lead nobody have read every card; return their ids."""
    content = load(HOME)
    now = datetime.now(UTC)
    schema.bring_up_to_date(database)
    demonstration.fill(database, content, size, SEED, ZoneInfo("Europe/Prague"), now)
    with database.reading() as connection:
        led = select(people.c.manager_key).where(people.c.manager_key.is_not(None))
        rows = connection.execute(
            select(people.c.person_key, people.c.employee_id).where(people.c.person_key.not_in(led))
        ).all()
    course = next(iter(content.courses.values()))
    keys = [row.person_key for row in rows]
    assignments.assign(database, Assignment(course, _due(now), "benchmark"), keys, now)
    with database.writing() as connection:
        for key in keys:
            _read_everything(connection, course, key, now)
    return [row.employee_id for row in rows]


def _due(now: datetime) -> date:
    return now.date() + timedelta(days=30)


def _read_everything(connection: Connection, course: Course, person_key: str, now: datetime) -> None:
    enrolment = current(connection, person_key, course.id)
    if enrolment is None:
        raise LookupError(person_key)
    head = chains.head(connection, person_key)
    written: list[Event] = []
    for card in standing(enrolment, course).missing_cards:
        for step in (_answer, *_replies(course, card), _leave):
            for event in chains.following(head, person_key, step(enrolment, course, card), now):
                enrolment = after(enrolment, event)
                head = Head(event.seq, event.at, event.hash)
                written.append(event)
    if written:
        chains.append(connection, written)
        save(connection, enrolment, is_new=False)


def _answer(enrolment: Enrolment, course: Course, card: Card) -> Happened:
    choice = card.choice(course.lesson(card.lesson_id).source)
    return steps.answer_card(enrolment, course, card, Submission(choice.right_answer, LANGUAGE)) if choice else []


def _replies(course: Course, card: Card) -> list[Callable[[Enrolment, Course, Card], Happened]]:
    """Return the steps through a card's dialogue; none for a card without one."""
    if card.kind is not CardKind.DIALOGUE:
        return []
    said = [each.reply.id for each in course.dialogues[card.lesson_id].source.best.steps]
    return [partial(_reply, number, reply) for number, reply in enumerate(said, start=1)]


def _reply(number: int, reply: str, enrolment: Enrolment, course: Course, card: Card) -> Happened:
    return steps.reply(enrolment, course, Turn(card, number), Submission(reply, LANGUAGE))


def _leave(enrolment: Enrolment, course: Course, card: Card) -> Happened:
    return steps.leave_card(enrolment, course, card, LANGUAGE)


class Learner:
    """A person who takes one attempt after another, choosing at random. After passing, the next person follows."""

    def __init__(self, installed: Running, seed: int) -> None:
        self._installed = installed
        self._chance = random.Random(seed)
        self.tab = Tab(installed.server.url)
        self.answers = 0

    async def enter(self) -> None:
        """Signs in as the next employee and opens the assessment."""
        await self.tab.close()
        server = self._installed.server.url
        cookies = await asyncio.to_thread(sign_in, server, next(self._installed.employees))
        self.tab = Tab(server, "assessment", cookies)
        await self.tab.open()

    async def leave(self) -> None:
        await self.tab.close()

    @property
    def sees_a_question(self) -> bool:
        return bool(self.tab.all_of(ANSWER) or self.tab.all_of(MOVE))

    async def reach_a_question(self) -> None:
        for _ in range(SCREENS_TO_A_QUESTION):
            if self.sees_a_question:
                return
            if begin := self._onward():
                await self.tab.press(begin)
            if not self.sees_a_question:
                await self.enter()
        raise BrokenScreenError(f"no question in {SCREENS_TO_A_QUESTION} screens, but {self.tab.widgets}")

    async def decide(self) -> float:
        """Choose at random. Steps to be ordered are moved once and a phrase is marked, for which a part of the screen
        is drawn again; return the seconds of that, otherwise 0."""
        fields = self.tab.all_of(ANSWER)
        seconds = 0.0
        if moves := self.tab.all_of(MOVE):
            seconds = await self.tab.press(self._chance.choice(moves))
        elif fields[0].kind == "checkbox":
            for box in self._chance.sample(fields, self._chance.randint(1, len(fields))):
                self.tab.tick(box)
        elif fields[0].several:
            (phrases,) = fields
            seconds = await self.tab.choose_at_once(phrases, self._chance.choice(phrases.options))
        else:
            for field in fields:
                self.tab.choose(field, self._chance.choice(field.options))
        confidence = self.tab.find("button_group", CONFIDENCE)
        if confidence and self._chance.random() < 0.5:
            self.tab.choose(confidence, self._chance.choice(confidence.options))
        return seconds

    async def answer(self) -> float:
        """Submit what was decided and wait until it is saved and explained; return the seconds."""
        submit = next((each for each in self.tab.widgets if each.submits), None) or self.tab.find("button", SUBMIT)
        seconds = await self.tab.press(self._needed(submit, "submit"))
        self._needed(self.tab.find("button", NEXT), "explanation")
        self.answers += 1
        return seconds

    async def go_on(self) -> float:
        """Leave the explanation for the next question, or after the last for the result; return the seconds."""
        return await self.tab.press(self._needed(self.tab.find("button", NEXT), "explanation"))

    def _onward(self) -> Widget | None:
        """Return the button of the next attempt, not that of the practice before it."""
        primary = (each for each in self.tab.widgets if each.is_primary and not each.key.startswith(PRACTICE))
        return self.tab.find("button", BEGIN) or next((each for each in primary if not each.form), None)

    def _needed(self, widget: Widget | None, what: str) -> Widget:
        if widget is None:
            raise BrokenScreenError(f"no {what} on screen, but {self.tab.widgets}")
        return widget
