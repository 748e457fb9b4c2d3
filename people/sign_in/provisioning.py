"""The directory kept in step by the company's identity system: one account of it, one person here.

An account without an employee number is kept beside the directory until its number comes: it is nobody who could sign
in, be assigned anything or be counted.
"""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
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
    delete,
    exists,
    false,
    func,
    insert,
    literal,
    or_,
    select,
    true,
    union_all,
    update,
)

from database import Database, Instant, folded, metadata
from people import history
from people.directory import Person, add, is_hidden, people, reporting_line
from people.personal_data import PersonalData, deleting, row_as_json
from people.sign_in import accounts

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
"""What the identity system calls people. Without `folded_user_name` it has taken the person out: they are here, and
it does not see them."""

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
"""Accounts that have no employee number yet. `active` is what the identity system wants once they have one, and
`account_key` the key that they then have as a person."""

LONGEST = 254


class UnknownAccountError(Exception):
    """There is no such account, or it is none of the identity system's business."""


class TakenError(Exception):
    """Somebody else has this name, number or address; carries the attribute and the sentence."""

    def __init__(self, attribute: str, what: str) -> None:
        super().__init__(f"{attribute}: somebody else has this {what}.")


class UnsoundAccountError(Exception):
    """The account cannot be kept like that; carries the attribute and the sentence."""

    def __init__(self, attribute: str, why: str) -> None:
        super().__init__(f"{attribute}: {why}")


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
    """What the identity system says of the address, kept for it alone."""
    key: str = ""
    since: datetime | None = field(default=None, compare=False)
    changed_at: datetime | None = field(default=None, compare=False)
    """When the identity system sent it first and last; unknown of people from a file."""


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
    """Whose user name this is. People from a file are called by their address or number until they get one."""
    folded = value.lower()
    own = or_(_account.email == folded, _account.employee_id.in_({value, folded, value.upper()}))
    return or_(_account.folded_user_name == folded, and_(_account.folded_user_name.is_(None), own))


SEARCHED_BY_TEXT: dict[str, Callable[[str], ColumnElement[bool]]] = {
    "id": lambda value: _account.key == value,
    "userName": _called,
    "externalId": lambda value: _account.external_id == value,
    "employeeNumber": lambda value: _account.employee_id == value,
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
    """Which accounts have this value of a SCIM attribute; none where they cannot be looked for by it."""
    if isinstance(value, bool):
        return _TRUTHS[attribute] == value if attribute in _TRUTHS else None
    if attribute not in SEARCHED_BY_TEXT:
        return None
    return false() if _is_nobodys(value) else func.coalesce(SEARCHED_BY_TEXT[attribute](value), false())


def present(attribute: str) -> ColumnElement[bool] | None:
    """Which accounts have any value of a SCIM attribute; none where they cannot be looked for by it."""
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
    """How many accounts are `wanted`, all when none is said, and `count` of them from number `start` on."""
    among = select(_accounts) if wanted is None else select(_accounts).where(wanted)
    total = connection.execute(select(func.count()).select_from(among.subquery())).scalar_one()
    rows = connection.execute(among.order_by(_account.key).offset(start - 1).limit(count))
    return total, [_from_row(row) for row in rows]


def _from_row(row: Row[tuple[object, ...]]) -> Account:
    return Account(**{name: value for name, value in row._mapping.items() if name != "folded_user_name"})


def _is_nobodys(value: str) -> bool:
    """Whether nobody has that value. Some of it no database takes even to look for it."""
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
    """The accounts that wait for their employee number, by name."""
    columns = (incomplete.c[name] for name in ("user_name", "name", "email", "unit", "since"))
    rows = connection.execute(select(*columns).order_by(folded(incomplete.c.name), incomplete.c.account_key))
    return [Incomplete(*row) for row in rows]


def forget(connection: Connection, user_name: str) -> bool:
    """Remove an account that waits for its number; returns whether there was one."""
    theirs = incomplete.c.folded_user_name == user_name.lower()
    return connection.execute(delete(incomplete).where(theirs)).rowcount > 0


def create(database: Database, account: Account, today: date, now: datetime) -> Account:
    """Add somebody, or let somebody come back who was taken out before: their record goes on."""
    account = replace(account, email=account.email.lower())
    _check_texts(account)

    def work(connection: Connection) -> Account:
        if not account.employee_id:
            return _keep_waiting(connection, replace(account, key=secrets.token_hex(16)), now)
        row = connection.execute(
            select(people.c.person_key, people.c.invented, provisioned.c.person_key.label("known"))
            .join_from(people, provisioned, provisioned.c.person_key == people.c.person_key, isouter=True)
            .where(people.c.employee_id == account.employee_id, provisioned.c.folded_user_name.is_(None))
        ).first()
        if row is not None and (row.invented or row.known is None):
            raise TakenError("employeeNumber", "number")
        key = row.person_key if row is not None else secrets.token_hex(16)
        return _save(connection, replace(account, key=key), today, now, is_new=row is None)

    return database.write(work)


def change(database: Database, key: str, edit: Callable[[Account], Account], today: date, now: datetime) -> Account:
    """Return the account as it is after `edit`; whoever is not active any more is signed out, and whoever has got
    their employee number comes into the directory."""

    def work(connection: Connection) -> Account:
        before = find(connection, key)
        account = edit(before)
        account = replace(account, key=key, email=account.email.lower(), since=before.since)
        _check_texts(account)
        if not account.employee_id:
            return _keep_waiting(connection, account, now)
        return _save(connection, account, today, now, is_new=not before.employee_id)

    return database.write(work)


def remove(database: Database, key: str, now: datetime) -> None:
    """Take somebody out: their access ends, their record stays."""

    def work(connection: Connection) -> None:
        if not find(connection, key).employee_id:
            connection.execute(delete(incomplete).where(incomplete.c.account_key == key))
            return
        connection.execute(update(people).where(people.c.person_key == key).values(active=False))
        connection.execute(delete(provisioned).where(provisioned.c.person_key == key))
        connection.execute(
            insert(provisioned).values(person_key=key, user_name="", given_name="", family_name="", email_type="")
        )
        accounts.end_sessions(connection, [key])
        history.keep(connection, now, [key])

    database.write(work)


def _keep_waiting(connection: Connection, account: Account, now: datetime) -> Account:
    _check_doubles(connection, account)
    if account.manager_key is not None:
        _check_manager(connection, account.key, account.manager_key)
    here = incomplete.c.account_key == account.key
    values = {
        **{column.name: getattr(account, column.name, None) for column in incomplete.c},
        "account_key": account.key,
        "folded_user_name": account.user_name.lower(),
        "since": account.since or now,
        "changed_at": now,
    }
    connection.execute(delete(incomplete).where(here))
    connection.execute(insert(incomplete).values(values))
    return find(connection, account.key)


def _save(connection: Connection, account: Account, today: date, now: datetime, *, is_new: bool) -> Account:
    _check_doubles(connection, account)
    if account.manager_key is not None:
        _check_manager(connection, account.key, account.manager_key)
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
        connection.execute(delete(incomplete).where(incomplete.c.account_key == account.key))
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
            since=account.since or now,
            changed_at=now,
        )
    )
    history.keep(connection, now, [account.key])
    return find(connection, account.key)


def _check_texts(account: Account) -> None:
    texts = {
        "userName": account.user_name,
        "displayName": account.name,
        "name.givenName": account.given_name,
        "name.familyName": account.family_name,
        "emails": account.email,
        "emails.type": account.email_type,
        "employeeNumber": account.employee_id,
        "department": account.unit,
        "externalId": account.external_id or "",
        "manager": account.manager_key or "",
    }
    for attribute, text in texts.items():
        if len(text) > LONGEST:
            raise UnsoundAccountError(attribute, f"the text is longer than {LONGEST} characters.")
        if any(is_hidden(each) for each in text):
            raise UnsoundAccountError(attribute, "a character in it hides, breaks or turns the text.")
    for attribute in ("userName", "displayName"):
        if not texts[attribute].strip():
            raise UnsoundAccountError(attribute, "is missing.")
    if account.email and not is_address(account.email):
        raise UnsoundAccountError("emails", "this is no e-mail address.")


def _check_doubles(connection: Connection, account: Account) -> None:
    others = people.c.person_key != account.key
    called, folded_name = "user name", account.user_name.lower()
    doubles = [
        (
            "userName",
            called,
            exists().where(provisioned.c.folded_user_name == folded_name, provisioned.c.person_key != account.key),
        ),
        (
            "userName",
            called,
            exists().where(incomplete.c.folded_user_name == folded_name, incomplete.c.account_key != account.key),
        ),
        ("employeeNumber", "number", exists().where(people.c.employee_id == account.employee_id, others)),
        (
            "emails",
            "address",
            exists().where(people.c.email == account.email, people.c.email != "", people.c.active, others),
        ),
    ]
    for attribute, what, double in doubles:
        if connection.execute(select(double)).scalar_one():
            raise TakenError(attribute, what)


def _check_manager(connection: Connection, key: str, manager_key: str) -> None:
    try:
        manager = find(connection, manager_key)
    except UnknownAccountError as error:
        raise UnsoundAccountError("manager", "nobody in the directory has this id.") from error
    if not manager.employee_id:
        raise UnsoundAccountError("manager", "this person has no employee number yet, and so cannot manage anybody.")
    below = reporting_line([key]).subquery()
    leads_back = select(exists().where(below.c.person_key == manager_key))
    if manager_key == key or connection.execute(leads_back).scalar_one():
        raise UnsoundAccountError("manager", "the reporting line would lead in a circle.")


def is_address(text: str) -> bool:
    mailbox, at, host = text.rpartition("@")
    return bool(at and mailbox and host) and "@" not in mailbox and not any(each.isspace() for each in text)


def _stored_about(connection: Connection, person_key: str) -> Mapping[str, Any]:
    """Return what the identity system calls the person, by column; empty without an account there."""
    columns = [column for column in provisioned.c if column.name != "person_key"]
    row = connection.execute(select(*columns).where(provisioned.c.person_key == person_key)).mappings().first()
    return dict(row) if row else {}


def _as_data(account: Mapping[str, Any]) -> dict[str, Any] | None:
    return row_as_json(account) or None


ACCOUNT = PersonalData("account", (provisioned,), _stored_about, _as_data, deleting(provisioned))
