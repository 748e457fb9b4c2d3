"""Roles that were granted, and sessions: who is signed in, for how long, and no more than a hash of their token."""

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import (
    Column,
    Connection,
    ForeignKey,
    Table,
    Text,
    bindparam,
    delete,
    exists,
    insert,
    select,
    update,
)

from database import Database, Instant, metadata
from people.access import Principal, Role
from people.directory import from_row, people, reporting_line

grants = Table(
    "role_grants",
    metadata,
    Column("person_key", Text, ForeignKey("people.person_key"), primary_key=True),
    Column("role", Text, primary_key=True),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", Text, primary_key=True),
    Column("person_key", Text, ForeignKey("people.person_key"), nullable=False, index=True),
    Column("begun_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
)

SEEN_AGAIN_AFTER = timedelta(minutes=1)
"""How old `seen_at` may get before it is written anew; a write on every rerun would cost more than it tells."""


@dataclass(frozen=True)
class Limits:
    """How a session ends by itself."""

    longest: timedelta
    idle: timedelta


def grant(connection: Connection, roles: Iterable[tuple[str, Role]]) -> None:
    """Grants (person key, role) pairs. Employee and manager are not granted: they follow from the directory."""
    rows = [{"person_key": key, "role": role.value} for key, role in roles]
    if rows:
        connection.execute(insert(grants), rows)


_reports = people.alias("reports")
_HOLDER = (
    select(
        people,
        sessions.c.begun_at,
        sessions.c.seen_at,
        grants.c.role.label("granted"),
        exists().where(_reports.c.manager_key == people.c.person_key).label("has_reports"),
    )
    .join_from(sessions, people, people.c.person_key == sessions.c.person_key)
    .outerjoin(grants, grants.c.person_key == people.c.person_key)
    .where(sessions.c.token_hash == bindparam("token_hash"), people.c.active)
)
"""Asked on every run, and so built once: building a statement takes longer than SQLite takes to answer it."""


def sign_in(database: Database, person_key: str, secret: bytes, now: datetime) -> str:
    """Begins a session and gives its token, which is known to the browser alone."""
    token = secrets.token_urlsafe(32)

    def begin(connection: Connection) -> None:
        connection.execute(
            insert(sessions).values(token_hash=_hash(token, secret), person_key=person_key, begun_at=now, seen_at=now)
        )

    database.write(begin)
    return token


def sign_out(database: Database, token: str, secret: bytes) -> None:
    def end(connection: Connection) -> None:
        connection.execute(delete(sessions).where(sessions.c.token_hash == _hash(token, secret)))

    database.write(end)


def principal(
    database: Database, token: str | None, secret: bytes, limits: Limits, now: datetime
) -> Principal | None:
    """Who holds `token`, with the roles they have at this moment; none when the session is over or unknown."""
    if not token:
        return None
    token_hash = _hash(token, secret)
    with database.reading() as connection:
        rows = connection.execute(_HOLDER, {"token_hash": token_hash}).all()
        if not rows or _is_over(rows[0].begun_at, rows[0].seen_at, limits, now):
            return None
        is_manager = rows[0].has_reports and _leads_somebody(connection, rows[0].person_key)
    if now - rows[0].seen_at > SEEN_AGAIN_AFTER:
        _mark_seen(database, token_hash, now)
    roles = {Role.EMPLOYEE} | {Role(row.granted) for row in rows if row.granted}
    if is_manager:
        roles.add(Role.MANAGER)
    return Principal(from_row(rows[0]), frozenset(roles))


def _leads_somebody(connection: Connection, person_key: str) -> bool:
    """Whether anybody in the reporting line is still here, at whatever depth."""
    line = select(people.c.person_key).where(people.c.person_key.in_(reporting_line(person_key)), people.c.active)
    return connection.execute(line.limit(1)).first() is not None


def forget_ended(database: Database, limits: Limits, now: datetime) -> None:
    """Deletes the sessions that are over."""

    def forget(connection: Connection) -> None:
        connection.execute(
            delete(sessions).where(
                (sessions.c.begun_at < now - limits.longest) | (sessions.c.seen_at < now - limits.idle)
            )
        )

    database.write(forget)


def _is_over(begun_at: datetime, seen_at: datetime, limits: Limits, now: datetime) -> bool:
    return now - begun_at > limits.longest or now - seen_at > limits.idle


def _mark_seen(database: Database, token_hash: str, now: datetime) -> None:
    def mark(connection: Connection) -> None:
        connection.execute(update(sessions).where(sessions.c.token_hash == token_hash).values(seen_at=now))

    database.write(mark)


def _hash(token: str, secret: bytes) -> str:
    """Keyed, so that a copy of the database alone does not even allow a guess to be checked."""
    return hmac.new(secret, token.encode(), hashlib.sha256).hexdigest()
