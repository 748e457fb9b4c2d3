"""Whom a learner, a manager and a manager's manager see."""

from dataclasses import replace

import pytest
from cast import keys, move
from seeing import seen

from database import Database
from people.access import (
    Act,
    Principal,
)
from people.directory import reporting_line


def test_a_learner_sees_only_themselves(database: Database, learner: Principal) -> None:
    assert seen(database, learner, Act.LEARN) == {learner.key}
    for act in set(Act) - {Act.LEARN}:
        assert seen(database, learner, act) == set()


def test_a_manager_sees_their_reports_and_not_themselves(
    database: Database, manager: Principal, learner: Principal
) -> None:
    assert seen(database, manager, Act.SEE_TEAM) == {learner.key}


def test_a_managers_manager_sees_the_whole_line_to_any_depth(
    database: Database, director: Principal, manager: Principal, learner: Principal, outsider: Principal
) -> None:
    assert seen(database, director, Act.SEE_TEAM) == keys([manager, learner])
    move(database, outsider, learner)
    assert seen(database, director, Act.SEE_TEAM) == keys([manager, learner, outsider])


def test_a_manager_sees_nobody_in_another_reporting_line(
    database: Database, other_manager: Principal, outsider: Principal
) -> None:
    assert seen(database, other_manager, Act.SEE_TEAM) == {outsider.key}
    assert seen(database, other_manager, Act.SEE_CERTIFICATIONS) == set()


@pytest.mark.parametrize("units", [None, frozenset({"Sklad", "Personální oddělení"})])
def test_hr_corrects_everybodys_record_but_their_own(
    database: Database, hr: Principal, learner: Principal, manager: Principal, units: frozenset[str] | None
) -> None:
    may_be_corrected = seen(database, replace(hr, units=units), Act.CORRECT)
    assert keys([learner, manager]) <= may_be_corrected
    assert hr.key not in may_be_corrected


def test_somebody_who_moves_is_seen_by_their_new_line_alone(
    database: Database, learner: Principal, manager: Principal, other_manager: Principal
) -> None:
    move(database, learner, other_manager)
    assert learner.key not in seen(database, manager, Act.SEE_TEAM)
    assert learner.key in seen(database, other_manager, Act.SEE_TEAM)


def test_a_reporting_line_that_leads_back_to_itself_comes_to_an_end(
    database: Database, director: Principal, manager: Principal, learner: Principal
) -> None:
    move(database, director, learner)
    with database.reading() as connection:
        line = set(connection.execute(reporting_line({director.key})).scalars())
    assert keys([manager, learner]) <= line
