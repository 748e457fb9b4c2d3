"""What sign-in is asked with: the gate of a database, and who asks when."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from database import Database
from people.access import Asker, Principal
from people.sign_in.gate import Allowed, Gate, Limits

SECRET = b"a secret of at least thirty-two characters"
LIMITS = Limits(longest=timedelta(hours=8), idle=timedelta(minutes=30))
ALLOWED = Allowed(account=5, address=100)


def gate_of(database: Database, secret: bytes = SECRET, allowed: Allowed = ALLOWED) -> Gate:
    return Gate(database, secret, LIMITS, allowed, ZoneInfo("UTC"))


def asking(who: Principal, at: datetime) -> Asker:
    return Asker(who, at, ZoneInfo("UTC"))
