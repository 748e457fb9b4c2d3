"""What HR's file does to the directory."""

import random
from datetime import date
from pathlib import Path

import pytest
from roster import ANNA, BOSS, COMPANY, HEAD, OTTO, bring, faults_of, snapshot, team, xlsx

from database import Database
from people import directory
from people.hr_file.plan import ChangeKind


def test_a_file_fills_an_empty_directory(database: Database) -> None:
    done = bring(database, COMPANY)
    assert (done.counts, done.unchanged, done.active) == ({ChangeKind.ADDED: 3}, 0, 3)
    found = snapshot(database)
    anna, otto = found["2"], found["3"]
    assert (anna.name, anna.email, anna.unit, anna.language) == ("Anna Ďurišová", "anna@example.com", "Sklad", "en")
    assert (anna.starts_on, otto.ends_on, otto.language) == (date(2021, 3, 4), date(2026, 12, 31), "cs")
    assert anna.manager_key == found["1"].key
    assert otto.manager_key == anna.key
    assert not any(person.invented for person in found.values())


def test_a_person_key_says_nothing_about_whose_it_is(database: Database, tmp_path: Path) -> None:
    bring(database, COMPANY)
    keys = {person.key for person in snapshot(database).values()}
    assert all(len(key) == 32 and int(key, 16) >= 0 for key in keys)
    other = Database(f"sqlite:///{tmp_path / 'other.sqlite3'}")
    directory.metadata.create_all(other.engine)
    bring(other, COMPANY)
    assert keys.isdisjoint(person.key for person in snapshot(other).values())
    other.close()


def test_the_same_file_changes_nothing_the_second_time(database: Database) -> None:
    bring(database, COMPANY)
    before = snapshot(database)
    done = bring(database, xlsx(COMPANY))
    assert (done.counts, done.unchanged) == ({}, 3)
    assert snapshot(database) == before


@pytest.mark.parametrize("seed", range(3))
def test_managers_may_come_in_any_order(database: Database, seed: int) -> None:
    def manager(n: int) -> str:
        return str(n - 1) if n % 2 else f"P{n - 1}@example.com" if n else ""

    line = [[str(n), "A", f"B{n}", f"p{n}@example.com", "U", manager(n), "", "", ""] for n in range(60)]
    random.Random(seed).shuffle(line)
    bring(database, [HEAD, *line])
    found = snapshot(database)
    assert all(found[str(n)].manager_key == found[str(n - 1)].key for n in range(1, 60))
    assert len(team(database, found["0"])) == 59


def test_an_unknown_manager_is_named(database: Database) -> None:
    assert faults_of(database, [HEAD, BOSS, [*ANNA[:5], "99", "", "", ""]]) == [(3, "Nadřízený")]
    assert faults_of(database, [HEAD, BOSS, [*ANNA[:5], "x@example.com", "", "", ""]]) == [(3, "Nadřízený")]


def test_a_circle_of_managers_is_named_at_each_of_its_people(database: Database) -> None:
    rows = [[*BOSS[:5], "3", "", "", ""], ANNA, OTTO, ["4", "Eva", "Malá", "", "Sklad", "3", "", "", ""]]
    assert faults_of(database, [HEAD, *rows]) == [(2, "Nadřízený"), (3, "Nadřízený"), (4, "Nadřízený")]


def test_nobody_is_their_own_manager(database: Database) -> None:
    assert faults_of(database, [HEAD, [*BOSS[:5], "1", "", "", ""]]) == [(2, "Nadřízený")]


def test_faults_within_rows_and_between_them_are_named_together(database: Database) -> None:
    rows = [[*BOSS[:3], "nonsense", *BOSS[4:]], ANNA, [*OTTO[:5], "99", "", "", ""]]
    assert faults_of(database, [HEAD, *rows]) == [(2, "E-mail"), (4, "Nadřízený")]


def test_nothing_is_written_when_one_row_is_bad(database: Database) -> None:
    bring(database, COMPANY)
    table = [HEAD, [*BOSS[:4], "Jinde", *BOSS[5:]], ["9", "Eva", "Nová", "eva@", "Sklad", "1", "", "", ""]]
    assert faults_of(database, table) == [(3, "E-mail")]
