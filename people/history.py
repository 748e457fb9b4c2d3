"""The directory's past: who belonged where, and answered to whom, from when on. No names, no addresses."""

from datetime import datetime

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Connection,
    ForeignKey,
    Select,
    Subquery,
    Table,
    Text,
    and_,
    bindparam,
    delete,
    func,
    insert,
    or_,
    select,
)

from database import Instant, metadata
from people.directory import people

history = Table(
    "people_history",
    metadata,
    Column("person_key", Text, ForeignKey("people.person_key"), primary_key=True),
    Column("from_at", Instant, primary_key=True),
    Column("unit", Text, nullable=False),
    Column("manager_key", Text),
    Column("active", Boolean, nullable=False),
)


def keep(connection: Connection, now: datetime) -> None:
    """Notes what has changed in the directory since it was noted last; part of every transaction that changes it.

    Of several changes in one moment the last is kept.
    """
    connection.execute(delete(history).where(history.c.from_at >= now))
    connection.execute(_NOTE, {"now": now})


def forget(connection: Connection, person_key: str) -> None:
    connection.execute(delete(history).where(history.c.person_key == person_key))


def as_of(moment: datetime) -> Select[tuple[str, str, str | None, bool]]:
    """(person key, unit, manager's key, active) of everybody who was in the directory at `moment`."""
    latest = _latest(history.c.from_at <= moment)
    return select(history.c.person_key, history.c.unit, history.c.manager_key, history.c.active).join(
        latest, and_(history.c.person_key == latest.c.person_key, history.c.from_at == latest.c.from_at)
    )


def _latest(*conditions: ColumnElement[bool]) -> Subquery:
    return (
        select(history.c.person_key, func.max(history.c.from_at).label("from_at"))
        .where(*conditions)
        .group_by(history.c.person_key)
        .subquery("latest")
    )


_KNOWN = _latest()
_NOTE = insert(history).from_select(
    ["person_key", "from_at", "unit", "manager_key", "active"],
    select(
        people.c.person_key,
        bindparam("now", type_=Instant),
        people.c.unit,
        people.c.manager_key,
        people.c.active,
    )
    .outerjoin(_KNOWN, _KNOWN.c.person_key == people.c.person_key)
    .outerjoin(history, and_(history.c.person_key == _KNOWN.c.person_key, history.c.from_at == _KNOWN.c.from_at))
    .where(
        people.c.erased_at.is_(None),
        or_(
            history.c.person_key.is_(None),
            people.c.unit != history.c.unit,
            people.c.manager_key.is_distinct_from(history.c.manager_key),
            people.c.active != history.c.active,
        ),
    ),
)
