"""A person as SCIM describes one (RFC 7643), as far as Kodex stores it; other attributes are ignored.

The strings under attributes are the descriptions in the published schema.
"""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, ValidationError
from scim2_models import (
    URN,
    AnyExtension,
    CaseExact,
    ComplexAttribute,
    Extension,
    InvalidValueException,
    Mutability,
    Reference,
    Required,
    Resource,
    Returned,
    SCIMException,
    ScimPolicy,
    Uniqueness,
)

from people.sign_in import provisioning

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
WORK = "work"

Document = dict[str, Any]


def truth(value: object) -> object:
    """Return a boolean; identity systems also send it as a word."""
    said = {"true": True, "false": False}.get(value.strip().lower()) if isinstance(value, str) else value
    if not isinstance(said, bool) and value is not None:
        raise InvalidValueException(detail="has to be true or false.").as_pydantic_error()
    return said


def as_manager(value: object) -> object:
    """Return a manager as an object; identity systems also send a list of one, the id alone, or an empty text."""
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


def usable(value: object) -> object:
    """E-mail addresses without those that cannot be read, where the primary or the work one is among the others."""
    if not isinstance(value, list):
        return value
    readable = [each for each in map(_email, value) if each]
    return readable if any(map(is_decisive, readable)) else value


class Email(ComplexAttribute):
    value: str | None = None
    """The address"""
    type: str | None = None
    """What it is for, such as work"""
    primary: Annotated[bool | None, BeforeValidator(truth)] = None
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
    manager: Annotated[Manager | None, BeforeValidator(as_manager)] = None
    """Whom the person reports to"""


class User(Resource[AnyExtension]):
    __schema__ = URN(USER)

    user_name: Annotated[str | None, Required.true, Uniqueness.server] = None
    """What the identity system calls the person"""
    display_name: Annotated[str | None, Required.true] = None
    """The whole name, as it stands on certificates"""
    name: Name | None = None
    """The parts of the name"""
    active: Annotated[bool | None, Required.true, BeforeValidator(truth)] = None
    """Whether the person has access"""
    emails: Annotated[list[Email] | None, BeforeValidator(usable)] = None
    """The one e-mail address: the primary one, or the work one, or the first"""
    preferred_language: Annotated[str | None, Mutability.write_only, Returned.never] = None
    """The language, cs or en"""


Person = User[Annotated[EnterpriseUser, Required.true]]
"""A user with the enterprise extension."""

TOLERANT = ScimPolicy(unknown=ScimPolicy.Unknown.ignore, remove_value_as_filter=ScimPolicy.RemoveValue.apply)
ADDING = TOLERANT.model_copy(update={"unmatched_path_filter": ScimPolicy.UnmatchedPathFilter.create})
"""An address that is added by its type is made where there is none, as Entra ID expects."""


def _email(value: object) -> Email | None:
    try:
        email = Email.model_validate(value, scim_policy=TOLERANT)
    except ValidationError:
        return None
    return email if email.value and provisioning.is_address(email.value.strip()) else None


def is_decisive(email: Email) -> bool:
    """True if another address does not replace it."""
    return email.primary is True or (email.type or "").lower() == WORK


def preferred(emails: list[Email]) -> Email | None:
    """Return the address to store of several: the primary one, else the work one, else the first."""
    return min(
        (each for each in emails if each.value),
        key=lambda each: (each.primary is not True, (each.type or "").lower() != WORK),
        default=None,
    )


FIXED = {"id", "schemas", "meta"}
"""Attributes that no request changes, in small letters."""


# Faults

_WORDS = {
    "string_type": "has to be a text.",
    "string_unicode": "has a character that is none.",
    "list_type": "has to be a list.",
    "model_type": "has to be an object.",
    "model_attributes_type": "has to be an object.",
}


def in_words(error: ValidationError, path: str | None = None) -> SCIMException:
    """Return the first fault with its attribute; `path` names it if only a part was validated."""
    fault = error.errors(include_url=False, include_input=False)[0]
    context: Mapping[str, Any] = fault.get("ctx") or {}
    kind = next((each for each in _KINDS if each.scim_type == context.get("scim_type")), InvalidValueException)
    parts = [part for part in fault["loc"] if isinstance(part, str) and not part.startswith("urn:")]
    return kind(detail=f"{path or '.'.join(parts) or 'value'}: {_WORDS.get(fault['type'], fault['msg'])}")


def named(error: SCIMException, path: str) -> SCIMException:
    return type(error)(detail=f"{path}: {error.detail}")


_KINDS: tuple[type[SCIMException], ...] = tuple(SCIMException.__subclasses__())
