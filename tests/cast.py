"""The company that most tests play in, and the fixed time at which they do. A fixture signs each of them in:

    director          Dagmar Žižková   manages the manager
    └ manager         Milan Řehák      manages the learner
      └ learner       Lenka Šťastná
    other_manager     Otakar Němec     manages the outsider
    └ outsider        Olga Úlehlová    in another reporting line than the learner
    hr                Hana Říhová      role HR
    auditor           Aleš Čáp         role AUDITOR
    editor            Eva Ďurišová     role EDITOR

`everybody` puts them into `database`, and each of the fixtures above asks for it. The time is `NOW` (fixtures `now`
and `today`), in Prague (`zone`). `studying.Study` (fixtures `study` and `assigned`) takes them through the course.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from database import Database
from people import directory
from people.access import Principal, Role
from people.directory import Person
from people.sign_in import accounts
from progress.completion import editions
from quizzes.content import Content

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

TODAY = date(2026, 3, 2)

PRAGUE = ZoneInfo("Europe/Prague")

DUE = date(2026, 3, 31)


PRAGUE = ZoneInfo("Europe/Prague")


@pytest.fixture(scope="session")
def zone() -> ZoneInfo:
    return PRAGUE


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def today() -> date:
    return TODAY


def _played_by(name: str, employee_id: str, unit: str, manager: Person | None = None) -> Person:
    key = f"{int(employee_id):032x}"
    email = f"{employee_id}@example.com"
    return Person(key, employee_id, name, email, unit, manager and manager.key, "cs", invented=True)


_DIRECTOR = _played_by("Dagmar Žižková", "2001", "Provoz")

_MANAGER = _played_by("Milan Řehák", "2002", "Sklad", _DIRECTOR)

_LEARNER = _played_by("Lenka Šťastná", "2003", "Sklad", _MANAGER)

_HR = _played_by("Hana Říhová", "3001", "Personální oddělení")

_AUDITOR = _played_by("Aleš Čáp", "3002", "Vnitřní audit")

_EDITOR = _played_by("Eva Ďurišová", "3003", "Právní oddělení")

_OTHER_MANAGER = _played_by("Otakar Němec", "4001", "Obchod")

_OUTSIDER = _played_by("Olga Úlehlová", "4002", "Obchod", _OTHER_MANAGER)

PEOPLE = (_DIRECTOR, _MANAGER, _LEARNER, _HR, _AUDITOR, _EDITOR, _OTHER_MANAGER, _OUTSIDER)


@pytest.fixture
def everybody(database: Database, content: Content) -> tuple[Person, ...]:
    """The whole cast, in the directory; the content they will meet is kept."""
    editions.keep(database, content)
    with database.writing() as connection:
        directory.add(connection, PEOPLE)
        granted = [(_HR.key, Role.HR), (_AUDITOR.key, Role.AUDITOR), (_EDITOR.key, Role.EDITOR)]
        accounts.grant(connection, granted)
    return PEOPLE


def _principal(person: Person, *roles: Role) -> Principal:
    return Principal(person, frozenset({Role.EMPLOYEE, *roles}))


@pytest.fixture
def learner(everybody: tuple[Person, ...]) -> Principal:  # noqa: ARG001
    return _principal(_LEARNER)


@pytest.fixture
def manager(everybody: tuple[Person, ...]) -> Principal:  # noqa: ARG001
    """The learner's."""
    return _principal(_MANAGER, Role.MANAGER)


@pytest.fixture
def director(everybody: tuple[Person, ...]) -> Principal:  # noqa: ARG001
    """The manager's manager."""
    return _principal(_DIRECTOR, Role.MANAGER)


@pytest.fixture
def hr(everybody: tuple[Person, ...]) -> Principal:  # noqa: ARG001
    return _principal(_HR, Role.HR)


@pytest.fixture
def auditor(everybody: tuple[Person, ...]) -> Principal:  # noqa: ARG001
    return _principal(_AUDITOR, Role.AUDITOR)


@pytest.fixture
def editor(everybody: tuple[Person, ...]) -> Principal:  # noqa: ARG001
    return _principal(_EDITOR, Role.EDITOR)


@pytest.fixture
def outsider(everybody: tuple[Person, ...]) -> Principal:  # noqa: ARG001
    """Somebody in another reporting line."""
    return _principal(_OUTSIDER)


@pytest.fixture
def other_manager(everybody: tuple[Person, ...]) -> Principal:  # noqa: ARG001
    """The outsider's."""
    return _principal(_OTHER_MANAGER, Role.MANAGER)


def leaves(database: Database, who: Principal) -> Principal:
    """`who` leaves the company."""
    with database.writing() as connection:
        statement = directory.people.update().where(directory.people.c.person_key == who.key)
        connection.execute(statement.values(active=False))
    return Principal(replace(who.person, active=False), who.roles)


def move(database: Database, who: Principal, manager: Principal | None) -> None:
    """`who` gets another manager."""
    with database.writing() as connection:
        statement = directory.people.update().where(directory.people.c.person_key == who.key)
        connection.execute(statement.values(manager_key=manager and manager.key))


def keys(principals: Iterable[Principal]) -> set[str]:
    return {each.key for each in principals}
