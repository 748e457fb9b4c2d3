"""SCIM filters (RFC 7644, 3.4.2.2) as conditions of a query."""

from dataclasses import replace

from scim2_models import (
    InvalidFilterException,
    ScimFilter,
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

from people.sign_in import identity_system
from web.scim.model import ENTERPRISE, USER

LONGEST_FILTER = 2000
"""Characters of a filter: a name of 254 letters, each written as an escape, fits."""
_SEARCHED = {
    name.lower(): name
    for name in (
        *("id", "userName", "externalId", "employeeNumber", "active", "manager", "manager.value"),
        *("emails.value", "emails.type", "emails.primary"),
    )
}


def condition(text: str | None) -> ColumnElement[bool] | None:
    """Return a filter as a condition on accounts, or None without one."""
    if not text:
        return None
    if len(text) > LONGEST_FILTER:
        raise InvalidFilterException(detail=f"filter: is longer than {LONGEST_FILTER} characters.")
    return _Condition().visit(ScimFilter(text).ast)


class _Condition(FilterVisitor[ColumnElement[bool]]):
    """Visitor that turns a filter into a condition. `within` is the attribute in whose brackets it is."""

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
        found = identity_system.having(name, value) if isinstance(value, str | bool) else None
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
        there = identity_system.present(name)
        return false() if there is None else there


def _as_truth(value: object) -> bool:
    said = {"true": True, "false": False}.get(str(value).lower())
    if said is None:
        raise _not_searched()
    return said


def _not_searched() -> InvalidFilterException:
    names = ", ".join(sorted(_SEARCHED.values()))
    return InvalidFilterException(detail=f"filter: compares {names} by eq, ne or pr, joined by and, or and not.")
