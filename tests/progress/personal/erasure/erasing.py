"""People erased, and what is left of them."""

from collections.abc import Iterator
from datetime import timedelta

from cast import NOW, TODAY
from sqlalchemy import select
from studying import Study

from database import Database
from installation import schema
from people import directory
from people.access import Principal
from people.directory import Person
from progress.personal.erasure import Erased, erase

SECRET = b"only-for-tests-only-for-tests-only-for-tests"

REASON = "Asked for in writing, case 12"

LEFT_ON = TODAY - timedelta(days=400)


def erased(study: Study, who: Principal) -> Erased:
    return erase(study.database, who.person.employee_id, REASON, "tests", NOW + timedelta(days=1))


def everything(database: Database) -> Iterator[tuple[str, str]]:
    """Each value in the database as text, with its table."""
    with database.reading() as connection:
        for table in schema.TABLES:
            for row in connection.execute(select(table)):
                yield from ((table.name, str(value)) for value in row)


def in_directory(database: Database, key: str) -> Person:
    people = directory.people
    with database.reading() as connection:
        return directory.from_row(connection.execute(select(people).where(people.c.person_key == key)).one())
