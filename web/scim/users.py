"""People as SCIM users: what of one is kept, how it is read and written, patched and looked for (RFC 7643, 7644).

What a resource, a patch or a filter is comes from scim2-models; here stands what Kodex keeps of it. Attributes that
nobody keeps are ignored wherever they come, and the rest is done.
"""

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, ValidationError
from scim2_models import (
    URN,
    AnyExtension,
    CaseExact,
    ComplexAttribute,
    Extension,
    InvalidFilterException,
    InvalidPathException,
    InvalidSyntaxException,
    InvalidValueException,
    Meta,
    Mutability,
    NoTargetException,
    PatchOp,
    Path,
    Reference,
    Required,
    Resource,
    Returned,
    SCIMException,
    ScimFilter,
    ScimPolicy,
    TooManyException,
    Uniqueness,
)
from scim2_models.path import (
    AttrPath,
    CompareOperator,
    Comparison,
    FilterVisitor,
    LogicalExpr,
    LogicalOperator,
    Not,
    Present,
    ValuePath,
)
from sqlalchemy import ColumnElement, and_, false, not_, or_

from people.sign_in import provisioning
from people.sign_in.provisioning import Account
from words import chosen

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
LONGEST_PATH = 500
"""Characters of a PATCH operation's path."""
LONGEST_FILTER = 2000
"""Characters of a filter: a name of 254 letters, each written as an escape, fits."""
MOST_OPERATIONS = 500
"""Changes in one PATCH, each attribute of a value without a path counted."""
WORK = "work"

Document = dict[str, Any]


# What is kept


def _truth(value: object) -> object:
    """A truth value; identity systems send the word too."""
    said = {"true": True, "false": False}.get(value.strip().lower()) if isinstance(value, str) else value
    if not isinstance(said, bool) and value is not None:
        raise InvalidValueException(detail="has to be true or false.").as_pydantic_error()
    return said


def _manager(value: object) -> object:
    """A manager as an object; identity systems send a list of one, the id alone, or an empty text too."""
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, str):
        value = {"value": value}
    if not isinstance(value, dict):
        return value
    said = {name.lower(): part for name, part in value.items()}
    key = said.get("value")
    if key in (None, "") and isinstance(said.get("$ref"), str):
        key = said["$ref"].rpartition("/")[2]
    return {"value": key} if key else None


def _usable(value: object) -> object:
    """E-mail addresses without those that cannot be read, where the primary or the work one is among the others."""
    if not isinstance(value, list):
        return value
    readable = [each for each in map(_email, value) if each]
    return readable if any(map(_is_decisive, readable)) else value


class Email(ComplexAttribute):
    value: str | None = None
    """The address"""
    type: str | None = None
    """What it is for, such as work"""
    primary: Annotated[bool | None, BeforeValidator(_truth)] = None
    """Whether it is the one to use"""


class Name(ComplexAttribute):
    given_name: str | None = None
    family_name: str | None = None


class Manager(ComplexAttribute):
    value: Annotated[str | None, CaseExact.true] = None
    """The id of the manager"""
    ref: Reference["User"] | None = Field(  # type: ignore[type-arg]
        None, serialization_alias="$ref", validation_alias="$ref"
    )
    """The address of the manager"""


class EnterpriseUser(Extension):
    __schema__ = URN(ENTERPRISE)

    employee_number: Annotated[str | None, Required.true, Uniqueness.server] = None
    """By which HR's system knows the person; a user without it is kept, inactive, until it comes"""
    department: str | None = None
    """The unit"""
    manager: Annotated[Manager | None, BeforeValidator(_manager)] = None
    """Whom the person reports to"""


class User(Resource[AnyExtension]):
    __schema__ = URN(USER)

    user_name: Annotated[str | None, Required.true, Uniqueness.server] = None
    """What the identity system calls the person"""
    display_name: Annotated[str | None, Required.true] = None
    """The whole name, as it stands on certificates"""
    name: Name | None = None
    """The parts of the name"""
    active: Annotated[bool | None, Required.true, BeforeValidator(_truth)] = None
    """Whether the person has access"""
    emails: Annotated[list[Email] | None, BeforeValidator(_usable)] = None
    """The one e-mail address: the primary one, or the work one, or the first"""
    preferred_language: Annotated[str | None, Mutability.write_only, Returned.never] = None
    """The language, cs or en"""


Person = User[Annotated[EnterpriseUser, Required.true]]
"""A user with the enterprise extension."""

_TOLERANT = ScimPolicy(unknown=ScimPolicy.Unknown.ignore, remove_value_as_filter=ScimPolicy.RemoveValue.apply)
_ADDING = _TOLERANT.model_copy(update={"unmatched_path_filter": ScimPolicy.UnmatchedPathFilter.create})
"""An address that is added by its type is made where there is none, as Entra ID expects."""


def _email(value: object) -> Email | None:
    try:
        email = Email.model_validate(value, scim_policy=_TOLERANT)
    except ValidationError:
        return None
    return email if email.value and provisioning.is_address(email.value.strip()) else None


def _is_decisive(email: Email) -> bool:
    """Whether another address does not take its place."""
    return email.primary is True or (email.type or "").lower() == WORK


def _kept(emails: list[Email]) -> Email | None:
    """The address that is kept of several: the primary one, else the work one, else the first."""
    return min(
        (each for each in emails if each.value),
        key=lambda each: (each.primary is not True, (each.type or "").lower() != WORK),
        default=None,
    )


# Accounts and users


def user_of(account: Account, base: str) -> Person:
    """The account as SCIM writes a person; `base` is the address of the service."""
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
    """The account as it is answered: without a number it is not active, whatever is wanted."""
    user = user_of(replace(account, active=account.active and bool(account.employee_id)), base)
    user.meta = Meta(
        resource_type="User",
        location=f"{base}/Users/{account.key}",
        created=account.since,
        last_modified=account.changed_at,
    )
    return user


def read(document: Document) -> Person:
    """The user that a request's document describes."""
    said = {name: value for name, value in document.items() if name.lower() not in _FIXED}
    try:
        return Person.model_validate(said, scim_policy=_TOLERANT)
    except ValidationError as error:
        raise _in_words(error) from error


def account_of(user: Person, before: Account | None) -> Account:
    """What a user says of a person. What it leaves out is empty, except what nobody can be without."""
    extension = user[EnterpriseUser] or EnterpriseUser()
    names = user.name or Name()
    given, family, user_name = _text(names.given_name), _text(names.family_name), _text(user.user_name)
    whole = " ".join(part for part in (given, family) if part)
    name = _text(user.display_name) or _text(names.unknown_attributes.get("formatted")) or whole or user_name
    if before and name == before.name == " ".join(part for part in (before.given_name, before.family_name) if part):
        # Where the whole name is only its parts, it changes with them.
        name = whole or name
    # A user name that is an address stands in where there is none.
    email = _kept(user.emails or []) or Email(value=user_name if "@" in user_name else None)
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


# Changes to a part of a user

_FIXED = {"id", "schemas", "meta"}
"""What no request changes, in small letters."""
_OF_EXTENSION = {"employeenumber", "department", "manager"}
Operation = tuple[str, str, Any]
"""What is done, where, and with which value."""


def operations(document: Document) -> list[Operation]:
    """The changes that a PATCH asks for, each with a path."""
    given = {name.lower(): value for name, value in document.items()}.get("operations")
    if not isinstance(given, list) or not given or not all(isinstance(each, dict) for each in given):
        raise InvalidSyntaxException(detail="Operations: has to be a list of at least one object.")
    found: list[Operation] = []
    for each in given:
        said = {name.lower(): value for name, value in each.items()}
        op, path = said.get("op"), said.get("path")
        if not isinstance(op, str) or op.lower() not in {"add", "replace", "remove"}:
            raise InvalidSyntaxException(detail="op: has to be add, replace or remove.")
        if path is not None and not isinstance(path, str):
            raise InvalidPathException(detail="path: has to be a text.")
        found += _each(op.lower(), path or "", said.get("value"))
        if len(found) > MOST_OPERATIONS:
            raise TooManyException(detail=f"Operations: more than {MOST_OPERATIONS} changes. Send them in parts.")
    return found


def _each(op: str, path: str, value: Any) -> Iterator[Operation]:
    """An operation on a whole user or its extension is one on each attribute of the value."""
    if len(path) > LONGEST_PATH:
        raise InvalidPathException(detail=f"path: is longer than {LONGEST_PATH} characters.")
    path = path.strip()
    is_whole = path.lower() in {"", USER.lower(), ENTERPRISE.lower()}
    if not is_whole:
        yield op, _qualified(path), value
    elif op == "remove":
        raise NoTargetException(detail="path: remove needs the attribute to remove.")
    elif not isinstance(value, dict):
        raise InvalidValueException(
            detail=f"{path or 'value'}: has to be an object where the path names no attribute."
        )
    else:
        prefix = f"{ENTERPRISE}:" if path.lower() == ENTERPRISE.lower() else ""
        for name, part in value.items():
            if name.lower() not in _FIXED:
                yield from _each(op, f"{prefix}{name}", part)


def _qualified(path: str) -> str:
    """The path with the extension's schema, which some leave out."""
    name = path.partition(".")[0].partition("[")[0].strip().lower()
    return f"{ENTERPRISE}:{path}" if name in _OF_EXTENSION else path


def patch(user: Person, changes: list[Operation]) -> None:
    """Apply the changes to the user, one after the other."""
    for op, path, value in changes:
        try:
            _apply(user, op, path, value)
        except SCIMException as error:
            cause = error.__cause__
            raise _in_words(cause, path) if isinstance(cause, ValidationError) else _named(error, path) from error
        except ValidationError as error:
            raise _in_words(error, path) from error


def _apply(user: Person, op: str, path: str, value: Any) -> None:
    at: Path[Any] = Path[Person](path)
    is_remove = op == "remove"
    if at.parts and at.resolve() is not None:
        if is_remove and at.value_filter is not None and at.get(user) is None:
            raise NoTargetException(detail="nothing there matches.")
        if at.parts[0].lower() == "manager":
            if _is_of_nobody(value):
                return
            path, value = _of_manager(at, None if is_remove else value)
        elif at.parts[0].lower() == "emails":
            path, value = _of_emails(user, at, value)
    before = user.emails[0] if user.emails else None
    was_primary = before.primary if before else None
    operation = {"op": op, "path": path} if is_remove and value is None else {"op": op, "path": path, "value": value}
    with _ADDING if op == "add" else _TOLERANT:
        PatchOp[Person].model_validate({"Operations": [operation]}).patch(user)
    if not user.emails:
        return
    if op == "add" and before and len(user.emails) > 1:
        # One more address takes the place of none that is primary or for work.
        first = user.emails[0]
        first.primary = was_primary
        for_work = (each for each in user.emails[1:] if each.value and (each.type or "").lower() == WORK)
        user.emails = [first if _is_decisive(first) else next(for_work, first)]
    else:
        kept = _kept(user.emails)
        user.emails = [kept] if kept else None


def _is_of_nobody(manager: Any) -> bool:
    """Whether it says no more of a manager than what is not kept, such as the name."""
    said = manager[0] if isinstance(manager, list) and manager else manager
    return isinstance(said, dict) and bool(said) and {name.lower() for name in said}.isdisjoint({"value", "$ref"})


def _of_manager(at: Path[Any], value: Any) -> tuple[str, Any]:
    """The path and the value of a change of the manager, who is kept by the id alone."""
    manager = f"{ENTERPRISE}:manager"
    if len(at.parts) == 1:
        return manager, _manager(value)
    return (manager, _manager({"$ref": value})) if at.parts[1].lower() == "$ref" else (str(at), value)


def _of_emails(user: Person, at: Path[Any], value: Any) -> tuple[str, Any]:
    """The path and the value of a change of the addresses, as they are done here."""
    if at.value_filter is None and len(at.parts) == 1:
        return str(at), _usable(value)
    if at.value_filter is None and not user.emails and value is not None:
        return "emails", [{at.parts[1]: value}]
    return str(at), value


# Users looked for

_SEARCHED = {
    name.lower(): name
    for name in (
        *("id", "userName", "externalId", "employeeNumber", "active", "manager", "manager.value"),
        *("emails.value", "emails.type", "emails.primary"),
    )
}


def condition(text: str | None) -> ColumnElement[bool] | None:
    """What a filter asks of an account; none when there is no filter."""
    if not text:
        return None
    if len(text) > LONGEST_FILTER:
        raise InvalidFilterException(detail=f"filter: is longer than {LONGEST_FILTER} characters.")
    return _Condition().visit(ScimFilter(text).ast)


class _Condition(FilterVisitor[ColumnElement[bool]]):
    """Turns a filter into what the database is asked. `within` is the attribute in whose brackets it stands."""

    def __init__(self, within: str = "") -> None:
        self.within = within

    def visit_comparison(self, node: Comparison) -> ColumnElement[bool]:
        if node.op not in {CompareOperator.eq, CompareOperator.ne}:
            raise _not_searched()
        name = self._name(node.attr_path)
        if node.value is None:
            there = self._is_present(name)
            return there if node.op == CompareOperator.ne else not_(there)
        is_truth = name in {"active", "emails.primary"}
        value = _as_truth(node.value) if is_truth else node.value
        found = provisioning.having(name, value) if isinstance(value, str | bool) else None
        if found is None:
            raise _not_searched()
        return found if node.op == CompareOperator.eq else not_(found)

    def visit_present(self, node: Present) -> ColumnElement[bool]:
        return self._is_present(self._name(node.attr_path))

    def visit_not(self, node: Not) -> ColumnElement[bool]:
        return not_(self.visit(node.expr))

    def visit_logical_expr(self, node: LogicalExpr) -> ColumnElement[bool]:
        join = and_ if node.op == LogicalOperator.and_ else or_
        return join(*map(self.visit, node.terms))

    def visit_value_path(self, node: ValuePath) -> ColumnElement[bool]:
        return _Condition(f"{node.attr_path.attr}.").visit(node.val_filter)

    def _name(self, path: AttrPath) -> str:
        if path.uri is not None and path.uri.lower() not in {USER.lower(), ENTERPRISE.lower()}:
            raise _not_searched()
        said = f"{self.within}{replace(path, uri=None)}".lower()
        name = _SEARCHED.get("emails.value" if said == "emails" else said)
        if name is None:
            raise _not_searched()
        return name

    def _is_present(self, name: str) -> ColumnElement[bool]:
        there = provisioning.present(name)
        return false() if there is None else there


def _as_truth(value: object) -> bool:
    said = {"true": True, "false": False}.get(str(value).lower())
    if said is None:
        raise _not_searched()
    return said


def _not_searched() -> InvalidFilterException:
    names = ", ".join(sorted(_SEARCHED.values()))
    return InvalidFilterException(detail=f"filter: compares {names} by eq, ne or pr, joined by and, or and not.")


# What is wrong, in words

_WORDS = {
    "string_type": "has to be a text.",
    "string_unicode": "has a character that is none.",
    "list_type": "has to be a list.",
    "model_type": "has to be an object.",
    "model_attributes_type": "has to be an object.",
}


def _in_words(error: ValidationError, path: str | None = None) -> SCIMException:
    """The first fault with the attribute's name; `path` names it where the error is of a part alone."""
    fault = error.errors(include_url=False, include_input=False)[0]
    context: Mapping[str, Any] = fault.get("ctx") or {}
    kind = next((each for each in _KINDS if each.scim_type == context.get("scim_type")), InvalidValueException)
    parts = [part for part in fault["loc"] if isinstance(part, str) and not part.startswith("urn:")]
    return kind(detail=f"{path or '.'.join(parts) or 'value'}: {_WORDS.get(fault['type'], fault['msg'])}")


def _named(error: SCIMException, path: str) -> SCIMException:
    return type(error)(detail=f"{path}: {error.detail}")


_KINDS: tuple[type[SCIMException], ...] = tuple(SCIMException.__subclasses__())
