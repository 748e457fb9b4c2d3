"""How the people of a company decided first in a course's dilemma: shares without names."""

from collections import Counter
from datetime import datetime, timedelta
from threading import Lock
from typing import NamedTuple

import orjson
from sqlalchemy import select

from database import Database
from lessons.lesson import Dilemma
from progress.completion.enrolments import enrolments
from quizzes.content import Course

FEWEST = 5
"""People below whom a share would tell of one of them."""
LASTS = timedelta(minutes=10)


class _Counted(NamedTuple):
    at: datetime
    by_option: Counter[str]


_counted: dict[tuple[str, str], _Counted] = {}
"""By database and course: to count the answers of 100,000 people takes about a second."""
_counting = Lock()


def shares(database: Database, course: Course, asked: Dilemma, now: datetime) -> dict[str, float]:
    """Percentages by option id; empty if fewer than `FEWEST` people have decided."""
    key = str(database.engine.url), course.id
    with _counting:
        found = _counted.get(key)
        if found is None or not timedelta() <= now - found.at < LASTS:
            found = _counted[key] = _Counted(now, _count(database, course))
    by_option = {name: found.by_option[name] for name in sorted(asked.ids)}
    total = sum(by_option.values())
    return {name: 100 * n / total for name, n in by_option.items()} if total >= FEWEST else {}


def _count(database: Database, course: Course) -> Counter[str]:
    card = course.cards[0].id
    query = select(enrolments.c.state).where(enrolments.c.course_id == course.id, enrolments.c.cards_done > 0)
    with database.reading() as connection:
        states = connection.execution_options(yield_per=1000).execute(query).scalars()
        return Counter(str(orjson.loads(state)["checks"].get(card, "")) for state in states)
