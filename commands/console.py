"""The terminal that commands speak to: its language, its progress bar, how a command fails."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import NoReturn, TypeVar

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from sqlalchemy.exc import OperationalError

import schema
from database import UnsoundDatabaseError
from installation import Installation, installation
from lessons.faults import FaultyContentError
from settings import WrongSettingsError
from signing import Key, UnusableKeyError
from startup import operator_words

t = operator_words()
out = Console(highlight=False)
err = Console(stderr=True, highlight=False)
T = TypeVar("T")


def say(line: str) -> None:
    """One line, as it is: nothing in it is read as markup, nothing is wrapped for whatever reads it."""
    out.print(line, markup=False, soft_wrap=True)


def fail(*lines: str) -> NoReturn:
    for line in lines:
        err.print(line, markup=False)
    raise typer.Exit(1)


@contextmanager
def faults_in_words() -> Iterator[None]:
    """Turns what is wrong with an installation into sentences and exit code 1."""
    try:
        yield
    except WrongSettingsError as error:
        fail(*(t.say(fault) for fault in error.faults))
    except FaultyContentError as error:
        fail(*(fault.in_words(t) for fault in error.faults))
    except UnsoundDatabaseError as error:
        fail(t.say(error.reason))
    except OperationalError as error:
        fail(t("The database does not answer: {reason}", reason=str(error.orig).strip()))


def opened() -> Installation:
    with faults_in_words():
        house = installation()
        if not schema.is_newest(house.database):
            fail(t("The database has an older schema; run “manage.py migrate” first."))
        return house


def key_of(house: Installation) -> Key:
    """What signs for this installation."""
    try:
        return house.key
    except UnusableKeyError as error:
        fail(t.say(error.reason))


@contextmanager
def bar(what: str, total: int) -> Iterator[Progress]:
    """A progress bar, on a terminal only."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=err, disable=not err.is_terminal, transient=True) as progress:
        progress.add_task(what, total=total)
        yield progress


def counted(items: Iterable[T], progress: Progress) -> Iterator[T]:
    for item in items:
        yield item
        progress.advance(progress.task_ids[0])
