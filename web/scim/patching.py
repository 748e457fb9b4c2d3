"""Changes to a part of a SCIM user: the operations of a PATCH (RFC 7644, 3.5.2)."""

from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError
from scim2_models import (
    InvalidPathException,
    InvalidSyntaxException,
    InvalidValueException,
    NoTargetException,
    PatchOp,
    Path,
    SCIMException,
    TooManyException,
)

from web.scim.model import (
    ADDING,
    ENTERPRISE,
    FIXED,
    TOLERANT,
    USER,
    WORK,
    Document,
    Person,
    as_manager,
    in_words,
    is_decisive,
    named,
    preferred,
    usable,
)

LONGEST_PATH = 500
"""Characters of a PATCH operation's path."""
MOST_OPERATIONS = 500
"""Changes in one PATCH; each attribute of a value without a path counts."""
_OF_EXTENSION = {"employeenumber", "department", "manager"}
Operation = tuple[str, str, Any]
"""The operation, its path and its value."""


def operations(document: Document) -> list[Operation]:
    """Return the changes that a PATCH asks for, each with a path."""
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
    """Yield an operation for each attribute of the value, if it is on a whole user or its extension."""
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
            if name.lower() not in FIXED:
                yield from _each(op, f"{prefix}{name}", part)


def _qualified(path: str) -> str:
    """Return the path with the extension's schema, which some identity systems leave out."""
    name = path.partition(".")[0].partition("[")[0].strip().lower()
    return f"{ENTERPRISE}:{path}" if name in _OF_EXTENSION else path


def patch(user: Person, changes: list[Operation]) -> None:
    """Apply the changes to the user, one after the other."""
    for op, path, value in changes:
        try:
            _apply(user, op, path, value)
        except SCIMException as error:
            cause = error.__cause__
            raise in_words(cause, path) if isinstance(cause, ValidationError) else named(error, path) from error
        except ValidationError as error:
            raise in_words(error, path) from error


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
    with ADDING if op == "add" else TOLERANT:
        PatchOp[Person].model_validate({"Operations": [operation]}).patch(user)
    if not user.emails:
        return
    if op == "add" and before and len(user.emails) > 1:
        # An added address does not replace one that is primary or for work.
        first = user.emails[0]
        first.primary = was_primary
        for_work = (each for each in user.emails[1:] if each.value and (each.type or "").lower() == WORK)
        user.emails = [first if is_decisive(first) else next(for_work, first)]
    else:
        kept = preferred(user.emails)
        user.emails = [kept] if kept else None


def _is_of_nobody(manager: Any) -> bool:
    """True if it says nothing of a manager but attributes that are not stored, such as the name."""
    said = manager[0] if isinstance(manager, list) and manager else manager
    return isinstance(said, dict) and bool(said) and {name.lower() for name in said}.isdisjoint({"value", "$ref"})


def _of_manager(at: Path[Any], value: Any) -> tuple[str, Any]:
    """Return the path and the value of a change of the manager, of whom only the id is stored."""
    manager = f"{ENTERPRISE}:manager"
    if len(at.parts) == 1:
        return manager, as_manager(value)
    return (manager, as_manager({"$ref": value})) if at.parts[1].lower() == "$ref" else (str(at), value)


def _of_emails(user: Person, at: Path[Any], value: Any) -> tuple[str, Any]:
    """Return the path and the value of a change of addresses."""
    if at.value_filter is None and len(at.parts) == 1:
        return str(at), usable(value)
    if at.value_filter is None and not user.emails and value is not None:
        return "emails", [{at.parts[1]: value}]
    return str(at), value
