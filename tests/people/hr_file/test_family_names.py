"""People in the order of their family names, where the directory has them apart."""

from datetime import UTC, date, datetime

from sqlalchemy import select

from database import Database
from people import directory
from people.directory import Search
from people.hr_file import formats, importing
from people.hr_file import roster as rosters
from people.hr_file.importing import Done
from people.hr_file.plan import ImportOptions

TODAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
NAMES = [("Adam", "Šimek"), ("Bára", "Chalupová"), ("Cyril", "Cibulka"), ("Dana", "Čapková"), ("Eva", "Holubová")]
BY_FAMILY_NAME = ["Cyril Cibulka", "Dana Čapková", "Eva Holubová", "Bára Chalupová", "Adam Šimek"]
BY_NAME = ["Adam Šimek", "Bára Chalupová", "Cyril Cibulka", "Dana Čapková", "Eva Holubová"]


def apart() -> bytes:
    rows = [f"{n};{first};{last};{n}@example.com;Sklad" for n, (first, last) in enumerate(NAMES, 1)]
    return "\r\n".join(["Osobní číslo;Jméno;Příjmení;E-mail;Útvar", *rows]).encode()


def together() -> bytes:
    rows = [f"{n};{first} {last};{n}@example.com;Sklad" for n, (first, last) in enumerate(NAMES, 1)]
    return "\r\n".join(["Osobní číslo;Jméno;E-mail;Útvar", *rows]).encode()


def bring(database: Database, file: bytes) -> Done:
    return importing.apply(database, rosters.read(formats.tables(file)), ImportOptions(TODAY), NOW)


def listed(database: Database) -> list[str]:
    with database.reading() as connection:
        everybody = select(directory.people.c.person_key)
        return [person.name for person in directory.find(connection, everybody, Search(), 10, "cs").persons]


def test_the_family_name_comes_first_where_the_file_has_it_apart(database: Database) -> None:
    bring(database, apart())
    assert listed(database) == BY_FAMILY_NAME


def test_the_whole_name_decides_where_only_that_is_known(database: Database) -> None:
    bring(database, together())
    assert listed(database) == BY_NAME


def test_a_file_that_has_them_apart_for_the_first_time_changes_nobody(database: Database) -> None:
    bring(database, together())
    done = bring(database, apart())
    assert (sum(done.counts.values()), done.unchanged) == (0, len(NAMES))
    assert listed(database) == BY_FAMILY_NAME


def test_a_file_with_whole_names_leaves_a_known_family_name_and_drops_that_of_another_name(
    database: Database,
) -> None:
    bring(database, apart())
    bring(database, together())
    assert listed(database) == BY_FAMILY_NAME
    bring(database, together().replace("Adam Šimek".encode(), "Adam Antoš".encode()))
    assert listed(database)[0] == "Adam Antoš"
