"""The directory kept in step by the company's identity system: one of its accounts, one person here.

An account without an employee number waits outside the directory for its number: it can neither sign in nor be
assigned anything, and is not counted.
"""

import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, delete, exists, insert, select, update

from database import Database
from people import history
from people.characters import is_hidden
from people.directory import Person, add, people, reporting_line
from people.sign_in import accounts
from people.sign_in.identity_system import Account, UnknownAccountError, find, incomplete, is_spelled, provisioned

LONGEST_TEXT = 254


class TakenError(Exception):
    """Somebody else has this name, number or address."""

    def __init__(self, attribute: str, what: str) -> None:
        super().__init__(f"{attribute}: somebody else has this {what}.")


class UnsoundAccountError(Exception):
    """The account cannot be stored like that."""

    def __init__(self, attribute: str, why: str) -> None:
        super().__init__(f"{attribute}: {why}")


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
            .where(is_spelled(people.c.employee_id, account.employee_id), provisioned.c.folded_user_name.is_(None))
        ).first()
        if row is not None and (row.invented or row.known is None):
            raise TakenError("employeeNumber", "number")
        key = row.person_key if row is not None else secrets.token_hex(16)
        return _save(connection, replace(account, key=key), today, now, is_new=row is None)

    return database.write(work)


def change(database: Database, key: str, edit: Callable[[Account], Account], today: date, now: datetime) -> Account:
    """Return the account as it is after `edit`.

    A person who is no longer active is signed out, and one who has got their employee number comes into the
    directory.
    """

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
    _check_manager(connection, account)
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


_OF_PERSON = "employee_id name family_name email unit manager_key language active external_id".split()
"""The fields of an account that the directory stores."""


def _save(connection: Connection, account: Account, today: date, now: datetime, *, is_new: bool) -> Account:
    _check_doubles(connection, account)
    _check_manager(connection, account)
    values: dict[str, Any] = {name: getattr(account, name) for name in _OF_PERSON}
    here = people.c.person_key == account.key
    if is_new:
        connection.execute(delete(incomplete).where(incomplete.c.account_key == account.key))
        add(connection, [Person(account.key, **values)])
    else:
        connection.execute(update(people).where(here).values(**values))
    if account.active:
        # An active person has access; a last day that has passed is from the time before.
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
        if len(text) > LONGEST_TEXT:
            raise UnsoundAccountError(attribute, f"the text is longer than {LONGEST_TEXT} characters.")
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
        (
            "emails",
            "address",
            exists().where(people.c.email == account.email, people.c.email != "", people.c.active, others),
        ),
    ]
    own = connection.execute(select(people.c.employee_id).where(people.c.person_key == account.key)).scalar()
    if account.employee_id not in {own, ""}:  # it takes a look at everybody, and mostly nothing has changed
        spelled = exists().where(is_spelled(people.c.employee_id, account.employee_id), others)
        doubles.append(("employeeNumber", "number", spelled))
    for attribute, what, double in doubles:
        if connection.execute(select(double)).scalar_one():
            raise TakenError(attribute, what)


def _check_manager(connection: Connection, account: Account) -> None:
    if account.manager_key is None:
        return
    try:
        manager = find(connection, account.manager_key)
    except UnknownAccountError as error:
        raise UnsoundAccountError("manager", "nobody in the directory has this id.") from error
    if not manager.employee_id:
        raise UnsoundAccountError("manager", "this person has no employee number yet, and so cannot manage anybody.")
    below = reporting_line([account.key]).subquery()
    leads_back = select(exists().where(below.c.person_key == account.manager_key))
    if account.manager_key == account.key or connection.execute(leads_back).scalar_one():
        raise UnsoundAccountError("manager", "the reporting line would lead in a circle.")


def is_address(text: str) -> bool:
    mailbox, at, host = text.rpartition("@")
    return bool(at and mailbox and host) and "@" not in mailbox and not any(each.isspace() for each in text)
