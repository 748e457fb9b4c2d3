"""The directory kept in step by the company's identity system: one account of it, one person here."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Connection,
    ForeignKey,
    Row,
    Select,
    Table,
    Text,
    and_,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)

from database import Database, metadata
from people import accounts, history
from people.directory import Person, add, is_hidden, people, reporting_line

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
)
"""What the identity system calls people. Without `folded_user_name` it has taken the person out: they are here, and
it does not see them."""

LONGEST = 254


class UnknownAccountError(Exception):
    """There is no such account, or it is none of the identity system's business."""


class TakenError(Exception):
    """Somebody else has this name or number; says which."""


class UnsoundAccountError(Exception):
    """The account cannot be kept like that; says why."""


@dataclass(frozen=True)
class Account:
    """A person as the identity system has them. The key is that of the person, and empty before there is one."""

    user_name: str
    name: str
    given_name: str
    family_name: str
    email: str
    employee_id: str
    unit: str
    manager_key: str | None
    active: bool
    external_id: str | None
    language: str
    email_type: str = ""
    email_is_primary: bool | None = None
    """What the identity system says of the address, kept for it alone."""
    key: str = ""


_VISIBLE = and_(
    ~people.c.invented,
    people.c.erased_at.is_(None),
    or_(provisioned.c.person_key.is_(None), provisioned.c.folded_user_name.is_not(None)),
)
_ACCOUNTS: Select[tuple[object, ...]] = (
    select(people, *(column for column in provisioned.c if column.name != "person_key"))
    .join_from(people, provisioned, provisioned.c.person_key == people.c.person_key, isouter=True)
    .where(_VISIBLE)
)


def _called(value: str) -> ColumnElement[bool]:
    """Whose user name this is. People from a file are called by their address or number until they get one."""
    folded = value.lower()
    own = or_(people.c.email == folded, people.c.employee_id.in_({value, folded, value.upper()}))
    return or_(
        provisioned.c.folded_user_name == folded,
        and_(provisioned.c.person_key.is_(None), own),
    )


FILTERS: dict[str, Callable[[str], ColumnElement[bool]]] = {
    "id": lambda value: people.c.person_key == value,
    "user name": _called,
    "external id": lambda value: people.c.external_id == value,
    "employee number": lambda value: people.c.employee_id == value,
}


def find(connection: Connection, key: str) -> Account:
    row = None if _is_nobodys(key) else connection.execute(_ACCOUNTS.where(people.c.person_key == key)).first()
    if row is None:
        raise UnknownAccountError(key)
    return _from_row(row)


def listed(connection: Connection, by: str | None, value: str, start: int, count: int) -> tuple[int, list[Account]]:
    """How many accounts there are of whom the filter speaks, and `count` of them from number `start` on."""
    if _is_nobodys(value):
        return 0, []
    wanted = _ACCOUNTS if by is None else _ACCOUNTS.where(FILTERS[by](value))
    total = connection.execute(select(func.count()).select_from(wanted.subquery())).scalar_one()
    rows = connection.execute(wanted.order_by(people.c.person_key).offset(start - 1).limit(count))
    return total, [_from_row(row) for row in rows]


def _is_nobodys(value: str) -> bool:
    """Whether nobody can be called that. Some of it no database takes even to look for it."""
    return any(is_hidden(letter) for letter in value)


def create(database: Database, account: Account, today: date, now: datetime) -> Account:
    """Adds somebody, or lets somebody come back who was taken out before: their record goes on."""

    def work(connection: Connection) -> Account:
        row = connection.execute(
            select(people.c.person_key, people.c.invented, provisioned.c.person_key.label("known"))
            .join_from(people, provisioned, provisioned.c.person_key == people.c.person_key, isouter=True)
            .where(people.c.employee_id == account.employee_id, provisioned.c.folded_user_name.is_(None))
        ).first()
        if row is not None and (row.invented or row.known is None):
            raise TakenError("employeeNumber")
        key = row.person_key if row is not None else secrets.token_hex(16)
        return _save(connection, replace(account, key=key), today, now, is_new=row is None)

    return database.write(work)


def change(database: Database, key: str, edit: Callable[[Account], Account], today: date, now: datetime) -> Account:
    """Gives the account as it is after `edit`; whoever is not active any more is signed out."""

    def work(connection: Connection) -> Account:
        return _save(connection, replace(edit(find(connection, key)), key=key), today, now, is_new=False)

    return database.write(work)


def remove(database: Database, key: str, now: datetime) -> None:
    """Takes somebody out: their access ends, their record stays."""

    def work(connection: Connection) -> None:
        find(connection, key)
        connection.execute(update(people).where(people.c.person_key == key).values(active=False))
        connection.execute(delete(provisioned).where(provisioned.c.person_key == key))
        connection.execute(
            insert(provisioned).values(person_key=key, user_name="", given_name="", family_name="", email_type="")
        )
        accounts.end_sessions(connection, [key])
        history.keep(connection, now, [key])

    database.write(work)


def _save(connection: Connection, account: Account, today: date, now: datetime, *, is_new: bool) -> Account:
    account = replace(account, email=account.email.lower())
    _check(connection, account)
    values: dict[str, Any] = {
        "employee_id": account.employee_id,
        "name": account.name,
        "email": account.email,
        "unit": account.unit,
        "manager_key": account.manager_key,
        "language": account.language,
        "active": account.active,
        "external_id": account.external_id,
    }
    here = people.c.person_key == account.key
    if is_new:
        add(connection, [Person(account.key, **values)])
    else:
        connection.execute(update(people).where(here).values(**values))
    if account.active:
        # Whoever is active is here; a last day that has passed is from the time before.
        connection.execute(update(people).where(here, people.c.ends_on < today).values(ends_on=None))
    else:
        accounts.end_sessions(connection, [account.key])
    connection.execute(delete(provisioned).where(provisioned.c.person_key == account.key))
    connection.execute(
        insert(provisioned).values(
            person_key=account.key,
            user_name=account.user_name,
            folded_user_name=account.user_name.lower(),
            given_name=account.given_name,
            family_name=account.family_name,
            email_type=account.email_type,
            email_is_primary=account.email_is_primary,
        )
    )
    history.keep(connection, now, [account.key])
    return find(connection, account.key)


def _check(connection: Connection, account: Account) -> None:
    texts = {
        "userName": account.user_name,
        "displayName": account.name,
        "name.givenName": account.given_name,
        "name.familyName": account.family_name,
        "emails": account.email,
        "employeeNumber": account.employee_id,
        "department": account.unit,
        "externalId": account.external_id or "",
        "emails.type": account.email_type,
    }
    for what, text in texts.items():
        if len(text) > LONGEST or any(is_hidden(each) for each in text):
            raise UnsoundAccountError(f"{what} is too long, or has a character that hides, breaks or turns the text.")
    for what in ("userName", "displayName", "employeeNumber"):
        if not texts[what].strip():
            raise UnsoundAccountError(f"{what} is missing.")
    if account.email and not _is_address(account.email):
        raise UnsoundAccountError("emails holds no e-mail address.")
    _check_doubles(connection, account)
    if account.manager_key is not None:
        _check_manager(connection, account.key, account.manager_key)


def _check_doubles(connection: Connection, account: Account) -> None:
    others = people.c.person_key != account.key
    doubles = {
        "userName": exists().where(
            provisioned.c.folded_user_name == account.user_name.lower(), provisioned.c.person_key != account.key
        ),
        "employeeNumber": exists().where(people.c.employee_id == account.employee_id, others),
        "emails": exists().where(people.c.email == account.email, people.c.email != "", people.c.active, others),
    }
    for what, double in doubles.items():
        if connection.execute(select(double)).scalar_one():
            raise TakenError(what)


def _check_manager(connection: Connection, key: str, manager_key: str) -> None:
    try:
        find(connection, manager_key)
    except UnknownAccountError as error:
        raise UnsoundAccountError("manager names nobody in the directory.") from error
    below = reporting_line([key]).subquery()
    leads_back = select(exists().where(below.c.person_key == manager_key))
    if manager_key == key or connection.execute(leads_back).scalar_one():
        raise UnsoundAccountError("manager would lead in a circle.")


def _is_address(text: str) -> bool:
    mailbox, at, host = text.rpartition("@")
    return bool(at and mailbox and host) and "@" not in mailbox and not any(each.isspace() for each in text)


def _from_row(row: Row[tuple[object, ...]]) -> Account:
    return Account(
        user_name=row.user_name or row.email or row.employee_id,
        name=row.name,
        given_name=row.given_name or "",
        family_name=row.family_name or "",
        email=row.email,
        employee_id=row.employee_id,
        unit=row.unit,
        manager_key=row.manager_key,
        active=row.active,
        external_id=row.external_id,
        language=row.language,
        email_type="work" if row.email_type is None else row.email_type,
        email_is_primary=True if row.email_type is None else row.email_is_primary,
        key=row.person_key,
    )
