"""Sessions of one person over time."""

from datetime import datetime

from gates import SECRET, gate_of

from database import Database
from people.access import Principal
from people.sign_in.accounts import principal


def who_is(database: Database, token: str | None, at: datetime) -> Principal | None:
    return principal(gate_of(database, SECRET), token, at)
