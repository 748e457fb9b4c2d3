"""A session that has ended: one way on, back to this very screen."""

import pytest
from browsing import plain
from playwright.sync_api import expect
from serving import NewReader, Server

from people.access import Role

pytestmark = pytest.mark.browser


def test_signing_in_again_leads_back_to_the_same_screen(new_reader: NewReader, server: Server) -> None:
    reader = new_reader(server.cast(Role.HR))
    reader.go("/certifications?status=certified&q=a+b")
    reader.context.request.post("/sign-out", max_redirects=0)
    reader.search("a c")
    assert reader.title() == plain(reader.words("Sign in again to continue"))
    expect(reader.page.get_by_test_id("stHeaderLogo")).to_be_visible()
    expect(reader.page.get_by_test_id("stTopNav")).to_be_hidden()
    reader.link("Sign in").click()
    reader.page.wait_for_url("**/sign-in?next=*")
    assert reader.page.locator("[name=next]").first.input_value().startswith("/certifications?")
