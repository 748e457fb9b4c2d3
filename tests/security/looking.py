"""Whom an answer of the server names, and the people of the demonstration who look and are looked for."""

import io
import re
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from html import unescape
from itertools import pairwise

from serving import SECRET, Server
from sqlalchemy import select

from people import deputies, directory
from people.access import Role
from people.deputies import Deputy
from people.directory import Person
from people.sign_in import accounts

_WORD = re.compile(r"[^\W\d_]+")
_BEGINS = re.compile(f"(?=[{''.join(letter for letter in map(chr, range(0x2000)) if letter.isupper())}])")
_NUMBERS = re.compile(r"(?<![\w-])(?:\d{6})+(?![\w-])")
"""One, or a table's column of them, end to end; not the digits within the ids that Streamlit draws at random."""
_ADDRESS = re.compile(r"[\w.-]+@example\.com")
_KEY = re.compile(r"[0-9a-f]{32}")
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")


@dataclass(frozen=True)
class Looker:
    """Somebody who is signed in, and whom they may see as the directory has it: worked out here once more, by
    other means than `people/access.py`."""

    title: str
    person: Person
    token: str
    sees: frozenset[str]
    knows: frozenset[str]
    """Names and numbers that are told with what they see: of whoever those people report to, and of whoever a
    deputy stands in for. Never an address or a key."""

    @property
    def cookie(self) -> str:
        return f"kodex={self.token}"


class Marks:
    """By what somebody can be known: the first two words of the name, number, address, key."""

    def __init__(self, persons: Iterable[Person]) -> None:
        self.of = {person.key: _marks(person) for person in persons}

    def hidden_from(self, looker: Looker) -> frozenset[str]:
        """The marks of everybody outside what they may see. Namesakes cannot be told apart, so theirs is left out."""
        seen = looker.knows.union(*(self.of[key] for key in looker.sees))
        return frozenset[str]().union(*(marks for key, marks in self.of.items() if key not in looker.sees)) - seen


def _marks(person: Person) -> frozenset[str]:
    first, second, *_ = _words(person.name)
    return frozenset({f"{first} {second}", person.employee_id, person.email, person.key})


def _known_beside(*persons: Person) -> frozenset[str]:
    return frozenset().union(*(_marks(person) - {person.email, person.key} for person in persons))


def marks_in(answer: bytes) -> set[str]:
    """Everything in an answer that could be a name, a number, an address or a key, from inside a workbook too."""
    text = _text(answer)
    words = _words(text)
    names = {f"{first} {second}" for first, second in pairwise(words)}
    numbers = {run[at : at + 6] for run in _NUMBERS.findall(text) for at in range(0, len(run), 6)}
    return names | numbers | {*_ADDRESS.findall(text), *_KEY.findall(text)}


def _words(text: str) -> list[str]:
    """The words with a capital. In a table's columns the names stand end to end."""
    return [part for word in _WORD.findall(text) if not word.islower() for part in _BEGINS.split(word) if part]


def _text(answer: bytes) -> str:
    if answer[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(answer)) as book:
            answer = b" ".join(book.read(name) for name in book.namelist())
    text = unescape(answer.decode("utf-8", "ignore"))
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "\\u" in text else text


def everybody(server: Server) -> list[Person]:
    with server.database.reading() as connection:
        return [directory.from_row(row) for row in connection.execute(select(directory.people))]


def signed_in(server: Server, person: Person) -> str:
    """The token of a session that has just begun."""
    return accounts.sign_in(server.database, person.key, SECRET.encode(), datetime.now(UTC), "tests")


def below(persons: Iterable[Person], *leaders: Person) -> frozenset[str]:
    """The keys of all who report to these people, directly or not."""
    reports: dict[str | None, list[str]] = {}
    for person in persons:
        reports.setdefault(person.manager_key, []).append(person.key)
    found: set[str] = set()
    left = [leader.key for leader in leaders]
    while left:
        new = [key for key in reports.get(left.pop(), []) if key not in found]
        found.update(new)
        left += new
    return frozenset(found)


def lookers(server: Server) -> list[Looker]:
    """One of each kind. The roles that the demonstration has not given are granted here."""
    persons = everybody(server)
    by_id = {person.employee_id: person for person in persons}
    cast = {role: server.cast(role).person for role in Role}
    everyone = frozenset(person.key for person in persons)
    taken = {person.key for person in cast.values()}
    leads = [person for person in persons if 2 <= len(below(persons, person)) <= 6 and person.key not in taken]
    single = [person for person in persons if not below(persons, person) and person.key not in taken]
    chance_picks = iter(single[::7])
    limited, doubly_limited, deputy, late_deputy, plain, second = (next(chance_picks) for _ in range(6))
    absent = next(person for person in leads if deputy.key not in below(persons, person))
    lead = next(person for person in leads if person.key != absent.key)
    units = {limited.key: {"Finance"}, doubly_limited.key: {"Doprava", "Informatika"}}
    _grant(server, units)
    _name_deputies(server, absent, deputy, late_deputy)
    top = by_id["100001"]

    by_key = {person.key: person for person in persons}

    def looker(title: str, person: Person, sees: Iterable[str] = (), absent: Person = top) -> Looker:
        seen = frozenset({person.key, *sees})
        managers = [by_key[by_key[key].manager_key or key] for key in seen]
        return Looker(title, person, signed_in(server, person), seen, _known_beside(*managers, absent))

    def in_units(person: Person) -> set[str]:
        return {each.key for each in persons if each.unit in units[person.key]}

    return [
        looker("employee", plain),
        looker("another employee", second),
        looker("employee of the cast", cast[Role.EMPLOYEE], below(persons, cast[Role.EMPLOYEE])),
        looker("manager of few", lead, below(persons, lead)),
        looker("manager", cast[Role.MANAGER], below(persons, cast[Role.MANAGER])),
        looker("head of the company", top, below(persons, top)),
        looker("HR", cast[Role.HR], everyone),
        looker("HR of one unit", limited, in_units(limited)),
        looker("HR of two units", doubly_limited, in_units(doubly_limited)),
        looker("auditor", cast[Role.AUDITOR], everyone),
        looker("content editor", cast[Role.EDITOR], below(persons, cast[Role.EDITOR])),
        looker("deputy", deputy, below(persons, absent), absent),
        looker("deputy whose time is over", late_deputy, absent=absent),
    ]


def _grant(server: Server, units: dict[str, set[str]]) -> None:
    with server.database.writing() as connection:
        for key, limited_to in units.items():
            for unit in limited_to:
                accounts.grant(connection, [(key, Role.HR)], unit)


def _name_deputies(server: Server, absent: Person, now: Person, before: Person) -> None:
    today = date.today()  # noqa: DTZ011 - the periods are days away from it
    with server.database.writing() as connection:
        for deputy, begins, ends in ((now, -5, 5), (before, -20, -10)):
            period = (today + timedelta(days=begins), today + timedelta(days=ends))
            deputies.name(connection, Deputy(absent.key, deputy.key, *period))
