"""Who is seen."""

from database import Database
from people.access import (
    Act,
    Principal,
    visible,
)


def seen(database: Database, who: Principal, act: Act) -> set[str]:
    with database.reading() as connection:
        return set(connection.execute(visible(who, act)).scalars())
