"""The directory's past: every change is noted in its own transaction, and asked for by a moment."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from cast import NOW, TODAY
from sqlalchemy import func, select, update

from database import Database
from people import history
from people.directory import Person, people
from people.hr_file import columns, files, importing
from people.hr_file.columns import Field
from people.hr_file.importing import FaultyFileError, Leavers
from people.sign_in import provisioning
from people.sign_in.provisioning import Account
from progress import demonstration
from progress.personal import erasure
from quizzes.content import Content

A_SECOND = timedelta(seconds=1)
HEAD = (Field.ID, Field.NAME, Field.EMAIL, Field.UNIT, Field.MANAGER)
Past = dict[str, tuple[str, str | None, bool]]
"""By employee number: unit, manager, whether they were there."""


def past(database: Database, end: datetime) -> Past:
    with database.reading() as connection:
        numbers = {row.person_key: row.employee_id for row in connection.execute(select(people))}
        rows = connection.execute(history.as_of(end)).all()
    assert len({row.person_key for row in rows}) == len(rows)
    return {numbers[row.person_key]: (row.unit, numbers.get(row.manager_key or ""), row.active) for row in rows}


def standing(database: Database) -> Past:
    """The directory as it is, in the same form."""
    with database.reading() as connection:
        rows = connection.execute(select(people).where(people.c.erased_at.is_(None))).all()
    numbers = {row.person_key: row.employee_id for row in rows}
    return {row.employee_id: (row.unit, numbers.get(row.manager_key or ""), row.active) for row in rows}


def notes(database: Database) -> int:
    with database.reading() as connection:
        return connection.execute(select(func.count()).select_from(history.history)).scalar_one()


def brought_in(database: Database, rows: list[list[str]], now: datetime) -> None:
    read = columns.roster(
        [files.Row(line, cells) for line, cells in enumerate([[field.value for field in HEAD], *rows])],
        {each: each for each in HEAD},
    )
    importing.apply(database, read, Leavers.DEACTIVATE, TODAY, now)


ANNA = ["1", "Anna Nová", "anna@example.com", "Provoz", ""]
OTTO = ["2", "Otto Starý", "otto@example.com", "Sklad", "1"]
IDA = ["3", "Ida Malá", "ida@example.com", "Sklad", "2"]


def test_a_file_leaves_the_past_as_it_was(database: Database) -> None:
    brought_in(database, [ANNA, OTTO, IDA], NOW)
    brought_in(database, [ANNA, [*OTTO[:3], "Doprava", "1"], [*IDA[:4], "1"]], NOW + timedelta(days=1))
    brought_in(database, [ANNA, [*OTTO[:3], "Doprava", "1"]], NOW + timedelta(days=2))
    brought_in(database, [ANNA, [*OTTO[:3], "Doprava", "1"], [*IDA[:4], "1"]], NOW + timedelta(days=3))

    first = {"1": ("Provoz", None, True), "2": ("Sklad", "1", True), "3": ("Sklad", "2", True)}
    moved = {**first, "2": ("Doprava", "1", True), "3": ("Sklad", "1", True)}
    left = {**moved, "3": ("Sklad", "1", False)}
    after = [past(database, NOW + timedelta(days=day) + A_SECOND) for day in range(4)]
    assert after == [first, moved, left, moved]
    assert past(database, NOW) == {}, "nobody was here before the first file"
    assert notes(database) == 3 + 2 + 1 + 1, "who has not changed is not noted again"


def test_a_change_of_a_name_alone_is_no_part_of_the_past(database: Database) -> None:
    brought_in(database, [ANNA], NOW)
    brought_in(database, [["1", "Anna Veselá", "vesela@example.com", "Provoz", ""]], NOW + A_SECOND)
    assert notes(database) == 1


def test_a_file_that_is_refused_notes_nothing(database: Database) -> None:
    brought_in(database, [ANNA], NOW)
    with pytest.raises(FaultyFileError):
        brought_in(database, [[*ANNA[:3], "Sklad", "1"]], NOW + A_SECOND)
    assert (notes(database), past(database, NOW + 2 * A_SECOND)) == (1, {"1": ("Provoz", None, True)})


def test_the_identity_system_leaves_the_past_as_it_was(database: Database) -> None:
    nora = Account("nora@example.com", "Nora", "", "", "nora@example.com", "5001", "Sklad", None, True, None, "cs")
    key = provisioning.create(database, nora, TODAY, NOW).key
    steps: list[Callable[[datetime], object]] = [
        lambda at: provisioning.change(database, key, lambda was: replace(was, unit="Provoz"), TODAY, at),
        lambda at: provisioning.change(database, key, lambda was: replace(was, active=False), TODAY, at),
        lambda at: provisioning.change(database, key, lambda was: replace(was, active=True), TODAY, at),
        lambda at: provisioning.remove(database, key, at),
        lambda at: provisioning.create(database, nora, TODAY, at),
    ]
    for days, step in enumerate(steps, 1):
        step(NOW + timedelta(days=days))
    after = [past(database, NOW + timedelta(days=day) + A_SECOND)["5001"] for day in range(6)]
    assert after == [
        ("Sklad", None, True),
        ("Provoz", None, True),
        ("Provoz", None, False),
        ("Provoz", None, True),
        ("Provoz", None, False),
        ("Sklad", None, True),
    ]


def test_of_several_changes_in_one_moment_the_last_is_kept(database: Database, everybody: tuple[Person, ...]) -> None:
    somebody = everybody[2]
    for unit in ("Sklad", "Provoz", "Doprava"):
        _set(database, somebody.key, NOW, named=False, unit=unit)
    assert past(database, NOW + A_SECOND)[somebody.employee_id][0] == "Doprava"
    assert notes(database) == len(everybody)
    assert past(database, NOW) == {}


def test_a_clock_that_is_set_back_takes_nothing_from_the_past(
    database: Database, everybody: tuple[Person, ...]
) -> None:
    """Neither from others, nor more than the latest note from whoever changes."""
    somebody, another = everybody[2], everybody[3]
    a_year = timedelta(days=365)
    with database.writing() as connection:
        history.keep(connection, NOW - 2 * a_year)
    _set(database, another.key, NOW - timedelta(days=10), unit="Provoz")
    _set(database, somebody.key, NOW - timedelta(days=20), unit="Provoz")
    _set(database, somebody.key, NOW - timedelta(days=5), unit="Obchod")
    _set(database, somebody.key, NOW - a_year, unit="Doprava")
    assert past(database, NOW)[another.employee_id][0] == "Provoz"
    assert past(database, NOW - timedelta(days=11))[another.employee_id][0] == another.unit
    assert past(database, NOW - timedelta(days=6))[somebody.employee_id][0] == "Provoz"
    assert past(database, NOW)[somebody.employee_id][0] == "Doprava"


def test_erasure_takes_the_past_too_and_hands_reports_over_from_then_on(
    database: Database, everybody: tuple[Person, ...]
) -> None:
    director, manager, learner = everybody[:3]
    with database.writing() as connection:
        history.keep(connection, NOW)
    erasure.erase(database, manager.employee_id, "odešel", "tests", NOW + timedelta(days=1))
    before, since = past(database, NOW + A_SECOND), past(database, NOW + timedelta(days=2))
    assert len(before) == len(since) == len(everybody) - 1
    assert before[learner.employee_id][1] == f"erased-{manager.key}", "under the pseudonym alone"
    assert since[learner.employee_id][1] == director.employee_id


def test_what_the_demonstration_invents_was_always_so(
    database: Database, content: Content, zone: ZoneInfo, now: datetime
) -> None:
    demonstration.fill(database, content, 20, 1, zone, now)
    assert past(database, datetime(1990, 1, 1, tzinfo=UTC)) == standing(database) != {}


def test_whoever_changes_the_directory_notes_the_same_for_few_as_for_all(
    database: Database, everybody: tuple[Person, ...]
) -> None:
    """Random changes, in moments that come twice now and then: after each, the past up to it is the directory."""
    chance = random.Random(4)
    at, seen = NOW, dict[datetime, Past]()
    with database.writing() as connection:
        history.keep(connection, NOW - timedelta(days=1))
    for _ in range(60):
        at += chance.choice([0, 0, 1, 3600]) * A_SECOND
        somebody = chance.choice(everybody)
        _set(
            database,
            somebody.key,
            at,
            named=chance.random() < 0.5,
            unit=chance.choice(["Sklad", "Provoz", "Obchod"]),
            active=chance.random() < 0.7,
            manager_key=chance.choice([None, *(each.key for each in everybody if each != somebody)]),
        )
        seen[at] = standing(database)
    assert {end: past(database, end + timedelta(microseconds=1)) for end in seen} == seen


def _set(database: Database, key: str, at: datetime, *, named: bool = True, **values: object) -> None:
    with database.writing() as connection:
        connection.execute(update(people).where(people.c.person_key == key).values(**values))
        history.keep(connection, at, [key] if named else None)
