"""What it costs on every rerun to know who is signed in: session, person, roles, reporting line, deputies."""

import secrets
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from zoneinfo import ZoneInfo

from benchmarks.learners import invent
from benchmarks.machine import Watch
from benchmarks.tables import middle_and_spread, table
from database import Database
from people import directory
from people.access import Role
from people.demonstration import CAST
from people.sign_in import accounts
from people.sign_in.gate import Allowed, Gate, Limits

REST = 0.01
"""Seconds between two checks: a server has done something else meanwhile, and the processor's caches know it."""
TARGET = "Target: at most 1 ms of a rerun."
LIMITS = Limits(longest=timedelta(hours=8), idle=timedelta(minutes=30))
ALLOWED = Allowed(account=5, address=100)


def check(folder: Path, people: int, times: int) -> str:
    """Checks `times` for each of three roles, in a directory of `people`; gives the table."""
    database = Database(f"sqlite:///{folder / 'access.sqlite3'}")
    invent(database, people)
    watch = Watch([])
    rows = [_row(database, role, times) for role in (Role.EMPLOYEE, Role.MANAGER, Role.HR)]
    head = [f"The check of who is signed in, {people:,} people", "CPU ms (spread)", "checks"]
    database.close()
    return "\n".join([table(head, rows), TARGET, watch.others()])


def _row(database: Database, role: Role, times: int) -> list[str]:
    secret, now = secrets.token_bytes(32), datetime.now(UTC)
    with database.reading() as connection:
        person = directory.by_employee_id(connection, CAST[role][0])
    if person is None:
        raise LookupError(role)
    token = accounts.sign_in(database, person.key, secret, now)
    gate = Gate(database, secret, LIMITS, ALLOWED, ZoneInfo("UTC"))
    rounds = []
    for _ in range(5):
        spent = []
        for _ in range(times // 5):
            time.sleep(REST)
            begun = time.thread_time()
            found = accounts.principal(gate, token, now)
            spent.append(time.thread_time() - begun)
            if found is None or role not in found.roles:
                raise LookupError(role)
        rounds.append(median(spent))
    return [role.value, middle_and_spread(rounds), f"{times:,}"]
