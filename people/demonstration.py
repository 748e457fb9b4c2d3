"""An invented organisation: units, reporting lines six deep, Czech and other names; alike for the same seed."""

import itertools
import random
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from people.access import Role
from people.directory import Person

CAST = {
    Role.EMPLOYEE: ("100002", "Tereza Němcová", "Zákaznický servis"),
    Role.MANAGER: ("100003", "Marek Dvořák", "Provoz"),
    Role.HR: ("100004", "Žaneta Říhová", "Personální oddělení"),
    Role.AUDITOR: ("100005", "Oldřich Šťastný", "Vnitřní audit"),
    Role.EDITOR: ("100006", "Běla Čapková", "Právní oddělení"),
}
"""People that a visitor of a demonstration can choose to be: employee number, name, unit."""

_DIVISIONS = (
    ("Provoz", (("Sklad Ostrava", 20), ("Provoz Brno", 22), ("Doprava", 14))),
    ("Obchod a služby", (("Obchod", 15), ("Zákaznický servis", 14))),
    (
        "Správa",
        (
            ("Finance", 6),
            ("Informatika", 6),
            ("Personální oddělení", 3),
            ("Právní oddělení", 2),
            ("Vnitřní audit", 1),
        ),
    ),
)
"""Divisions with their units, and how many of a hundred and three people work in each unit."""

_WOMEN = (
    "Adéla Alena Anna Barbora Božena Dana Dominika Eliška Eva Gabriela Hana Helena Ivana Iveta Jana Jitka "
    "Kateřina Klára Kristýna Lenka Lucie Ludmila Marie Markéta Michaela Monika Natálie Nikola Pavla Petra "
    "Radka Renata Růžena Šárka Simona Soňa Štěpánka Vendula Veronika Věra Zdeňka Zuzana Žofie"
).split()
_MEN = (
    "Adam Aleš Antonín Bohumil Daniel David Dominik František Filip Ivan Jakub Jan Jaroslav Jindřich Jiří "
    "Josef Karel Kryštof Ladislav Libor Luboš Lukáš Matěj Michal Milan Miroslav Ondřej Patrik Pavel Petr "
    "Radek Roman Rostislav Řehoř Šimon Stanislav Štěpán Tomáš Václav Viktor Vít Vojtěch Zbyněk Zdeněk"
).split()
_SURNAMES = (
    ("Novák", "Nováková"),
    ("Svoboda", "Svobodová"),
    ("Novotný", "Novotná"),
    ("Černý", "Černá"),
    ("Procházka", "Procházková"),
    ("Kučera", "Kučerová"),
    ("Veselý", "Veselá"),
    ("Krejčí", "Krejčí"),
    ("Horák", "Horáková"),
    ("Němec", "Němcová"),
    ("Marek", "Marková"),
    ("Pospíšil", "Pospíšilová"),
    ("Pokorný", "Pokorná"),
    ("Hájek", "Hájková"),
    ("Jelínek", "Jelínková"),
    ("Růžička", "Růžičková"),
    ("Beneš", "Benešová"),
    ("Fiala", "Fialová"),
    ("Sedláček", "Sedláčková"),
    ("Doležal", "Doležalová"),
    ("Zeman", "Zemanová"),
    ("Kolář", "Kolářová"),
    ("Navrátil", "Navrátilová"),
    ("Čermák", "Čermáková"),
    ("Vaněk", "Vaňková"),
    ("Urban", "Urbanová"),
    ("Blažek", "Blažková"),
    ("Kříž", "Křížová"),
    ("Kovář", "Kovářová"),
    ("Bartoš", "Bartošová"),
    ("Vlček", "Vlčková"),
    ("Polák", "Poláková"),
    ("Musil", "Musilová"),
    ("Šimek", "Šimková"),
    ("Konečný", "Konečná"),
    ("Malý", "Malá"),
    ("Holub", "Holubová"),
    ("Štěpánek", "Štěpánková"),
    ("Dušek", "Dušková"),
    ("Žák", "Žáková"),
)
_FROM_ELSEWHERE = (
    "Nguyễn Thị Hương",
    "Trần Văn Minh",
    "Oksana Kovalenko",
    "Andrij Ševčenko",
    "Katarína Hudáková",
    "Ján Kováčik",
    "Agnieszka Wiśniewska",
    "Łukasz Dąbrowski",
    "Emily Carter",
    "Michael O’Brien",
    "Zoltán Szabó",
    "Ágnes Tóth",
    "François Lefèvre",
    "Jürgen Groß",
    "Søren Ødegård",
    "Ioana Popescu",
    "Bảo Châu Lê",
    "Siobhán Kelly",
)


@dataclass
class _Draft:
    employee_id: str
    name: str
    unit: str
    manager_id: str | None
    role: Role | None = None


def organisation(employees: int, seed: int) -> tuple[list[Person], list[tuple[str, Role]]]:
    """`employees` invented people, each manager before their reports, and the roles granted to some."""
    chance = random.Random(seed)  # noqa: S311 - invented people need the same draw each time, not a secret one
    drafts = _drafts(employees, chance)
    keys = {draft.employee_id: f"{chance.getrandbits(128):032x}" for draft in drafts}
    taken: set[str] = set()
    persons = [
        Person(
            key=keys[draft.employee_id],
            employee_id=draft.employee_id,
            name=draft.name,
            email=_email(draft.name, taken),
            unit=draft.unit,
            manager_key=keys[draft.manager_id] if draft.manager_id else None,
            language="en" if draft.name in _FROM_ELSEWHERE and chance.random() < 0.6 else "cs",
            invented=True,
            family_name=draft.name.rsplit(" ", 1)[-1],
        )
        for draft in drafts
    ]
    granted: list[tuple[str, Role]] = [
        (keys[draft.employee_id], draft.role)
        for draft in drafts
        if draft.role in {Role.HR, Role.AUDITOR, Role.EDITOR}
    ]
    return persons, granted


def _drafts(employees: int, chance: random.Random) -> list[_Draft]:
    """The company's head, then each division: its director, its units, their lines. Managers come first."""
    ids = (str(number) for number in itertools.count(100001 + len(CAST) + 1))
    names = _names(chance)
    top = _Draft("100001", "Ludmila Horáková", "Vedení", None)
    drafts = [top]
    sizes = dict(_sizes(employees - 1 - len(_DIVISIONS)))
    for division, units in _DIVISIONS:
        director = _cast(division, top) or [_Draft(next(ids), next(names), division, top.employee_id)]
        drafts += director
        for unit, _ in units:
            cast = _cast(unit, director[0])
            hired = [
                _Draft(next(ids), next(names), unit, director[0].employee_id) for _ in range(sizes[unit] - len(cast))
            ]
            drafts += _line(hired + cast)
    return drafts


def _cast(unit: str, manager: _Draft) -> list[_Draft]:
    return [
        _Draft(employee_id, name, unit, manager.employee_id, role)
        for role, (employee_id, name, home) in CAST.items()
        if home == unit
    ]


def _line(members: list[_Draft]) -> list[_Draft]:
    """The members of a unit, the first of them its head, in three further levels where there are enough."""
    span = next(span for span in itertools.count(2) if 1 + span + span**2 + span**3 >= len(members))
    for position, draft in enumerate(members[1:]):
        draft.manager_id = members[position // span].employee_id
    return members


def _sizes(employees: int) -> Iterator[tuple[str, int]]:
    """Every unit with its size: at least its members of the cast, and together `employees` where they suffice."""
    units = [unit for _, units in _DIVISIONS for unit in units]
    total = sum(share for _, share in units)
    left = employees
    for unit, share in units[1:]:
        at_least = sum(home == unit for _, _, home in CAST.values())
        size = max(at_least, employees * share // total)
        left -= size
        yield unit, size
    yield units[0][0], max(left, 0)


def _names(chance: random.Random) -> Iterator[str]:
    while True:
        if chance.random() < 0.08:
            yield chance.choice(_FROM_ELSEWHERE)
        elif chance.random() < 0.5:
            yield f"{chance.choice(_WOMEN)} {chance.choice(_SURNAMES)[1]}"
        else:
            yield f"{chance.choice(_MEN)} {chance.choice(_SURNAMES)[0]}"


def _email(name: str, taken: set[str]) -> str:
    plain = unicodedata.normalize(
        "NFKD", name.replace("Ł", "L").replace("ł", "l").replace("ø", "o").replace("Ø", "O")
    )
    letters = "".join(
        letter for letter in plain.replace("ß", "ss").replace("’", "") if letter.isascii() and letter != "'"
    )
    base = ".".join(letters.lower().replace("-", " ").split())
    address, number = base, 1
    while address in taken:
        number += 1
        address = f"{base}{number}"
    taken.add(address)
    return f"{address}@example.com"
