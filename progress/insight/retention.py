"""Retention: what people still decide right after the certificate, by principle, without names."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import NamedTuple

import orjson
from sqlalchemy import Connection, literal_column, select

from database import Database
from progress.completion import editions
from progress.completion.enrolments import enrolments, from_row
from progress.insight.first_decisions import FEWEST, LASTS
from progress.record.chains import Kind, events
from progress.refreshers.schedule import DAYS
from quizzes.content import Course

TEST = 0
"""Stands for the test among the days of refreshers."""
WHEN = (TEST, *DAYS)


@dataclass
class Share:
    """Answers on one principle at one time."""

    people: set[str] = field(default_factory=set)
    right: int = 0
    answers: int = 0

    @property
    def percent(self) -> int:
        """Rounded down, as a score is."""
        return self.right * 100 // self.answers


class Latest(NamedTuple):
    """The latest time of which anything can be said."""

    days: int
    percent: int
    """Of the answers on all principles that are told."""
    weakest: str
    """Id of the principle with the fewest right answers."""


@dataclass(frozen=True)
class Retention:
    """The same people in the test and in their refreshers; nothing of fewer than `FEWEST`."""

    shares: Mapping[str, Mapping[int, Share]]
    """By principle and time."""

    @property
    def people(self) -> Mapping[int, int]:
        """By time: the people behind the shares that are told."""
        counted: dict[int, set[str]] = {}
        for told in self.shares.values():
            for when, share in told.items():
                counted.setdefault(when, set()).update(share.people)
        return {when: len(people) for when, people in counted.items()}

    @property
    def latest(self) -> Latest | None:
        days = max(self.people, default=TEST)
        if days == TEST:
            return None
        told = {name: shares[days] for name, shares in self.shares.items() if days in shares}
        right, answers = sum(share.right for share in told.values()), sum(share.answers for share in told.values())
        weakest = min(told, key=lambda name: told[name].right / told[name].answers)
        return Latest(days, right * 100 // answers, weakest)


class _KeptRetention(NamedTuple):
    at: datetime
    retention: Retention


_counted: dict[tuple[str, str], _KeptRetention] = {}
"""By database and course: many answers are read for it."""
_counting = Lock()


def of_course(database: Database, course: Course, now: datetime) -> Retention:
    key = str(database.engine.url), course.id
    with _counting:
        found = _counted.get(key)
        if found is None or not timedelta() <= now - found.at < LASTS:
            with database.snapshot() as connection:
                found = _counted[key] = _KeptRetention(now, _count(connection, course))
    return found.retention


class _Answer(NamedTuple):
    person_key: str
    when: int
    question: str
    edition: str
    right: bool


def _count(connection: Connection, course: Course) -> Retention:
    counted: dict[str, dict[int, Share]] = {name: defaultdict(Share) for name in course.principles}
    principles: dict[str, str] = {}
    for answer in _answers(connection, course):
        if answer.edition not in principles:
            edition = editions.question(connection, course, answer.question, answer.edition)
            principles[answer.edition] = edition.source.principle
        shares = counted.get(principles[answer.edition])
        if shares is not None:
            share = shares[answer.when]
            share.people.add(answer.person_key)
            share.right += answer.right
            share.answers += 1
    told = {
        name: {when: share for when, share in shares.items() if len(share.people) >= FEWEST}
        for name, shares in counted.items()
    }
    return Retention(told)


_IS_REFRESHED = events.c.kind == literal_column(f"'{Kind.REFRESHED.value}'")
"""Spelled out, because an index of these events alone is used for nothing else."""
_STREAMED = {"yield_per": 1000}


def _answers(connection: Connection, course: Course) -> Iterator[_Answer]:
    """Yield the answers in refreshers, and those of the same people in the test before them."""
    refreshed: set[tuple[str, int]] = set()
    asked = select(events.c.person_key, events.c.body).where(_IS_REFRESHED)
    for person_key, written in connection.execute(asked, execution_options=_STREAMED):
        body = orjson.loads(written)
        if body["course"] == course.id:
            refreshed.add((person_key, body["cycle"]))
            yield _Answer(person_key, body["days"], body["question"], body["edition"], body["right"])
    sat = select(enrolments).where(
        enrolments.c.course_id == course.id,
        enrolments.c.person_key.in_(select(events.c.person_key).where(_IS_REFRESHED)),
    )
    for row in connection.execute(sat, execution_options=_STREAMED):
        if (row.person_key, row.cycle) not in refreshed:
            continue
        sitting = from_row(row._asdict()).passed_sitting
        if sitting is not None:
            drawn = dict(sitting.questions)
            for question, response in sitting.responses.items():
                yield _Answer(row.person_key, TEST, question, drawn[question], response.right)
