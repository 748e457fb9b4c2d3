"""`manage.py people` over a directory of the test's own."""

from sqlalchemy import select

from database import Database
from people import directory
from people.directory import Person

FILE = """id;name;e-mail;unit;manager;end
1;Žaneta Říhová;zaneta@example.com;Vedení;;
2;Anna Ďurišová;anna@example.com;Sklad;1;
3;Otto Šťastný;otto@example.com;Sklad;anna@example.com;
"""


def names(database: Database, *, with_left: bool = True) -> list[str]:
    asked = select(directory.people.c.name).order_by(directory.people.c.employee_id)
    with database.reading() as connection:
        return list(connection.execute(asked if with_left else asked.where(directory.people.c.active)).scalars())


def person(database: Database, employee_id: str) -> Person:
    with database.reading() as connection:
        found = directory.by_employee_id(connection, employee_id)
    assert found is not None
    return found
