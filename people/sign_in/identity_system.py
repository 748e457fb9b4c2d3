"""People as the company's identity system knows them: its accounts, and how they are looked for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Connection,
    ForeignKey,
    Row,
    Table,
    Text,
    and_,
    case,
    false,
    func,
    literal,
    or_,
    select,
    true,
    union_all,
)

from database import Instant, folded, identified, metadata
from people.characters import is_hidden
from people.directory import people
from people.personal_data import PersonalData, deleting, row_as_json
from words.spelling import identifier

provisioned = Table(
    "provisioned_people",
    metadata,
    Column("person_key", Text, ForeignKey("people.person_key"), primary_key=True),
    Column("user_name", Text, nullable=False),
    Column("folded_user_name", Text, unique=True),
    Column("given_name", Text, nullable=False),
    Column("family_name", Text, nullable=False),
    Column("email_type", Text, nullable=False),
    Column("email_is_primary", Boolean),
    Column("since", Instant),
    Column("changed_at", Instant),
)
"""The identity system's names for people. Without `folded_user_name` it has removed the person: they are in the
directory, and it does not see them."""

incomplete = Table(
    "incomplete_accounts",
    metadata,
    Column("account_key", Text, primary_key=True),
    Column("user_name", Text, nullable=False),
    Column("folded_user_name", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("given_name", Text, nullable=False),
    Column("family_name", Text, nullable=False),
    Column("email", Text, nullable=False),
    Column("email_type", Text, nullable=False),
    Column("email_is_primary", Boolean),
    Column("unit", Text, nullable=False),
    Column("manager_key", Text, ForeignKey("people.person_key")),
    Column("active", Boolean, nullable=False),
    Column("external_id", Text),
    Column("language", Text, nullable=False),
    Column("since", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
)
"""Accounts that have no employee number yet. `active` applies once they have one; `account_key` then becomes the
person's key."""


class UnknownAccountError(Exception):
    """There is no such account, or it does not belong to the identity system."""


@dataclass(frozen=True)
class Account:
    """A person as the identity system has them. The key is that of the person, and empty before there is one."""

    user_name: str
    name: str
    given_name: str
    family_name: str
    email: str
    employee_id: str
    """Empty while the account is incomplete."""
    unit: str
    manager_key: str | None
    active: bool
    external_id: str | None
    language: str
    email_type: str = ""
    email_is_primary: bool | None = None
    """An attribute of the address that only the identity system uses."""
    key: str = ""
    since: datetime | None = field(default=None, compare=False)
    changed_at: datetime | None = field(default=None, compare=False)
    """The times of the identity system's first and last request about the account; None for people from a file."""


_VISIBLE = and_(
    ~people.c.invented,
    people.c.erased_at.is_(None),
    or_(provisioned.c.person_key.is_(None), provisioned.c.folded_user_name.is_not(None)),
)
_IS_FROM_A_FILE = provisioned.c.person_key.is_(None)
_NO_TEXT = literal("", Text)
_PERSONS = (
    select(
        people.c.person_key.label("key"),
        case(
            (~_IS_FROM_A_FILE, provisioned.c.user_name),
            (people.c.email != "", people.c.email),
            else_=people.c.employee_id,
        ).label("user_name"),
        provisioned.c.folded_user_name,
        people.c.name,
        func.coalesce(provisioned.c.given_name, _NO_TEXT).label("given_name"),
        func.coalesce(provisioned.c.family_name, _NO_TEXT).label("family_name"),
        people.c.email,
        case((_IS_FROM_A_FILE, literal("work", Text)), else_=provisioned.c.email_type).label("email_type"),
        case((_IS_FROM_A_FILE, true()), else_=provisioned.c.email_is_primary).label("email_is_primary"),
        people.c.employee_id,
        people.c.unit,
        people.c.manager_key,
        people.c.active,
        people.c.external_id,
        people.c.language,
        provisioned.c.since,
        provisioned.c.changed_at,
    )
    .join_from(people, provisioned, provisioned.c.person_key == people.c.person_key, isouter=True)
    .where(_VISIBLE)
)
_WITHOUT_NUMBER = select(
    incomplete.c.account_key.label("key"),
    *(
        _NO_TEXT.label("employee_id") if column.name == "employee_id" else incomplete.c[column.name]
        for column in _PERSONS.selected_columns
        if column.name != "key"
    ),
)
_accounts = union_all(_PERSONS, _WITHOUT_NUMBER).subquery("accounts")
_account = _accounts.c


def _called(value: str) -> ColumnElement[bool]:
    """The condition that an account has this user name. People from a file have their address or number as one until
    they get another."""
    own = or_(_account.email == value.lower(), is_spelled(_account.employee_id, value))
    return or_(_account.folded_user_name == value.lower(), and_(_account.folded_user_name.is_(None), own))


def is_spelled(column: ColumnElement[str], value: str) -> ColumnElement[bool]:
    """The condition that an employee number is this one, in any spelling."""
    return and_(identified(column) == identifier(value), column != "")


SEARCHED_BY_TEXT: dict[str, Callable[[str], ColumnElement[bool]]] = {
    "id": lambda value: _account.key == value,
    "userName": _called,
    "externalId": lambda value: _account.external_id == value,
    "employeeNumber": lambda value: is_spelled(_account.employee_id, value),
    "emails.value": lambda value: _account.email == value.lower(),
    "emails.type": lambda value: and_(_account.email != "", _account.email_type == value),
    "manager": lambda value: _account.manager_key == value,
    "manager.value": lambda value: _account.manager_key == value,
}
_TRUTHS: dict[str, ColumnElement[bool]] = {
    "active": and_(_account.active, _account.employee_id != ""),
    "emails.primary": and_(_account.email != "", func.coalesce(_account.email_is_primary, true())),
}


_PRESENT = {
    "id": _account.key,
    "userName": _account.user_name,
    "externalId": _account.external_id,
    "employeeNumber": _account.employee_id,
    "active": _account.key,
    "manager": _account.manager_key,
    "manager.value": _account.manager_key,
    "emails.value": _account.email,
    "emails.type": _account.email,
    "emails.primary": _account.email,
}


def having(attribute: str, value: str | bool) -> ColumnElement[bool] | None:
    """The condition that an account has this value of a SCIM attribute; None if the attribute cannot be searched."""
    if isinstance(value, bool):
        return _TRUTHS[attribute] == value if attribute in _TRUTHS else None
    if attribute not in SEARCHED_BY_TEXT:
        return None
    return false() if _is_nobodys(value) else func.coalesce(SEARCHED_BY_TEXT[attribute](value), false())


def present(attribute: str) -> ColumnElement[bool] | None:
    """The condition that an account has any value of a SCIM attribute; None if the attribute cannot be searched."""
    column = _PRESENT.get(attribute)
    return None if column is None else func.coalesce(column != "", false())


def find(connection: Connection, key: str) -> Account:
    row = None if _is_nobodys(key) else connection.execute(select(_accounts).where(_account.key == key)).first()
    if row is None:
        raise UnknownAccountError(key)
    return _from_row(row)


def listed(
    connection: Connection, wanted: ColumnElement[bool] | None, start: int, count: int
) -> tuple[int, list[Account]]:
    """Return the number of accounts that are `wanted` (None for all), and `count` of them from number `start` on."""
    among = select(_accounts) if wanted is None else select(_accounts).where(wanted)
    total = connection.execute(select(func.count()).select_from(among.subquery())).scalar_one()
    rows = connection.execute(among.order_by(_account.key).offset(start - 1).limit(count))
    return total, [_from_row(row) for row in rows]


def _from_row(row: Row[tuple[object, ...]]) -> Account:
    return Account(**{name: value for name, value in row._mapping.items() if name != "folded_user_name"})


def _is_nobodys(value: str) -> bool:
    """True for values that nobody has; some of them no database accepts even in a query."""
    return not value or any(is_hidden(letter) for letter in value)


@dataclass(frozen=True)
class Incomplete:
    """An account that waits for its employee number."""

    user_name: str
    name: str
    email: str
    unit: str
    since: datetime


def without_number(connection: Connection) -> list[Incomplete]:
    """Return the accounts that wait for their employee number, by name."""
    columns = (incomplete.c[name] for name in ("user_name", "name", "email", "unit", "since"))
    rows = connection.execute(select(*columns).order_by(folded(incomplete.c.name), incomplete.c.account_key))
    return [Incomplete(*row) for row in rows]


def _stored_about(connection: Connection, person_key: str) -> Mapping[str, Any]:
    """Return what the identity system calls the person, by column; empty without an account there."""
    columns = [column for column in provisioned.c if column.name != "person_key"]
    row = connection.execute(select(*columns).where(provisioned.c.person_key == person_key)).mappings().first()
    return dict(row) if row else {}


def _as_data(account: Mapping[str, Any]) -> dict[str, Any] | None:
    return row_as_json(account) or None


ACCOUNT = PersonalData("account", (provisioned,), _stored_about, _as_data, deleting(provisioned))
