"""A manager and their deputy."""

from datetime import date, timedelta

from cast import TODAY

from database import Database
from people import deputies
from people.access import Principal
from people.deputies import Deputy

DAY = timedelta(days=1)

WEEK = timedelta(days=7)


def appoint(
    database: Database, who: Principal, deputy: Principal, first: date = TODAY, last: date = TODAY + WEEK
) -> list[Deputy]:
    return deputies.appoint(database, who, Deputy(who.key, deputy.key, first, last), TODAY)


def stored(database: Database, who: Principal, day: date = TODAY) -> list[Deputy]:
    with database.reading() as connection:
        return deputies.of_manager(connection, who.key, day)
