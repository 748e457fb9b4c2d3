"""Terms of a rule: from when, due when, and when again."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import count
from typing import Annotated

from dateutil.relativedelta import relativedelta
from pydantic import BaseModel, ConfigDict, Field, field_validator

_LEAP_YEAR = 2000
DEFAULT_DAY = (12, 31)
"""Month and day of a recurrence by day of the year that names none."""


class Anchor(StrEnum):
    """What a recurrence counts from."""

    COMPLETION = "completion"
    ENTRY = "entry"
    """The first day at the company; it recurs on its anniversaries."""
    DAY = "day"
    """A day of the year."""


class Recurrence(BaseModel):
    """When a further cycle is due, and how long before it opens."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    anchor: Anchor
    months: Annotated[int, Field(ge=1, le=120)] = 12
    opens_before: Annotated[int, Field(ge=0, le=365)] = 30
    """Days."""
    day: tuple[int, int] | None = None
    """Month and day of the month, for `Anchor.DAY`."""

    @field_validator("day")
    @classmethod
    def _exists(cls, day: tuple[int, int] | None) -> tuple[int, int] | None:
        if day is not None:
            date(_LEAP_YEAR, *day)
        return day

    def due_after(self, completed_on: date, entered_on: date | None, since: date) -> date | None:
        """Return when the next cycle is due for somebody who completed the last one on `completed_on`.

        By anniversaries and days of the year it is the first one since the rule began that opens after the
        completion: who finishes in the time in which it is open has finished that round. None for an entry that
        nobody knows.
        """
        if self.anchor is Anchor.COMPLETION:
            return completed_on + relativedelta(months=self.months)
        if self.anchor is Anchor.ENTRY and entered_on is None:
            return None
        opens = timedelta(days=self.opens_before)
        return next(day for day in self._days(entered_on, since) if day >= since and day - opens > completed_on)

    def _days(self, entered_on: date | None, since: date) -> Iterator[date]:
        if self.anchor is Anchor.ENTRY and entered_on is not None:
            for n in count(1):
                yield entered_on + relativedelta(months=n * self.months)
        month, day = self.day or DEFAULT_DAY
        for year in count(since.year):
            yield date(year, 1, 1) + relativedelta(month=month, day=day)


class Terms(BaseModel):
    """From when a rule applies, and when what it gives is due: on a day, or some days after each person's start."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    starts_on: date
    due_on: date | None = None
    within_days: Annotated[int, Field(ge=1, le=730)] | None = None
    grace_days: Annotated[int, Field(ge=0, le=365)] = 14
    """Who gets the course later than the others has at least so many days."""
    recurrence: Recurrence | None = None

    def first_due(self, today: date) -> date:
        """Return when a cycle is due that somebody begins today without a valid certificate."""
        if self.within_days is not None:
            return today + timedelta(days=self.within_days)
        return self._with_grace(self.due_on or today, today)

    def next_due(self, latest: "LatestCycle | None", entered_on: date | None, today: date) -> date | None:
        """Return when a cycle that begins today is due; None if nothing begins today."""
        if today < self.starts_on:
            return None
        if latest is None or latest.is_revoked:
            return self.first_due(today)
        if latest.is_exempt:
            is_over = latest.exempted_until is not None and latest.exempted_until < today
            return self.first_due(today) if is_over else None
        if latest.completed_on is None or latest.valid_until is None:
            return None
        if latest.valid_until < self.starts_on:
            return self.first_due(today)
        if self.recurrence is None:
            return None
        due = self.recurrence.due_after(latest.completed_on, entered_on, self.starts_on)
        if due is None or today < due - timedelta(days=self.recurrence.opens_before):
            return None
        return self._with_grace(due, today)

    def _with_grace(self, due: date, today: date) -> date:
        return max(due, today + timedelta(days=self.grace_days))


@dataclass(frozen=True)
class LatestCycle:
    """What a rule has to know of somebody's latest cycle."""

    cycle: int
    due_on: date
    completed_on: date | None = None
    valid_until: date | None = None
    is_exempt: bool = False
    exempted_until: date | None = None
    is_revoked: bool = False

    @property
    def is_open(self) -> bool:
        return self.completed_on is None and not self.is_exempt and not self.is_revoked
