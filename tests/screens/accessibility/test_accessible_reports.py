"""Screens of managers, HR and editors are for everybody: axe finds nothing against WCAG 2.2 AA."""

import pytest
from inspecting import PHONE, Inspection
from playwright.sync_api import expect
from serving import Server

from people.access import Role

pytestmark = pytest.mark.browser


def test_managers_screens_are_for_everybody(inspection: Inspection, server: Server) -> None:
    reader, page = inspection.reader, inspection.page
    reader.become(server.cast(Role.MANAGER))
    reader.go("/team")
    inspection.of("team", PHONE)
    for expander in page.get_by_test_id("stExpander").all():
        expander.locator("summary").click()
    inspection.of("team, the numbers as tables")
    reader.search("Nikdo Takový")
    expect(page.get_by_text(reader.words("Nobody matches. Change or clear a filter."))).to_be_visible()
    inspection.of("team, nobody matches")


@pytest.mark.wide
def test_a_small_teams_screen_is_for_everybody(inspection: Inspection, server: Server) -> None:
    reader = inspection.reader
    manager = server.newcomer("Vedoucí Maličkého Týmu")
    server.newcomer("Bez Kurzu", manager=manager, is_assigned=False)
    reader.become(manager)
    reader.go("/team")
    inspection.of("team, nobody has a course")
    server.newcomer("S Kurzem", manager=manager)
    reader.go("/team")
    inspection.of("team, too small for a curve")


@pytest.mark.wide
def test_hrs_and_editors_screens_are_for_everybody(inspection: Inspection, server: Server) -> None:
    reader, page = inspection.reader, inspection.page
    reader.become(server.cast(Role.HR))
    reader.go("/certifications")
    inspection.of("certifications", PHONE)
    reader.search("Nikdo Takový")
    expect(page.get_by_text(reader.words("Nobody matches. Change or clear a filter."))).to_be_visible()
    inspection.of("certifications, nobody matches")
    reader.go("/assigning")
    inspection.of("assigning", PHONE)
    reader.runs_by(reader.button(reader.words("Show whom it reaches")).click)
    inspection.of("assigning, a preview")
    reader.become(server.cast(Role.EDITOR))
    reader.go("/content")
    inspection.of("content")
