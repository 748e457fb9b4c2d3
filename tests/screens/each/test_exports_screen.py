"""Who exported what, page by page."""

from datetime import datetime

import pytest
from browsing import plain
from stage import (
    Open,
)
from studying import Study

from database import Database
from people.access import OPERATOR, Principal, Role
from progress.reports import export_log
from progress.reports.export_log import Extent, HandedOut
from screens.parts import exported


def handed_out(database: Database, who: Principal, extent: Extent, records: int, at: datetime) -> None:
    given = HandedOut(
        export_log.ExportKind.TEAM, extent, {"unit": "<b>Sklad</b>"}, "team.csv", "csv", records, "ab" * 32, "signed"
    )
    export_log.keep(database, who, given, at)


@pytest.mark.parametrize("role", [Role.HR, Role.AUDITOR])
def test_who_exported_what_is_read_page_by_page_the_newest_first(
    open_screen: Open,
    assigned: Study,
    anybody: dict[Role, Principal],
    manager: Principal,
    now: datetime,
    role: Role,
    language: str,
) -> None:
    for n in range(1, exported.ENTRIES_ON_A_PAGE + 2):
        handed_out(assigned.database, manager, Extent(manager=manager.person.employee_id), 1000 + n, now)
    handed_out(assigned.database, OPERATOR, Extent(everybody=True), 7, now)
    screen = open_screen(anybody[role], "records.py", language)
    t = screen.words
    assert screen.says("Who exported what")
    text = screen.text()
    assert f"{manager.person.name} ({manager.person.employee_id})" in text
    assert screen.says("the operator of Kodex")
    assert screen.says("the reporting line of {number}", number=manager.person.employee_id)
    assert any("&lt;b&gt;Sklad" in html.body for html in screen.elements("html"))
    first, last = (plain(t.number(1000 + n)) for n in (1, exported.ENTRIES_ON_A_PAGE + 1))
    assert last in text
    assert first not in text
    screen.app.selectbox(key="page_of_exports").set_value(2).run()
    assert first in screen.text()
    assert last not in screen.text()


def test_the_statements_of_ones_last_downloads_are_offered_and_nobody_elses(
    open_screen: Open, assigned: Study, hr: Principal, manager: Principal, now: datetime
) -> None:
    handed_out(assigned.database, manager, Extent(manager="1"), 1, now)
    handed_out(assigned.database, hr, Extent(everybody=True), 1, now)
    text = open_screen(hr, "certifications.py").text()
    assert "/export/statement/2" in text
    assert "/export/statement/1" not in text
