"""Options of commands: dataclasses whose fields Typer is shown, and days as they are typed."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, is_dataclass
from datetime import date
from functools import wraps
from inspect import Parameter, Signature, signature
from typing import Annotated, Any

import typer

from commands.console import fail, t
from progress.completion.rules import Status
from progress.reports.selection import Selection

_CZECH_DAY = re.compile(r"([0-9]{1,2})\. ?([0-9]{1,2})\. ?([0-9]{4})")


def with_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give Typer, in place of each dataclass that the command takes, the dataclass's fields in their order."""

    @wraps(command)
    def run(**given: Any) -> None:
        _call(command, given)

    run.__signature__ = Signature(list(_spread(command)))  # type: ignore[attr-defined]
    return run


def _spread(called: Callable[..., Any]) -> Iterator[Parameter]:
    for parameter in signature(called).parameters.values():
        if _is_spread(parameter):
            yield from _spread(parameter.annotation)
        else:
            # By keyword, a parameter without a default may follow one that has it.
            yield parameter.replace(kind=Parameter.KEYWORD_ONLY)


def _call(called: Callable[..., Any], given: dict[str, Any]) -> Any:
    taken = signature(called).parameters.values()
    return called(
        **{each.name: _call(each.annotation, given) if _is_spread(each) else given[each.name] for each in taken}
    )


def _is_spread(parameter: Parameter) -> bool:
    return is_dataclass(parameter.annotation)


@dataclass(frozen=True)
class SelectionOptions:
    """Selection of records, the same for every command that writes some of them."""

    unit: Annotated[str | None, typer.Option(help=t("Only this unit."))] = None
    status: Annotated[Status | None, typer.Option(help=t("Only this status."))] = None
    course: Annotated[str | None, typer.Option(help=t("Only this course."))] = None
    every_cycle: Annotated[bool, typer.Option(help=t("Earlier cycles too."))] = False
    leavers: Annotated[bool, typer.Option("--leavers", help=t("People who have left too."))] = False

    @property
    def selection(self) -> Selection:
        return Selection(
            course_id=self.course,
            unit=self.unit,
            status=self.status,
            every_cycle=self.every_cycle,
            leavers=self.leavers,
        )


def typed_day(text: str) -> date:
    """Parse a day in ISO or Czech form; fail with a sentence if it is neither."""
    try:
        if found := _CZECH_DAY.fullmatch(text.strip()):
            return date(int(found[3]), int(found[2]), int(found[1]))
        return date.fromisoformat(text.strip())
    except ValueError:
        fail(t("“{value}” is not a day; write it as 2026-03-31 or 31. 3. 2026.", value=text))
