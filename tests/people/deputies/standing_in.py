"""A manager and their deputy."""

from datetime import date, timedelta

from cast import NOW, TODAY
from gates import asking

from database import Database
from people import deputies
from people.access import Asker, Principal
from people.deputies import Deputy

DAY = timedelta(days=1)

WEEK = timedelta(days=7)


def asker(who: Principal) -> Asker:
    return asking(who, NOW)


def appoint(
    database: Database, who: Principal, deputy: Principal, first: date = TODAY, last: date = TODAY + WEEK
) -> list[Deputy]:
    return deputies.appoint(database, asker(who), Deputy(who.key, deputy.key, first, last))


def stored(database: Database, who: Principal, day: date = TODAY) -> list[Deputy]:
    with database.reading() as connection:
        return deputies.of_manager(connection, who.key, day)
