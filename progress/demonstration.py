"""Months of plausible progress for an invented organisation, written through the same rules as real progress."""

import gc
import math
import random
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from itertools import islice
from multiprocessing import cpu_count, get_context
from operator import attrgetter
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert

from database import Database
from database.bulk import insert_stored
from lessons.cards import Card, CardKind
from lessons.decisions.decision import Answer, Decision
from lessons.dialogue import Node
from people import directory, history
from people.access import Role
from people.demonstration import CAST, organisation
from people.directory import Person
from people.sign_in import accounts
from progress.completion import certificates, editions, prior, steps
from progress.completion.certificates import Certificate, Issue, StatusIndexes
from progress.completion.enrolments import Enrolment, as_row, enrolments
from progress.completion.fold import advance
from progress.completion.rules import standing
from progress.completion.steps import AskedQuestion, Happened, Lot, Submission, Turn
from progress.record import chains
from progress.record.chains import NO_EVENTS, Event, Kind
from progress.refreshers import answering, drawing, schedule
from progress.refreshers.answering import Asked
from quizzes.content import Content, Course

ASSIGNED_BEFORE_DAYS = 46
DUE_IN_DAYS = 8
LAST_CYCLE_BEFORE_DAYS = 372
"""Days since the last cycle was assigned: its certificates are about to expire."""

TRIED_BEFORE_DAYS = 9
TRIED_UNTIL_DAYS = 21
"""Since when, and until when, a further course is being tried in a few units."""

_SLOW_UNITS = {"Sklad Ostrava": 0.42, "Doprava": 0.72}
_USUAL_SHARE = 0.84
_ANSWERS_REFRESHERS = 0.65
"""Share of the refreshers that somebody answers."""
MANY = 1_000
"""Employees from which on worker processes, which take a second to start, are worth it."""
_BATCH = 250
"""People who are invented and written at a time."""
_SHARE_BEFORE_THE_LESSON = 0.08
"""Of those who finish the course: who begin with the questions before the lesson."""
_CYCLES = 2
"""The most that anybody has of the first course; of each further one, everybody has one at most."""
_EARLY = ASSIGNED_BEFORE_DAYS - schedule.DAYS[0] - 5
"""Days within which somebody of the cast is certified for whom a refresher waits by now."""
_TRYING_UNITS = {unit for _, _, unit in CAST.values()}
_SHARE_OF_THE_TRIAL = 0.35
"""Of those who try a further course: who have finished it."""
_ROLES = {employee_id: role for role, (employee_id, _, _) in CAST.items()}


@dataclass
class _Life:
    """One invented person so far: their chain, the enrolment that it leads to, and their certificates."""

    person: Person
    chain: list[Event]
    enrolment: Enrolment | None
    certificates: list[Certificate]

    def live(self, happened: Happened, at: datetime) -> Enrolment:
        head = self.chain[-1].head if self.chain else NO_EVENTS
        for event in chains.following(head, self.person.key, happened, at):
            self.chain.append(event)
            self.enrolment = advance(self.enrolment, event)
        return self.current

    @property
    def current(self) -> Enrolment:
        if self.enrolment is None:
            raise ValueError("nobody learns before an assignment")
        return self.enrolment


def fill(
    database: Database,
    content: Content,
    employees: int,
    seed: int,
    zone: ZoneInfo,
    now: datetime,
    progressed: Callable[[int], None] = lambda _: None,
) -> int:
    """Invent an organisation with its progress up to `now`, and return its size. The database has to be empty.

    `progressed` is called with how many people have been written since the last call. Many are invented by worker
    processes, while this one writes.
    """
    editions.keep(database, content)
    persons, granted = organisation(employees, seed)
    world = _World(content, seed, zone, now)
    with database.writing() as connection:
        directory.add(connection, persons)
        history.keep(connection, history.BEFORE_EVERYTHING)
        accounts.grant(connection, granted, now=now, by="demonstration")
        places = StatusIndexes(connection)
        # In the order of the key, a million rows are written several times faster.
        by_key = sorted(persons, key=attrgetter("key"))
        most = _CYCLES + len(world.further)
        groups = (
            [(person, [places.new() for _ in range(most)]) for person in by_key[start : start + _BATCH]]
            for start in range(0, len(by_key), _BATCH)
        )
        for batch in _invented(world, groups, cpu_count() if employees >= MANY else 1):
            insert_stored(connection, chains.events, batch.events)
            connection.execute(insert(enrolments), batch.enrolments)
            if batch.certificates:
                certificates.keep(connection, *batch.certificates)
            progressed(batch.people)
    return len(persons)


@dataclass(frozen=True)
class _World:
    """Everything that invented people share."""

    content: Content
    seed: int
    zone: ZoneInfo
    now: datetime

    @cached_property
    def course(self) -> Course:
        return next(iter(self.content.courses.values()))

    @cached_property
    def further(self) -> list[Course]:
        return list(self.content.courses.values())[1:]

    @cached_property
    def cards(self) -> dict[str, list[tuple[Card, Decision | None]]]:
        """By course: all its cards, each with its decision."""
        return {
            course.id: [(card, card.choice(course.lesson(card.lesson_id).source)) for card in course.cards]
            for course in self.content.courses.values()
        }

    @cached_property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()


@dataclass(frozen=True)
class _Batch:
    """The progress of some people, ready to be written."""

    people: int
    events: list[tuple[Any, ...]]
    """As stored: text is handed to another process, and written, in a fraction of the time that objects take."""
    enrolments: list[dict[str, Any]]
    certificates: list[Certificate]


_Group = list[tuple[Person, list[int]]]
"""People, each with a place in the status lists of badges for every certificate that they can get."""


def _invented(world: _World, groups: Iterator[_Group], processes: int) -> Iterator[_Batch]:
    if processes == 1:
        yield from (_lives(world, group) for group in groups)
        return
    with ProcessPoolExecutor(processes, get_context("spawn"), _enter, (world,)) as workers:
        # Only a few at a time: a finished batch waits in memory until it is written.
        waiting: deque[Future[_Batch]] = deque(
            workers.submit(_lives_here, group) for group in islice(groups, processes + 1)
        )
        while waiting:
            batch = waiting.popleft().result()
            waiting.extend(workers.submit(_lives_here, group) for group in islice(groups, 1))
            yield batch


_here: list[_World] = []
"""Set in worker processes only: the world that they invent people for."""


def _enter(world: _World) -> None:
    # What is made here points nowhere back: looking for cycles would take a fifth of the time.
    gc.disable()
    _here[:] = [world]


def _lives_here(group: _Group) -> _Batch:
    return _lives(_here[0], group)


def _lives(world: _World, group: _Group) -> _Batch:
    lived = [_lived(world, person, places) for person, places in group]
    return _Batch(
        len(group),
        [tuple(event.as_stored().values()) for life, _ in lived for event in life.chain],
        [as_row(enrolment) for _, cycles in lived for enrolment in cycles],
        [certificate for life, _ in lived for certificate in life.certificates],
    )


def _lived(world: _World, person: Person, places: list[int]) -> tuple[_Life, list[Enrolment]]:
    chance = random.Random(f"{world.seed} {person.key}")  # noqa: S311 - the same seed has to give the same lives
    role = _ROLES.get(person.employee_id)
    life = _Life(person, [], None, [])
    cycles: list[Enrolment] = []
    today = world.today
    learner = _Learner(life, world, chance, places, world.course)
    # With chances of their own, refreshers leave the rest of the life as it would be without them.
    recalling = random.Random(f"{world.seed} {person.key} refreshers")  # noqa: S311
    later = _Learner(life, world, recalling, places, world.course)
    if role is not Role.EMPLOYEE and chance.random() < 0.45:
        assigned = today - timedelta(days=LAST_CYCLE_BEFORE_DAYS)
        learner.last_cycle(assigned)
        cycles.append(later.refreshed_until(today - timedelta(days=ASSIGNED_BEFORE_DAYS)))
    assigned = today - timedelta(days=ASSIGNED_BEFORE_DAYS)
    due_on = today + timedelta(days=DUE_IN_DAYS)
    if chance.random() < 0.05 and role is None:
        due_on = today - timedelta(days=chance.randint(2, 12))
    learner.this_cycle(len(cycles) + 1, assigned, due_on, role)
    cycles.append(life.current if role is Role.HR else later.refreshed_until(today))
    for course in world.further if person.unit in _TRYING_UNITS else ():
        trying = random.Random(f"{world.seed} {person.key} {course.id}")  # noqa: S311
        life.enrolment = None
        cycles.append(_Learner(life, world, trying, places, course).trial(today, is_cast=role is not None))
    return life, cycles


class _Learner:
    def __init__(self, life: _Life, world: _World, chance: random.Random, places: list[int], course: Course) -> None:
        self.life = life
        self.world = world
        self.course = course
        self.content = world.content
        self.chance = chance
        self.zone = world.zone
        self.now = world.now
        self.places = places
        self.language = life.person.language
        self.care = min(0.97, max(0.55, chance.gauss(0.87, 0.09)))
        """Probability that the person answers a question right."""

    def last_cycle(self, assigned: date) -> Enrolment:
        self._assign(1, assigned, assigned + timedelta(days=30))
        return self._to_the_end(assigned + timedelta(days=self.chance.randint(1, 26)))

    def this_cycle(self, cycle: int, assigned: date, due_on: date, role: Role | None) -> Enrolment:
        enrolment = self._assign(cycle, assigned, due_on)
        if role is Role.EMPLOYEE:
            return enrolment
        share = _SLOW_UNITS.get(self.life.person.unit, _USUAL_SHARE)
        if self.chance.random() < share or role in {Role.HR, Role.AUDITOR}:
            passed = int(ASSIGNED_BEFORE_DAYS * (1 - math.sqrt(self.chance.random())))
            return self._to_the_end(assigned + timedelta(days=min(passed, _EARLY) if role is Role.HR else passed))
        if self.chance.random() < 0.55:
            return enrolment
        return self._part_of_the_way(assigned + timedelta(days=self.chance.randint(3, ASSIGNED_BEFORE_DAYS - 2)))

    def trial(self, today: date, *, is_cast: bool) -> Enrolment:
        """Take a further course, or leave it for later as the cast does."""
        assigned = today - timedelta(days=TRIED_BEFORE_DAYS)
        enrolment = self._assign(1, assigned, today + timedelta(days=TRIED_UNTIL_DAYS))
        if is_cast or self.chance.random() > _SHARE_OF_THE_TRIAL:
            return enrolment
        return self._to_the_end(assigned + timedelta(days=self.chance.randint(1, TRIED_BEFORE_DAYS - 1)))

    def refreshed_until(self, today: date) -> Enrolment:
        """Answer most of the refreshers that were open before that day, each within a week."""
        begins = self.life.current.valid_from
        for days in schedule.DAYS:
            if begins is None or self.chance.random() > _ANSWERS_REFRESHERS:
                continue
            day = begins + timedelta(days=days + self.chance.randint(0, 6))
            if day < today and schedule.due(self.life.current, day) == days:
                self._refresh(days, self._moments(day))
        return self.life.current

    def _refresh(self, days: int, moments: Iterator[datetime]) -> None:
        enrolment = self.life.current
        recalled = answering.recalled(self.life.chain, enrolment)
        refresher = drawing.opened(self.course, enrolment, recalled, days)
        for name in refresher.questions:
            question = self.course.questions[name]
            submitted = Submission(self._chosen(question.source), self.language)
            self.life.live(
                answering.step(enrolment, refresher, Asked(days, name), question, submitted),
                next(moments),
            )

    def _assign(self, cycle: int, day: date, due_on: date) -> Enrolment:
        body = {
            "course": self.course.id,
            "cycle": cycle,
            "course_version": self.course.entry.version,
            "due_on": due_on.isoformat(),
            "by": "demonstration",
        }
        return self.life.live([(Kind.ASSIGNED, body)], self._at(day, 8, 0))

    def _part_of_the_way(self, day: date) -> Enrolment:
        moments = self._moments(day)
        stop = self.chance.randint(1, len(self.course.cards) + 4)
        for _ in zip(range(stop), self._cards(moments), strict=False):
            pass
        enrolment = self.life.current
        if standing(enrolment, self.course).next_step.value == "assessment" and self.chance.random() < 0.6:
            self._attempt(moments, answers=self.chance.randint(1, 9))
        return self.life.current

    def _to_the_end(self, day: date) -> Enrolment:
        moments = self._moments(day)
        # By a chance of its own, so that everybody else's life stays what it was.
        chance = random.Random(f"{self.world.seed} {self.life.person.key} {day}")  # noqa: S311 - not for secrets
        if chance.random() < _SHARE_BEFORE_THE_LESSON:
            self._show_what_is_known(moments)
        if self.life.current.passed_at is None:
            self._learn(moments)
            moments = self._until_passed(moments)
        at = next(moments)
        issue = Issue(
            self.content.company.name[self.language],
            certificates.new_number(),
            f"{self.chance.getrandbits(128):032x}",
            at,
            at.astimezone(self.zone).date(),
            self.places.pop(),
        )
        happened, certificate = steps.commit(self.life.current, self.course, self.life.person, issue, self.language)
        if certificate is not None:
            self.life.certificates.append(certificate)
        return self.life.live(happened, at)

    def _show_what_is_known(self, moments: Iterator[datetime]) -> None:
        """Answer the questions before the lesson."""
        enrolment, course = self.life.current, self.course
        earlier = prior.of_earlier_cycles(
            self.life.chain, enrolment, lambda name, _: course.questions[name].source.principle
        )
        if not prior.is_offered(enrolment, earlier.finished):
            return
        lot = Lot(f"{self.chance.getrandbits(64):016x}", f"{self.chance.getrandbits(128):032x}")
        enrolment = self.life.live(steps.begin_prior(enrolment, course, earlier, lot, self.language), next(moments))
        for name, _ in enrolment.prior.questions if enrolment.prior else ():
            question = course.questions[name].source
            submitted = Submission(self._chosen(question), self.language)
            asked = AskedQuestion(lot.attempt_id, name)
            enrolment = self.life.live(
                steps.answer_prior(enrolment, course, asked, question, submitted), next(moments)
            )

    def _learn(self, moments: Iterator[datetime]) -> None:
        for _ in self._cards(moments):
            pass

    def _until_passed(self, moments: Iterator[datetime]) -> Iterator[datetime]:
        """Sit attempts, one a day, until one is passed; return the moments after it."""
        while not self._attempt(moments):
            moments = self._moments(min(next(moments).date() + timedelta(days=1), self.now.date()))
        return moments

    def _cards(self, moments: Iterator[datetime]) -> Iterator[None]:
        for card, choice in self.world.cards[self.course.id]:
            if card.id in self.life.current.waived:
                continue
            if choice is not None:
                submitted = Submission(self._chosen(choice), self.language)
                self.life.live(
                    steps.answer_card(self.life.current, self.course, card, submitted),
                    next(moments),
                )
            if card.kind is CardKind.DIALOGUE:
                self._talk(card, moments)
            if card.has_feedback or choice is None:
                self.life.live(steps.leave_card(self.life.current, self.course, card, self.language), next(moments))
            yield

    def _talk(self, card: Card, moments: Iterator[datetime]) -> None:
        """Have the dialogue on the card, to one of its endings."""
        dialogue = self.course.dialogues[card.lesson_id].source
        while isinstance(node := dialogue.path(said := self.life.current.replies(card.id)).at, Node):
            chosen = node.best if self.chance.random() < self.care else self.chance.choice(node.choices)
            submitted = Submission(chosen.id, self.language)
            turn = Turn(card, len(said) + 1)
            self.life.live(steps.reply(self.life.current, self.course, turn, submitted), next(moments))

    def _attempt(self, moments: Iterator[datetime], answers: int | None = None) -> bool:
        """Sit an attempt, or the first `answers` questions of it; return whether it was passed."""
        seed = f"{self.chance.getrandbits(128):032x}"
        attempt_id = f"{self.chance.getrandbits(64):016x}"
        enrolment = self.life.live(
            steps.begin_attempt(self.life.current, self.course, attempt_id, seed, self.language),
            next(moments),
        )
        for name, _ in (enrolment.attempt.questions if enrolment.attempt else ())[:answers]:
            question = self.course.questions[name].source
            answer = self._chosen(question)
            sure = self.chance.choice([None, "guess", "likely", "likely", "sure", "sure"])
            submitted = Submission(answer, self.language, sure)
            enrolment = self.life.live(
                steps.answer_question(enrolment, AskedQuestion(attempt_id, name), question, submitted),
                next(moments),
            )
        return bool(enrolment.attempt and enrolment.attempt.passed)

    def _chosen(self, decision: Decision) -> Answer:
        if self.chance.random() < self.care:
            return decision.right_answer
        return self.chance.choice(decision.wrong_answers)

    def _moments(self, day: date) -> Iterator[datetime]:
        """Timestamps of one sitting, some seconds apart and none in the future."""
        at = self._at(day, self.chance.randint(7, 15), self.chance.randint(0, 59))
        while True:
            yield min(at, self.now)
            at += timedelta(seconds=self.chance.randint(15, 75))

    def _at(self, day: date, hour: int, minute: int) -> datetime:
        return datetime.combine(day, time(hour, minute), self.zone).astimezone(UTC)
