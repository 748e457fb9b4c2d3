"""Days and hours at which letters may go, as the company sets them for a country."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

MONDAY_TO_FRIDAY = frozenset(range(5))
LONGEST_BREAK = 31
"""Days: longer without a working day in them is no calendar, and the search for one ends."""


@dataclass(frozen=True)
class WorkingDays:
    weekdays: frozenset[int] = MONDAY_TO_FRIDAY
    """Monday is 0."""
    holidays: frozenset[date] = frozenset()
    from_hour: int = 8
    until_hour: int = 18
    """From this hour on it is quiet."""

    def is_working(self, day: date) -> bool:
        return day.weekday() in self.weekdays and day not in self.holidays

    def on_or_before(self, day: date) -> date:
        """Return the last working day up to `day`; `day` itself if there is none for a month."""
        earlier = (day - timedelta(days=n) for n in range(LONGEST_BREAK))
        return next((each for each in earlier if self.is_working(each)), day)

    def may_go(self, local: datetime) -> bool:
        """True if a letter may go at that local time."""
        return self.is_working(local.date()) and self.from_hour <= local.hour < self.until_hour


EVERYWHERE = WorkingDays()


@dataclass(frozen=True)
class WorkingDaysByUnit:
    """The working days of each country, found by a person's unit."""

    of_units: tuple[tuple[str, WorkingDays], ...] = ()
    otherwise: WorkingDays = EVERYWHERE

    def of(self, unit: str) -> WorkingDays:
        return dict(self.of_units).get(unit, self.otherwise)

    def may_go_anywhere(self, local: datetime) -> bool:
        return any(each.may_go(local) for each in (self.otherwise, *(days for _, days in self.of_units)))
