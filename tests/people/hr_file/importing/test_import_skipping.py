"""Faulty rows of HR's file are left out when that is asked for."""

from roster import ANNA, BOSS, COMPANY, HEAD, OTTO, bring, snapshot

from database import Database
from people.hr_file.plan import ChangeKind


def test_faulty_rows_are_left_out_when_it_is_asked_for(database: Database) -> None:
    done = bring(
        database, [HEAD, BOSS, [*ANNA[:3], "nonsense", *ANNA[4:]], [*OTTO[:5], "1", *OTTO[6:]]], skip_bad=True
    )
    assert (done.counts, done.skipped) == ({ChangeKind.ADDED: 2}, 1)
    assert snapshot(database).keys() == {"1", "3"}


def test_whose_row_is_left_out_stays_as_they_are(database: Database) -> None:
    bring(database, COMPANY)
    before = snapshot(database)
    done = bring(
        database, [HEAD, BOSS, [*ANNA[:3], "nonsense", *ANNA[4:]], [*OTTO[:5], "2", *OTTO[6:]]], skip_bad=True
    )
    assert (done.counts, done.skipped, done.active) == ({}, 1, 3)
    assert snapshot(database) == before


def test_who_reports_to_a_row_that_is_left_out_is_left_out_too(database: Database) -> None:
    rows = [BOSS, [*ANNA[:6], "nonsense", "", ""], OTTO, ["4", "Eva", "Malá", "", "Sklad", "3", "", "", ""]]
    done = bring(database, [HEAD, *rows], skip_bad=True)
    assert (done.counts, done.skipped) == ({ChangeKind.ADDED: 1}, 3)
    assert snapshot(database).keys() == {"1"}


def test_of_two_rows_with_one_number_neither_is_taken(database: Database) -> None:
    done = bring(database, [HEAD, BOSS, ANNA, ["2", "Jiná", "Osoba", "", "Sklad", "", "", "", ""]], skip_bad=True)
    assert (done.counts, done.skipped) == ({ChangeKind.ADDED: 1}, 2)


def test_where_a_row_does_not_say_whose_it_is_nobody_loses_access_for_not_being_there(database: Database) -> None:
    bring(database, COMPANY)
    done = bring(database, [HEAD, BOSS, ANNA, ["", *OTTO[1:]]], skip_bad=True)
    assert (done.counts, done.active) == ({ChangeKind.MISSING: 1}, 3)
