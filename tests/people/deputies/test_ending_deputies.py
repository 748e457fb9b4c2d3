"""A deputy's time is ended, and the past is noted."""

from datetime import date

import pytest
from cast import TODAY
from standing_in import DAY, WEEK, appoint, asker, stored

from database import Database
from people import deputies
from people.access import Principal
from people.deputies import Deputy

# Ending


@pytest.mark.parametrize("first", [TODAY, TODAY + DAY])
def test_what_has_not_been_used_is_ended_without_a_trace(
    database: Database, manager: Principal, outsider: Principal, first: date
) -> None:
    appoint(database, manager, outsider, first)
    assert deputies.dismiss(database, asker(manager), outsider.key, first) == []
    assert stored(database, manager) == []


def test_what_was_used_ends_at_once_and_its_past_days_stay_on_record(
    database: Database, manager: Principal, outsider: Principal
) -> None:
    first = TODAY - WEEK
    appoint(database, manager, outsider, first)
    assert deputies.dismiss(database, asker(manager), outsider.key, first) == []
    assert stored(database, manager, first) == [Deputy(manager.key, outsider.key, first, TODAY - DAY)]
    with database.reading() as connection:
        assert deputies.stands_in_for(connection, outsider.key, TODAY) == frozenset()


def test_nobody_ends_what_another_manager_has_named(
    database: Database, manager: Principal, other_manager: Principal, hr: Principal
) -> None:
    named = appoint(database, manager, hr)
    deputies.dismiss(database, asker(other_manager), hr.key, TODAY)
    assert stored(database, manager) == named


# Finding somebody


def test_people_are_found_by_three_letters_of_their_name_whatever_the_diacritics(
    database: Database, manager: Principal, outsider: Principal
) -> None:
    with database.reading() as connection:
        for search in ("uleh", "ÚLEHLOVÁ", " olga "):
            found = deputies.candidates(connection, asker(manager), search)
            assert [person.key for person in found] == [outsider.key]
        for search in ("", "ú", "ol", "%%%", "___"):
            assert deputies.candidates(connection, asker(manager), search) == []


def test_a_manager_does_not_find_themselves(database: Database, manager: Principal) -> None:
    with database.reading() as connection:
        assert deputies.candidates(connection, asker(manager), "Řehák") == []
