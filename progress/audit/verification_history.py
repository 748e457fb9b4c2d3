"""The verifications made on screen, with their results. They name nobody, and prove nothing by themselves."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Connection, Integer, Table, func, insert, select

from database import Database, Instant, metadata
from people.access import Act, Principal, visible
from people.directory import Person, from_row, people
from progress.audit.verification import Verified

verifications = Table(
    "verifications",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("events", Integer, nullable=False),
    Column("people", Integer, nullable=False),
    Column("certificates", Integer, nullable=False),
    Column("checkpoints", Integer, nullable=False),
    Column("elsewhere", Integer, nullable=False),
    Column("findings", Integer, nullable=False),
)
"""`elsewhere` is the number of checkpoints that were uploaded; `checkpoints` counts them and those stored here."""


_STORED = select(*(each for each in verifications.c if each.name != "number"))


@dataclass(frozen=True)
class Verification:
    at: datetime
    """Time at which it ended."""
    events: int
    people: int
    certificates: int
    checkpoints: int
    elsewhere: int
    findings: int


def keep(database: Database, verified: Verified, elsewhere: int, at: datetime) -> Verification:
    """Store the result, and return it as read back."""
    row = {
        "at": at,
        "events": verified.events,
        "people": verified.people,
        "certificates": verified.certificates,
        "checkpoints": verified.checkpoints,
        "elsewhere": elsewhere,
        "findings": len(verified.findings),
    }

    def work(connection: Connection) -> int:
        number: int = 1 + (connection.execute(select(func.max(verifications.c.number))).scalar_one() or 0)
        connection.execute(insert(verifications), [{"number": number, **row}])
        return number

    number = database.write(work)
    with database.reading() as connection:
        return Verification(*connection.execute(_STORED.where(verifications.c.number == number)).one())


def last(connection: Connection) -> Verification | None:
    row = connection.execute(_STORED.order_by(verifications.c.number.desc()).limit(1)).first()
    return Verification(*row) if row else None


def persons(connection: Connection, principal: Principal, keys: Collection[str]) -> dict[str, Person]:
    """The people with these keys whom the principal may see, by key."""
    is_seen = people.c.person_key.in_(visible(principal, Act.VERIFY))
    found = connection.execute(select(people).where(people.c.person_key.in_(sorted(keys)), is_seen))
    return {row.person_key: from_row(row) for row in found}
