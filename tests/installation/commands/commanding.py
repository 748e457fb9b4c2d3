"""The operator's commands over a small company."""

from sqlalchemy import select

from commands import application
from database import Database
from people import directory

EMPLOYEES = 40

t = application.t


def names(database: Database) -> list[str]:
    with database.reading() as connection:
        return sorted(connection.execute(select(directory.people.c.name)).scalars())
