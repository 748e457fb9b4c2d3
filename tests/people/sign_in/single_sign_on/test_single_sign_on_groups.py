"""Groups of the provider give and take roles."""

from datetime import datetime

from cast import NOW
from providing import SECRET, granted, sessions_of

from database import Database
from people.access import Principal, Role
from people.sign_in import accounts
from people.sign_in.single_sign_on import bring_in_line

ROLES = [("kodex-hr", Role.HR), ("kodex-audit", Role.AUDITOR), ("everybody-in-audit", Role.AUDITOR)]


def test_groups_give_and_take_their_roles_and_no_others(database: Database, editor: Principal) -> None:
    bring_in_line(database, editor.key, {"kodex-audit", "chess"}, ROLES, NOW)
    assert granted(database, editor) == {("editor", ""), ("auditor", "")}
    bring_in_line(database, editor.key, {"everybody-in-audit", "kodex-hr"}, ROLES, NOW)
    assert granted(database, editor) == {("editor", ""), ("auditor", ""), ("hr", "")}
    bring_in_line(database, editor.key, set(), ROLES, NOW)
    assert granted(database, editor) == {("editor", "")}


def test_groups_leave_a_role_that_is_limited_to_a_unit(database: Database, outsider: Principal) -> None:
    with database.writing() as connection:
        accounts.grant(connection, [(outsider.key, Role.HR)], unit="Sklad")
    bring_in_line(database, outsider.key, set(), ROLES, NOW)
    assert granted(database, outsider) == {("hr", "Sklad")}


def test_groups_that_nothing_was_mapped_for_change_nothing(database: Database, hr: Principal) -> None:
    bring_in_line(database, hr.key, {"kodex-audit"}, [], NOW)
    assert granted(database, hr) == {("hr", "")}


def test_a_role_that_a_group_no_longer_gives_ends_the_other_sessions(
    database: Database, hr: Principal, now: datetime
) -> None:
    accounts.sign_in(database, hr.key, SECRET, now)
    bring_in_line(database, hr.key, {"kodex-hr"}, ROLES, NOW)
    assert sessions_of(database, hr.key) == 1
    bring_in_line(database, hr.key, set(), ROLES, NOW)
    assert sessions_of(database, hr.key) == 0
