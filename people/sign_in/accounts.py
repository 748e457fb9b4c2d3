"""Granted roles, and sessions. Of a session's token only a hash is stored."""

import secrets
from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Date,
    ForeignKey,
    Table,
    Text,
    bindparam,
    delete,
    exists,
    insert,
    or_,
    select,
    update,
)

from database import NOT_ANSWERED, Database, Instant, UnknownOutcomeError, metadata, written
from people import security_log, tokens
from people.access import Principal, Role
from people.deputies import deputies, stands_in_for
from people.directory import Person, from_row, has_access, people, reporting_line
from people.personal_data import PersonalData, as_json, deleting
from people.sign_in.gate import Gate, Limits

grants = Table(
    "role_grants",
    metadata,
    Column("person_key", Text, ForeignKey("people.person_key"), primary_key=True),
    Column("role", Text, primary_key=True),
    Column("unit", Text, primary_key=True),
    Column("granted_at", Instant),
    Column("granted_by", Text),
)
"""`unit` limits HR's role to one unit; it is empty where the role is for the whole company. `granted_by` names
the command or the way by which it was granted; of the oldest grants neither that nor when is known."""

sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", Text, primary_key=True),
    Column("person_key", Text, ForeignKey("people.person_key"), nullable=False, index=True),
    Column("begun_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("session_id", Text, nullable=False, unique=True),
    Column("agent", Text, nullable=False),
)
"""`session_id` names a session to its owner, and opens nothing; `agent` is what the browser calls itself."""

LONGEST_AGENT = 300
SEEN_AGAIN_AFTER = timedelta(minutes=1)
"""Age at which `seen_at` is updated; a write on every rerun would cost more than it is worth."""


def grant(
    connection: Connection,
    roles: Iterable[tuple[str, Role]],
    unit: str = "",
    now: datetime | None = None,
    by: str | None = None,
) -> list[tuple[str, Role]]:
    """Grant (person key, role) pairs, and return the new ones.

    Employee and manager are not granted: they follow from the directory.
    """
    rows = connection.execute(select(grants.c.person_key, grants.c.role).where(grants.c.unit == unit))
    held = {(row.person_key, row.role) for row in rows}
    new = [(key, role) for key, role in roles if (key, role.value) not in held]
    if new:
        granted = {"unit": unit, "granted_at": now, "granted_by": by}
        connection.execute(insert(grants), [{"person_key": key, "role": role.value, **granted} for key, role in new])
    return new


def take(connection: Connection, person_key: str, role: Role, unit: str = "") -> bool:
    """Take a role away and end the sessions of the person who had it; returns whether they had it."""
    mine = (grants.c.person_key == person_key, grants.c.role == role.value, grants.c.unit == unit)
    had = connection.execute(delete(grants).where(*mine)).rowcount > 0
    if had:
        end_sessions(connection, [person_key])
    return had


def is_over(limits: Limits, now: datetime) -> ColumnElement[bool]:
    """The condition, for a query of `sessions`, that a session has ended by itself."""
    return _is_over(now - limits.longest, now - limits.idle)


def _is_over(
    begun_before: datetime | ColumnElement[datetime], idle_since: datetime | ColumnElement[datetime]
) -> ColumnElement[bool]:
    return or_(sessions.c.begun_at < begun_before, sessions.c.seen_at < idle_since)


_reports = people.alias("reports")
_HOLDER = (
    select(
        people,
        sessions.c.seen_at,
        grants.c.role.label("granted"),
        grants.c.unit.label("granted_unit"),
        exists().where(_reports.c.manager_key == people.c.person_key).label("has_had_reports"),
        exists().where(_reports.c.manager_key == people.c.person_key, _reports.c.active).label("has_reports"),
        exists()
        .where(deputies.c.deputy_key == people.c.person_key, deputies.c.until_on >= bindparam("today"))
        .label("is_deputy"),
    )
    .join_from(sessions, people, people.c.person_key == sessions.c.person_key)
    .outerjoin(grants, grants.c.person_key == people.c.person_key)
    .where(
        sessions.c.token_hash == bindparam("token_hash"),
        ~_is_over(bindparam("begun_before", type_=Instant), bindparam("idle_since", type_=Instant)),
        has_access(bindparam("today", type_=Date)),
    )
)
"""Executed on every run, and so built once: building it takes longer than executing it in SQLite."""
_OF_SESSION = len(people.c)
"""The index of the first column after the person's."""


@dataclass(frozen=True)
class Session:
    """A session as its owner sees it."""

    id: str
    begun_at: datetime
    seen_at: datetime
    agent: str
    is_this: bool


def sign_in(database: Database, person_key: str, secret: bytes, now: datetime, agent: str = "") -> str:
    """Begin a session and return its token, which only the browser stores."""
    return database.write(lambda connection: begin_session(connection, person_key, secret, now, agent))


def begin_session(connection: Connection, person_key: str, secret: bytes, now: datetime, agent: str) -> str:
    token = tokens.new()
    connection.execute(
        insert(sessions).values(
            token_hash=tokens.hashed(token, secret),
            person_key=person_key,
            begun_at=now,
            seen_at=now,
            session_id=secrets.token_hex(8),
            agent=agent[:LONGEST_AGENT],
        )
    )
    return token


def sessions_of(
    connection: Connection, gate: Gate, person_key: str, token: str | None, now: datetime
) -> list[Session]:
    """Return a person's open sessions, the newest first; the one with `token` is marked."""
    this = tokens.hashed(token, gate.secret) if token else ""
    open_ = (sessions.c.person_key == person_key, ~is_over(gate.limits, now))
    rows = connection.execute(select(sessions).where(*open_).order_by(sessions.c.begun_at.desc()))
    return [Session(row.session_id, row.begun_at, row.seen_at, row.agent, row.token_hash == this) for row in rows]


def end_session(database: Database, person_key: str, session_id: str) -> None:
    """End one of a person's own sessions; the id of somebody else's session ends none."""

    mine = (sessions.c.person_key == person_key, sessions.c.session_id == session_id)
    ended = database.write(lambda connection: connection.execute(delete(sessions).where(*mine)).rowcount)
    security_log.note("sessions ended", person=person_key, sessions=ended)


def end_other_sessions(database: Database, person_key: str, token: str | None, secret: bytes) -> None:
    """End all sessions of a person except the one with `token`."""
    this = tokens.hashed(token, secret) if token else ""
    others = (sessions.c.person_key == person_key, sessions.c.token_hash != this)
    ended = database.write(lambda connection: connection.execute(delete(sessions).where(*others)).rowcount)
    security_log.note("sessions ended", person=person_key, sessions=ended)


def end_sessions(connection: Connection, person_keys: Iterable[str]) -> None:
    """End all sessions of people who have left, lost a role or got a new password."""
    keys = [{"key": key} for key in person_keys]
    if keys:
        connection.execute(delete(sessions).where(sessions.c.person_key == bindparam("key")), keys)


def sign_out(database: Database, token: str, secret: bytes) -> None:
    mine = sessions.c.token_hash == tokens.hashed(token, secret)
    ending = delete(sessions).where(mine).returning(sessions.c.person_key)
    if person_key := database.write(lambda connection: connection.execute(ending).scalar()):
        security_log.note("sign-out", person=person_key)


def principal(gate: Gate, token: str | None, now: datetime) -> Principal | None:
    """Return the holder of `token` with their roles as of `now`, or None if the session is over or unknown."""
    if not token:
        return None
    token_hash, today = tokens.hashed(token, gate.secret), gate.day_of(now)
    open_ = {"begun_before": now - gate.limits.longest, "idle_since": now - gate.limits.idle}
    with gate.database.reading() as connection:
        rows = connection.execute(_HOLDER, {"token_hash": token_hash, "today": today, **open_}).all()
        if not rows:
            return None
        seen_at, *_, has_had_reports, has_reports, is_deputy = rows[0][_OF_SESSION:]
        person = from_row(rows[0])
        absent = stands_in_for(connection, person.key, today) if is_deputy else frozenset()
        leads = {person.key, *absent} if has_had_reports else absent
        # The whole line costs more than the rest: it is read where all direct reports have left, and for a deputy.
        is_manager = has_reports or (bool(leads) and _lead_somebody(connection, leads))
    if now - seen_at > SEEN_AGAIN_AFTER:
        _mark_seen(gate.database, token_hash, now)
    roles = {Role.EMPLOYEE} | {Role(row.granted) for row in rows if row.granted}
    if is_manager:
        roles.add(Role.MANAGER)
    units = {row.granted_unit for row in rows if row.granted == Role.HR}
    limited = frozenset(units) if units and "" not in units else None
    return Principal(person, frozenset(roles), limited, absent)


def as_hr(connection: Connection, person: Person) -> Principal:
    """Return the person with HR's role alone, as far as it was granted to them, for a command that acts in their
    name."""
    held = select(grants.c.unit).where(grants.c.person_key == person.key, grants.c.role == Role.HR.value)
    units = frozenset(connection.execute(held).scalars())
    roles = {Role.EMPLOYEE, Role.HR} if units else {Role.EMPLOYEE}
    return Principal(person, frozenset(roles), None if "" in units else units)


def _lead_somebody(connection: Connection, manager_keys: Collection[str]) -> bool:
    """True if anybody in their reporting lines, at any depth, is still active."""
    line = select(people.c.person_key).where(people.c.person_key.in_(reporting_line(manager_keys)), people.c.active)
    return connection.execute(line.limit(1)).first() is not None


def forget_ended(gate: Gate, now: datetime) -> None:
    """Delete the sessions that are over."""
    gate.database.write(lambda connection: connection.execute(delete(sessions).where(is_over(gate.limits, now))))


def _mark_seen(database: Database, token_hash: str, now: datetime) -> None:
    # With a full disk, or a database that is locked or read-only, people can still read. Tried once: another request
    # may have updated it, and nobody waits for a server that fails over.
    with suppress(*NOT_ANSWERED, UnknownOutcomeError), database.writing() as connection:
        connection.execute(update(sessions).where(sessions.c.token_hash == token_hash).values(seen_at=now))


@dataclass(frozen=True)
class HeldRole:
    """A role that was granted, or that follows from the directory."""

    role: Role
    unit: str = ""
    """The unit that it is limited to; empty without a limit."""
    granted_at: datetime | None = None
    granted_by: str | None = None


def _roles_of(connection: Connection, person_key: str) -> tuple[HeldRole, ...]:
    """Return the roles that follow from the directory, and then those that were granted."""
    granted = connection.execute(
        select(grants).where(grants.c.person_key == person_key).order_by(grants.c.role, grants.c.unit)
    )
    has_reports = exists().where(people.c.manager_key == person_key, people.c.active)
    is_manager = connection.execute(select(has_reports)).scalar_one()
    return (
        HeldRole(Role.EMPLOYEE),
        *([HeldRole(Role.MANAGER)] if is_manager else []),
        *(HeldRole(Role(row.role), row.unit, row.granted_at, row.granted_by) for row in granted),
    )


def _roles_as_data(roles: tuple[HeldRole, ...]) -> list[dict[str, Any]]:
    return [
        {
            "role": held.role.value,
            "unit": held.unit or None,
            "granted_at": as_json(held.granted_at),
            "granted_by": held.granted_by,
        }
        for held in roles
    ]


ROLES = PersonalData("roles", (grants,), _roles_of, _roles_as_data, deleting(grants))


@dataclass(frozen=True)
class StoredSession:
    """A session, over or not, as My record shows it."""

    begun_at: datetime
    seen_at: datetime
    agent: str


def _sessions_stored(connection: Connection, person_key: str) -> tuple[StoredSession, ...]:
    """Return the latest first."""
    rows = connection.execute(
        select(sessions).where(sessions.c.person_key == person_key).order_by(sessions.c.begun_at.desc())
    )
    return tuple(StoredSession(row.begun_at, row.seen_at, row.agent) for row in rows)


def _sessions_as_data(stored: tuple[StoredSession, ...]) -> list[dict[str, Any]]:
    return [
        {"begun_at": written(each.begun_at), "seen_at": written(each.seen_at), "agent": each.agent} for each in stored
    ]


SESSIONS = PersonalData(
    "sessions",
    (sessions,),
    _sessions_stored,
    _sessions_as_data,
    deleting(sessions),
    withheld={
        "sessions.token_hash": "the person who has it can look for the token",
        "sessions.session_id": "it names a session, and says nothing about anybody",
    },
)
