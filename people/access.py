"""Who may see and do what: decided here, and nowhere else."""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Select, false, select

from people.directory import Person, people, reporting_line


class Role(StrEnum):
    EMPLOYEE = "employee"
    MANAGER = "manager"
    HR = "hr"
    EDITOR = "editor"
    AUDITOR = "auditor"


class Act(StrEnum):
    LEARN = "learn"
    SEE_TEAM = "see team"
    SEE_CERTIFICATIONS = "see certifications"
    SEE_CONTENT = "see content"


ALLOWED: dict[Act, frozenset[Role]] = {
    Act.LEARN: frozenset({Role.EMPLOYEE}),
    Act.SEE_TEAM: frozenset({Role.MANAGER}),
    Act.SEE_CERTIFICATIONS: frozenset({Role.HR, Role.AUDITOR}),
    Act.SEE_CONTENT: frozenset({Role.EDITOR, Role.HR, Role.AUDITOR}),
}


class RefusedError(Exception):
    """The principal may not do this."""


@dataclass(frozen=True)
class Principal:
    """The signed-in person and what they may do. It is worked out anew on every run."""

    person: Person
    roles: frozenset[Role]

    @property
    def key(self) -> str:
        return self.person.key


def may(principal: Principal, act: Act) -> bool:
    return principal.person.active and not principal.roles.isdisjoint(ALLOWED[act])


def require(principal: Principal, act: Act) -> None:
    if not may(principal, act):
        raise RefusedError(act)


def visible(principal: Principal, act: Act) -> Select[tuple[str]]:
    """The keys of the people whose progress the principal may see in that act: nobody's, when it is not theirs."""
    keys = select(people.c.person_key)
    if not may(principal, act):
        return keys.where(false())
    match act:
        case Act.LEARN:
            return keys.where(people.c.person_key == principal.key)
        case Act.SEE_TEAM:
            return reporting_line(principal.key)
        case Act.SEE_CERTIFICATIONS:
            return keys
        case _:
            return keys.where(false())


def may_see_certificate_of(principal: Principal, person_key: str) -> bool:
    """A certificate's document is seen by its holder, HR and auditors."""
    return principal.key == person_key or may(principal, Act.SEE_CERTIFICATIONS)


OPERATOR = Principal(Person("operator", "", "", "", "", None, "en"), frozenset({Role.AUDITOR}))
"""Whoever runs commands on the machine itself: they hold the database anyway, and read what an auditor reads."""
