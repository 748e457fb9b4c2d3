"""Audiences: the people that a rule is for, as a condition on the directory."""

from datetime import date, timedelta
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import ColumnElement, Select, and_, false, or_, select, true

from people.access import Role
from people.directory import has_access, people
from people.sign_in.accounts import grants

MOST_LISTED = 10_000
"""People in a list: a database accepts a limited number of values in one condition."""

_Keys = Annotated[tuple[str, ...], Field(max_length=MOST_LISTED)]


class Audience(BaseModel):
    """The people a rule is for: those whom one of the first fields names, narrowed by the others."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    everybody: bool = False
    units: tuple[str, ...] = ()
    with_all_below: bool = False
    """Also everybody who reports, at any depth, to somebody in one of the units."""
    roles: tuple[Role, ...] = ()
    people: _Keys = ()
    """Person keys: an employee number may change or be erased."""
    starters_within: Annotated[int, Field(ge=0, le=3650)] | None = None
    """Only people who began at most so many days before the rule did, or since."""
    languages: tuple[str, ...] = ()
    except_units: tuple[str, ...] = ()
    except_people: _Keys = ()

    @property
    def names_nobody(self) -> bool:
        return not (self.everybody or self.units or self.roles or self.people)

    def condition(self, since: date, today: date) -> ColumnElement[bool]:
        """The condition that somebody works here on `today` and is meant by a rule that began on `since`."""
        row = people.c
        begun = or_(row.starts_on.is_(None), row.starts_on <= today)
        parts = [row.erased_at.is_(None), has_access(today), begun, self._named(today)]
        if self.starters_within is not None:
            parts.append(row.starts_on >= since - timedelta(days=self.starters_within))
        if self.languages:
            parts.append(row.language.in_(self.languages))
        if self.except_units:
            parts.append(row.unit.not_in(self.except_units))
        if self.except_people:
            parts.append(row.person_key.not_in(self.except_people))
        return and_(*parts)

    def _named(self, today: date) -> ColumnElement[bool]:
        if self.everybody:
            return true()
        named: list[ColumnElement[bool]] = [false()]
        if self.units:
            named.append(people.c.unit.in_(self.units))
            if self.with_all_below:
                named.append(people.c.person_key.in_(_below(self.units)))
        if self.people:
            named.append(people.c.person_key.in_(self.people))
        named += [_holds(role, today) for role in self.roles]
        return or_(*named)


def _below(units: tuple[str, ...]) -> Select[tuple[str]]:
    """Return the keys of the people of these units and of everybody who reports to them."""
    line = select(people.c.person_key).where(people.c.unit.in_(units)).cte("audience_line", recursive=True)
    line = line.union(select(people.c.person_key).where(people.c.manager_key == line.c.person_key))
    return select(line.c.person_key)


def _holds(role: Role, today: date) -> ColumnElement[bool]:
    if role is Role.EMPLOYEE:
        return true()
    if role is Role.MANAGER:
        reports = people.alias("reports")
        led = select(reports.c.manager_key).where(reports.c.manager_key.is_not(None), has_access(today, reports))
        return people.c.person_key.in_(led)
    return people.c.person_key.in_(select(grants.c.person_key).where(grants.c.role == role.value))
