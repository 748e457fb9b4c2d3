"""The parts of an installation that sign-in needs: database, secret, limits, time zone."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from database import Database


@dataclass(frozen=True)
class Limits:
    """The limits of a session: `longest` in any case, and `idle` without a request."""

    longest: timedelta
    idle: timedelta


@dataclass(frozen=True)
class Allowed:
    """Failed attempts before an account or a network address has to wait."""

    account: int
    address: int


@dataclass(frozen=True)
class Gate:
    database: Database
    secret: bytes = field(repr=False)
    limits: Limits
    allowed: Allowed
    zone: ZoneInfo
    """The company's time zone: access begins and ends with a day there."""

    def day_of(self, now: datetime) -> date:
        return now.astimezone(self.zone).date()
