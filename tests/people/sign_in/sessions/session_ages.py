"""Sessions of one person over time."""

from datetime import datetime, timedelta

from database import Database
from people.access import Principal
from people.sign_in.accounts import Limits, principal

SECRET = b"a secret of at least thirty-two characters"

LIMITS = Limits(longest=timedelta(hours=8), idle=timedelta(minutes=30))


def who_is(database: Database, token: str | None, at: datetime) -> Principal | None:
    return principal(database, token, SECRET, LIMITS, at, at.date())
