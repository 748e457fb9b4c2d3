"""The directory's and the deputies' screens are for everybody: axe finds nothing against WCAG 2.2 AA."""

import pytest
from inspecting import PHONE, Inspection
from playwright.sync_api import expect
from serving import PASSWORD

from people.access import Role
from people.demonstration import CAST

pytestmark = pytest.mark.browser

HEAD = "id;name;e-mail;unit;manager\n"

WRONG = "1;Bez Adresy;bez-adresy;Sklad;\n2;Bez Vedoucího;2@example.com;Sklad;nikdo\n"


@pytest.mark.wide
def test_the_directory_is_for_everybody(in_production: Inspection) -> None:
    reader, page, t = in_production.reader, in_production.page, in_production.reader.words
    reader.sign_in(CAST[Role.HR][0], PASSWORD)
    reader.go("/people")
    in_production.of("people", PHONE)
    reader.search("nemcova")
    in_production.of("people, found", PHONE)
    reader.search("Nikdo Takový")
    expect(page.get_by_text(t("Nobody matches. Change or clear a filter."))).to_be_visible()
    in_production.of("people, nobody matches")
    reader.go("/people")
    reader.upload("people.csv", HEAD + WRONG)
    in_production.of("people, faults", PHONE)
    reader.go("/people")
    reader.upload("people.csv", HEAD + "100004;Žaneta Říhová;zaneta.rihova@example.com;Personální oddělení;\n")
    expect(page.get_by_role("alert")).to_be_visible()
    in_production.of("people, most would lose access", PHONE)
    reader.tab_to(reader.button("Change the directory"))
    reader.runs_by(lambda: page.keyboard.press("Enter"))
    expect(page.get_by_text(t("Tick the box first: people would lose their access."))).to_be_visible()
    in_production.of("people, not agreed to", PHONE)


@pytest.mark.wide
def test_deputies_are_named_and_ended_by_everybody(in_production: Inspection) -> None:
    reader, page, t = in_production.reader, in_production.page, in_production.reader.words
    reader.sign_in(CAST[Role.MANAGER][0], PASSWORD)
    reader.go("/team")
    in_production.of("deputies, nobody")
    reader.tab_to(page.locator("summary").filter(has_text=t("Name a deputy")))
    page.keyboard.press("Enter")
    whom = page.get_by_label(t("Whom"), exact=True)
    reader.tab_to(whom)
    for search in ("No", "Nikdo Takový", "Němcová"):
        whom.fill(search)
        reader.runs_by(lambda: page.keyboard.press("Enter"))
    in_production.of("deputies, naming one", PHONE)
    reader.tab_to(reader.button("Name as deputy"))
    reader.runs_by(lambda: page.keyboard.press("Enter"))
    expect(
        page.get_by_role("status").filter(has_text=t("Saved. Your deputy sees your team on the days given below."))
    ).to_be_visible()
    in_production.of("deputies, named", PHONE)
    reader.go("/team")
    reader.tab_to(reader.button("End"))
    reader.runs_by(lambda: page.keyboard.press("Enter"))
    expect(reader.button("End")).to_have_count(0)
    in_production.of("deputies, ended")
