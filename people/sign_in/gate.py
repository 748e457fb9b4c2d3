"""What sign-in needs of an installation: where it stores, by which secret it hashes, and what it limits."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from database import Database


@dataclass(frozen=True)
class Limits:
    """When a session ends by itself: after `longest` in any case, and after `idle` without a request."""

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
    """Where the company is: access begins and ends with a day there."""

    def today(self, now: datetime) -> date:
        return now.astimezone(self.zone).date()
