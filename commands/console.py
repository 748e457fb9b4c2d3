"""The terminal that commands speak to: its language, its progress bar, how a command fails."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn, TypeVar

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from installation import Installation, installation, schema
from installation.startup import begin_security_log, operator_words
from people import directory
from people.access import OPERATOR, Act, visible
from progress.record.signing import OWNER_ALONE, Key, UnusableKeyError
from words import SaidError

t = operator_words()
out = Console(highlight=False)
err = Console(stderr=True, highlight=False)
T = TypeVar("T")
STEP = 1000
"""Things done between two moves of a progress bar."""


def say(line: str) -> None:
    """One line, as it is: nothing in it is read as markup, nothing is wrapped for whatever reads it."""
    out.print(line, markup=False, soft_wrap=True)


def fail(*lines: str) -> NoReturn:
    for line in lines:
        err.print(line, markup=False, soft_wrap=True)
    raise typer.Exit(1)


@contextmanager
def faults_in_words() -> Iterator[None]:
    """Turns what is wrong with an installation into sentences and exit code 1."""
    try:
        yield
    except SaidError as error:
        fail(*error.lines(t))
    except OperationalError as error:
        fail(t("The database does not answer: {reason}", reason=str(error.orig).strip()))


def opened() -> Installation:
    with faults_in_words():
        house = installation()
        if house.settings.security_log is not None:
            begin_security_log(house.settings.security_log)
        if not schema.is_newest(house.database):
            fail(t("The database has an older schema; run “manage.py migrate” first."))
        return house


def key_of(house: Installation) -> Key:
    """What signs for this installation."""
    try:
        return house.key
    except UnusableKeyError as error:
        fail(t.say(error.reason))


def check_folder(output: Path) -> None:
    if not output.parent.is_dir():
        fail(t("There is no folder {folder}.", folder=str(output.parent)))


def check_is_new(output: Path) -> None:
    """For what is never to be written over: an earlier checkpoint or copy is what one goes back to."""
    if output.exists():
        fail(t("There is a file {file} already; choose another name.", file=str(output)))
    check_folder(output)


def check_names(connection: Connection, house: Installation, unit: str | None, course: str | None) -> None:
    """A misspelt name would give an empty file that looks like an answer."""
    units = directory.units(connection, visible(OPERATOR, Act.SEE_CERTIFICATIONS))
    if unit is not None and unit not in units:
        fail(t("There is no unit “{unit}”. There are: {units}.", unit=unit, units=", ".join(units)))
    check_course(house, course)


def check_course(house: Installation, course: str | None) -> None:
    courses = house.content.courses
    if course is not None and course not in courses:
        fail(t("There is no course “{course}”. There are: {courses}.", course=course, courses=", ".join(courses)))


@contextmanager
def whole(output: Path) -> Iterator[Path]:
    """A file to write, which becomes `output` once it is whole; of one that is not, nothing is left. There are people
    in it: nobody but its owner reads it."""
    unfinished = output.with_name(f".{output.name}.part")
    try:
        unfinished.unlink(missing_ok=True)
        unfinished.touch(OWNER_ALONE, exist_ok=False)
        yield unfinished
        unfinished.replace(output)
    except OSError as error:
        fail(t("{file} cannot be written: {reason}", file=str(output), reason=error.strerror or ""))
    finally:
        unfinished.unlink(missing_ok=True)


@contextmanager
def bar(what: str, total: int) -> Iterator[Progress]:
    """A progress bar, on a terminal only."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=err, disable=not err.is_terminal, transient=True) as progress:
        progress.add_task(what, total=total)
        yield progress


def counted(items: Iterable[T], progress: Progress, size: Callable[[T], int] = lambda _: 1) -> Iterator[T]:
    """Moves the bar as they pass; not for each, which would take longer than to write one."""
    passed = 0
    for item in items:
        yield item
        passed += size(item)
        if passed >= STEP:
            progress.advance(progress.task_ids[0], passed)
            passed = 0
    progress.advance(progress.task_ids[0], passed)
