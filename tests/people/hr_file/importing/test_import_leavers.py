"""Who leaves, comes back or changes by HR's file."""

import pytest
from gates import gate_of
from roster import ANNA, BOSS, COMPANY, HEAD, NOW, OTTO, TODAY, bring, faults_of, roster, snapshot, team

from database import Database
from people.hr_file import comparison
from people.hr_file.columns import Field
from people.hr_file.identities import Verdict, Verdicts
from people.hr_file.plan import ChangeKind, ImportOptions, Leavers
from people.sign_in import accounts

SECRET = b"only-for-tests-only-for-tests-only-for-tests"


def signed_in(database: Database, token: str) -> bool:
    return accounts.principal(gate_of(database, SECRET), token, NOW) is not None


# The directory


def test_who_leaves_loses_access_at_once_and_keeps_their_record(database: Database) -> None:
    bring(database, COMPANY)
    otto = snapshot(database)["3"]
    token = accounts.sign_in(database, otto.key, SECRET, NOW)
    assert signed_in(database, token)
    done = bring(database, [HEAD, BOSS, ANNA])
    assert (done.counts, done.active) == ({ChangeKind.LEFT: 1}, 2)
    assert not signed_in(database, token)
    left = snapshot(database)["3"]
    assert (left.key, left.name, left.active, left.ends_on) == (otto.key, otto.name, False, TODAY)
    assert team(database, snapshot(database)["1"]) == {"Anna Ďurišová"}


def test_an_end_in_the_past_ends_access_and_one_to_come_does_not(database: Database) -> None:
    bring(database, COMPANY)
    anna = snapshot(database)["2"]
    token = accounts.sign_in(database, anna.key, SECRET, NOW)
    bring(database, [HEAD, BOSS, [*ANNA[:7], "2026-03-02", ""], OTTO])
    assert signed_in(database, token)
    done = bring(database, [HEAD, BOSS, [*ANNA[:7], "2026-03-01", ""], OTTO])
    assert done.counts == {ChangeKind.LEFT: 1}
    assert not signed_in(database, token)


def test_leavers_may_only_be_listed(database: Database) -> None:
    bring(database, COMPANY)
    before = snapshot(database)
    done = bring(database, [HEAD, BOSS, ANNA], Leavers.REPORT)
    assert (done.counts, done.active) == ({ChangeKind.MISSING: 1}, 3)
    assert snapshot(database) == before


@pytest.mark.parametrize("head", [HEAD, [*HEAD[:7], "?", "Jazyk"]])
def test_who_comes_back_gets_access_again_with_the_same_record(database: Database, head: list[str]) -> None:
    bring(database, COMPANY)
    key = snapshot(database)["2"].key
    bring(database, [HEAD, BOSS, [*OTTO[:5], "1", *OTTO[6:]]])
    assert not snapshot(database)["2"].active
    done = bring(database, [head, BOSS, ANNA, OTTO])
    assert done.counts[ChangeKind.RETURNED] == 1
    back = snapshot(database)["2"]
    assert (back.key, back.active, back.ends_on) == (key, True, None)
    assert signed_in(database, accounts.sign_in(database, key, SECRET, NOW))


def test_a_new_manager_sees_the_team_at_once_and_the_old_one_no_longer(database: Database) -> None:
    other = ["4", "Eva", "Malá", "eva@example.com", "Sklad", "1", "", "", ""]
    bring(database, [*COMPANY, other])
    found = snapshot(database)
    assert team(database, found["2"]) == {"Otto Šťastný"}
    done = bring(database, [HEAD, BOSS, ANNA, [*OTTO[:5], "4", *OTTO[6:]], other])
    assert done.counts == {ChangeKind.CHANGED: 1}
    assert team(database, found["2"]) == set()
    assert team(database, found["4"]) == {"Otto Šťastný"}


def test_what_changed_is_named_field_by_field(database: Database) -> None:
    bring(database, COMPANY)
    anna = ["2", "Anna", "Malá", "nova@example.com", "Obchod", "", "2021-03-05", "2027-01-01", "cs"]
    said = roster([HEAD, BOSS, anna, [*OTTO[:5], "2", *OTTO[6:]]])
    (change,) = comparison.plan(said, list(snapshot(database).values()), ImportOptions(TODAY)).changes
    assert (change.kind, change.name) == (ChangeKind.CHANGED, "Anna Malá")
    assert set(change.fields) == set(Field) - {Field.ID, Field.FIRST_NAME, Field.LAST_NAME}


def test_a_column_that_the_file_does_not_have_leaves_its_field_as_it_is(database: Database) -> None:
    bring(database, COMPANY)
    before = snapshot(database)
    done = bring(database, [row[:5] for row in COMPANY])
    assert (done.counts, done.unchanged) == ({}, 3)
    assert snapshot(database) == before


def test_an_address_of_somebody_who_is_not_in_the_file_and_stays_is_refused(database: Database) -> None:
    bring(database, COMPANY)
    new = ["7", "Jiný", "Otto", "otto@example.com", "Sklad", "1", "", "", ""]
    two = Verdicts({}, Verdict.TWO)
    assert faults_of(database, [HEAD, BOSS, ANNA, new], Leavers.REPORT, verdicts=two) == [(4, "E-mail")]
    assert bring(database, [HEAD, BOSS, ANNA, new], verdicts=two).counts == {ChangeKind.ADDED: 1, ChangeKind.LEFT: 1}
