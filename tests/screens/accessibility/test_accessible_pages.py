"""Pages without Streamlit, and screens of nobody, are for everybody: axe finds nothing against WCAG 2.2 AA."""

import pytest
from browsing import plain
from inspecting import PHONE, Inspection
from playwright.sync_api import expect
from serving import Server

pytestmark = pytest.mark.browser


@pytest.mark.wide
def test_the_plain_pages_are_for_everybody(inspection: Inspection, server: Server) -> None:
    reader, page = inspection.reader, inspection.page
    page.goto("/sign-in")
    inspection.of("sign-in")
    page.evaluate("document.querySelector('[name=person]').value = 'nobody'")
    page.locator("[name=person]").first.click()
    expect(page.get_by_role("alert")).to_be_visible()
    inspection.of("sign-in, a person that there is not")
    reader.complaints.clear()
    reader.become(server.newcomer("Odhlášená Osoba"))
    page.goto("/sign-out")
    inspection.of("sign-out")
    page.goto(f"/verify/{server.certificate_number(valid=True)}")
    inspection.of("verify, valid", PHONE)
    page.goto(f"/verify/{server.certificate_number(valid=False)}")
    inspection.of("verify, expired")
    page.goto("/verify/KX-00000-00000-00000-00000-000000")
    inspection.of("verify, unknown")
    page.goto("/verify")
    inspection.of("verify, the field", PHONE)
    page.goto("/verify?number=none")
    inspection.of("verify, no number")
    reader.complaints.clear()


@pytest.mark.wide
def test_nobodys_screens_are_for_everybody(inspection: Inspection, server: Server) -> None:
    """Somebody without a course, and somebody whose session has ended."""
    reader = inspection.reader
    reader.become(server.newcomer("Bez Kurzu", is_assigned=False))
    reader.go("/")
    inspection.of("home, nothing assigned")
    reader.become(server.newcomer("Přerušená Osoba"))
    reader.go("/")
    reader.context.request.post("/sign-out", max_redirects=0)
    reader.press("Decide")
    assert reader.title() == plain(reader.words("Sign in again to continue"))
    inspection.of("session over")
