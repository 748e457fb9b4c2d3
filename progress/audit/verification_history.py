"""When the record was verified on its screen, and what came of it. It names nobody, and proves nothing by itself."""

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
"""`elsewhere` are the checkpoints that were brought along; `checkpoints` holds them and those that are kept here."""


_KEPT = select(*(each for each in verifications.c if each.name != "number"))


@dataclass(frozen=True)
class Verification:
    at: datetime
    """When it had ended."""
    events: int
    people: int
    certificates: int
    checkpoints: int
    elsewhere: int
    findings: int


def keep(database: Database, verified: Verified, elsewhere: int, at: datetime) -> Verification:
    """Notes what came of it, and gives it as it is kept."""
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
        return Verification(*connection.execute(_KEPT.where(verifications.c.number == number)).one())


def last(connection: Connection) -> Verification | None:
    row = connection.execute(_KEPT.order_by(verifications.c.number.desc()).limit(1)).first()
    return Verification(*row) if row else None


def persons(connection: Connection, principal: Principal, keys: Collection[str]) -> dict[str, Person]:
    """By key, those whose chains are spoken of and whom the principal may see."""
    is_seen = people.c.person_key.in_(visible(principal, Act.VERIFY))
    found = connection.execute(select(people).where(people.c.person_key.in_(sorted(keys)), is_seen))
    return {row.person_key: from_row(row) for row in found}
