"""Accounts of the directory as SCIM users, and back."""

import unicodedata
from dataclasses import replace

from pydantic import ValidationError
from scim2_models import (
    Meta,
    Reference,
)

from people.sign_in.identity_system import Account
from web.scim.model import (
    FIXED,
    TOLERANT,
    WORK,
    Document,
    Email,
    EnterpriseUser,
    Manager,
    Name,
    Person,
    in_words,
    preferred,
)
from words import chosen


def user_of(account: Account, base: str) -> Person:
    """Return the account as a SCIM user; `base` is the address of the service."""
    user = Person(
        id=account.key,
        external_id=account.external_id,
        user_name=account.user_name,
        display_name=account.name,
        active=account.active,
    )
    if account.given_name or account.family_name:
        user.name = Name(given_name=account.given_name or None, family_name=account.family_name or None)
    if account.email:
        kind = account.email_type or WORK
        # Of one address that nobody calls private, nothing else could be meant by the primary one.
        is_primary = True if account.email_is_primary is None and kind.lower() == WORK else account.email_is_primary
        user.emails = [Email(value=account.email, type=kind, primary=is_primary)]
    manager = None
    if account.manager_key:
        manager = Manager(value=account.manager_key, ref=Reference(f"{base}/Users/{account.manager_key}"))
    user[EnterpriseUser] = EnterpriseUser(
        employee_number=account.employee_id or None, department=account.unit or None, manager=manager
    )
    return user


def shown(account: Account, base: str) -> Person:
    """Return the account for an answer: without an employee number it is never active."""
    user = user_of(replace(account, active=account.active and bool(account.employee_id)), base)
    user.meta = Meta(
        resource_type="User",
        location=f"{base}/Users/{account.key}",
        created=account.since,
        last_modified=account.changed_at,
    )
    return user


def read(document: Document) -> Person:
    """Return the user that a request describes."""
    said = {name: value for name, value in document.items() if name.lower() not in FIXED}
    try:
        return Person.model_validate(said, scim_policy=TOLERANT)
    except ValidationError as error:
        raise in_words(error) from error


def account_of(user: Person, before: Account | None) -> Account:
    """Return the account that a user describes. Attributes that it leaves out are empty, except those that nobody can
    be without."""
    extension = user[EnterpriseUser] or EnterpriseUser()
    names = user.name or Name()
    given, family, user_name = _text(names.given_name), _text(names.family_name), _text(user.user_name)
    whole = " ".join(part for part in (given, family) if part)
    name = _text(user.display_name) or _text(names.unknown_attributes.get("formatted")) or whole or user_name
    if before and name == before.name == " ".join(part for part in (before.given_name, before.family_name) if part):
        # Where the whole name is only its parts, it changes with them.
        name = whole or name
    # Without an address, a user name that is one takes its place.
    email = preferred(user.emails or []) or Email(value=user_name if "@" in user_name else None)
    language = _text(user.preferred_language)
    return Account(
        user_name=user_name,
        name=name,
        given_name=given,
        family_name=family,
        email=_text(email.value),
        email_type=_text(email.type),
        email_is_primary=email.primary,
        employee_id=_text(extension.employee_number) or (before.employee_id if before else ""),
        unit=_text(extension.department),
        manager_key=_text(extension.manager.value) or None if extension.manager else None,
        active=user.active if user.active is not None else before.active if before else True,
        external_id=_text(user.external_id) or None,
        language=chosen(language) if language or before is None else before.language,
    )


def _text(value: object) -> str:
    return unicodedata.normalize("NFC", value.strip()) if isinstance(value, str) else ""
