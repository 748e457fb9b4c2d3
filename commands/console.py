"""The terminal: its language, its progress bar, and how a command fails."""

import re
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
UNDECODED = re.compile("Could not decode to UTF-8 column '(?P<column>[^']*)'")
"""The beginning of SQLite's error about bytes that are no text."""
STEP = 1000
"""Items between two updates of a progress bar."""


def say(line: str) -> None:
    """Print one line as it is, without markup or wrapping."""
    out.print(line, markup=False, soft_wrap=True)


def fail(*lines: str) -> NoReturn:
    for line in lines:
        err.print(line, markup=False, soft_wrap=True)
    raise typer.Exit(1)


@contextmanager
def faults_in_words() -> Iterator[None]:
    """Turn faults of the installation into sentences and exit code 1."""
    try:
        yield
    except SaidError as error:
        fail(*error.lines(t))
    except OperationalError as error:
        fail(unanswered(error))


def unanswered(error: Exception) -> str:
    """The sentence about a database that does not answer, or has bytes that cannot be read."""
    reason = str(getattr(error, "orig", error)).strip()
    if undecoded := UNDECODED.match(reason):
        # The rest of it repeats the bytes, which may be most of somebody's name.
        return t(
            "The database holds bytes that are no text, in the column {column}: it was written to by hand, or the "
            "disk is failing. Run “manage.py record verify”, and put them right from a copy.",
            column=undecoded["column"],
        )
    return t("The database does not answer: {reason}", reason=reason)


def opened() -> Installation:
    with faults_in_words():
        found = installation()
        if found.settings.security_log is not None:
            begin_security_log(found.settings.security_log)
        if not schema.is_newest(found.database):
            fail(t("The database has an older schema; run “manage.py migrate” first."))
        return found


def key_of(installation: Installation) -> Key:
    try:
        return installation.key
    except UnusableKeyError as error:
        fail(t.say(error.reason))


def check_folder(output: Path) -> None:
    if not output.parent.is_dir():
        fail(t("There is no folder {folder}.", folder=str(output.parent)))


def check_is_new(output: Path) -> None:
    """Fail if the file exists: an earlier checkpoint or copy must never be overwritten."""
    if output.exists():
        fail(t("{file} already exists; choose another name.", file=str(output)))
    check_folder(output)


def check_names(connection: Connection, installation: Installation, unit: str | None, course: str | None) -> None:
    """Fail on an unknown unit or course: a misspelt name would return an empty file that looks like an answer."""
    check_unit(unit, directory.units(connection, visible(OPERATOR, Act.SEE_CERTIFICATIONS)))
    check_course(installation, course)


def check_unit(unit: str | None, units: list[str]) -> None:
    if unit is not None and unit not in units:
        fail(t("There is no unit “{unit}”. There are: {units}.", unit=unit, units=", ".join(units)))


def check_course(installation: Installation, course: str | None) -> None:
    courses = installation.content.courses
    if course is not None and course not in courses:
        fail(t("There is no course “{course}”. There are: {courses}.", course=course, courses=", ".join(courses)))


@contextmanager
def whole(output: Path) -> Iterator[Path]:
    """Yield a temporary file that replaces `output` once it is complete, and is deleted otherwise. Only its owner
    can read it, because it holds personal data."""
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
    """Pass items through and advance the bar every `STEP` items, because each update costs more than an item."""
    passed = 0
    for item in items:
        yield item
        passed += size(item)
        if passed >= STEP:
            progress.advance(progress.task_ids[0], passed)
            passed = 0
    progress.advance(progress.task_ids[0], passed)
