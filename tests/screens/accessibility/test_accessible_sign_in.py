"""Signing in is for everybody: axe finds nothing against WCAG 2.2 AA."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from browsing import Reader
from gates import gate_of
from inspecting import PHONE, Inspection
from playwright.sync_api import Browser, expect
from serving import PASSWORD, SECRET, NewServer, Server

from people import directory
from people.access import Role
from people.demonstration import CAST
from people.directory import Person
from people.sign_in import passwords
from people.sign_in.passwords import Client, Purpose

pytestmark = pytest.mark.browser


def test_signing_in_with_a_password_is_for_everybody(in_production: Inspection, real_company: Server) -> None:
    reader, page = in_production.reader, in_production.page
    page.goto("/sign-in")
    expect(page.locator("#account")).to_be_focused()
    in_production.of("sign-in with a password", PHONE)
    page.keyboard.type("nobody")
    page.keyboard.press("Tab")
    page.keyboard.type("nothing")
    page.keyboard.press("Enter")
    expect(page.locator("#password")).to_have_accessible_description(page.get_by_role("alert").inner_text())
    expect(page.locator("#password")).to_be_focused()
    in_production.of("sign-in, refused")
    page.goto("/forgotten-password")
    in_production.of("forgotten password")
    page.keyboard.type("nobody")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_be_visible()
    in_production.of("forgotten password, asked")

    who = real_company.cast(Role.AUDITOR)
    link = passwords.new_link(real_company.database, who.key, Purpose.INVITATION, SECRET.encode(), datetime.now(UTC))
    page.goto(f"/set-password/{link}")
    in_production.of("set a password", PHONE)
    page.keyboard.type("heslo heslo heslo")
    page.keyboard.press("Tab")
    page.keyboard.type("heslo heslo heslo")
    page.keyboard.press("Enter")
    expect(page.locator("#password")).to_have_accessible_description(page.get_by_role("alert").inner_text())
    in_production.of("set a password, a weak one", PHONE)
    page.goto(f"/set-password/{'x' * 43}")
    in_production.of("set a password, a link that is over")
    reader.complaints.clear()


@pytest.mark.wide
def test_a_locked_account_says_so_to_everybody(in_production: Inspection, language: str) -> None:
    reader, page = in_production.reader, in_production.page
    page.goto("/sign-in")
    for _ in range(20):
        page.locator("#account").fill(f"locked-{language}")
        page.locator("#password").fill("nothing")
        page.keyboard.press("Enter")
        expect(page.locator("#password")).to_have_value("")
        if any(complaint.startswith("429") for complaint in reader.complaints):
            break
    expect(page.get_by_role("alert")).to_contain_text("1")
    in_production.of("sign-in, locked", PHONE)
    assert any(complaint.startswith("429") for complaint in reader.complaints)
    reader.complaints.clear()


@pytest.mark.wide
def test_an_account_is_for_everybody(in_production: Inspection) -> None:
    reader, page, t = in_production.reader, in_production.page, in_production.reader.words
    reader.sign_in(CAST[Role.EMPLOYEE][0], PASSWORD)
    reader.sign_in(CAST[Role.EMPLOYEE][0], PASSWORD)
    page.goto("/account")
    in_production.of("account", PHONE)
    reader.tab_to(page.locator("#old"))
    page.keyboard.type("not mine")
    for _ in range(2):
        page.keyboard.press("Tab")
        page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("#old")).to_be_focused()
    expect(page.locator("#old")).to_have_accessible_description(page.get_by_role("alert").inner_text())
    in_production.of("account, not the password so far", PHONE)
    reader.complaints.clear()
    reader.tab_to(page.get_by_role("button", name=t("Sign out here")))
    page.keyboard.press("Enter")
    page.wait_for_url("**/sign-in")


@pytest.mark.wide
def test_signing_in_elsewhere_is_for_everybody(
    new_server: NewServer, browser: Browser, migrated_sqlite: Path, language: str
) -> None:
    """At the company's provider, which here does not answer."""
    provider = {
        "KODEX_OIDC_ISSUER": "http://127.0.0.1:9",
        "KODEX_OIDC_CLIENT_ID": "kodex",
        "KODEX_OIDC_CLIENT_SECRET": SECRET,
    }
    at = datetime.now(UTC)
    server = new_server(migrated_sqlite, KODEX_MODE="production", **provider)
    server.start()
    reader = Reader(browser, server.url, server.course, language)
    inspection, page = Inspection(reader), reader.page
    page.goto("/sign-in")
    assert not page.locator("#password").count()
    inspection.of("sign-in at the provider", PHONE)
    reader.tab_to(reader.link("Sign in with single sign-on"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    inspection.of("the provider does not answer", PHONE)
    who = Person("0" * 32, "1", "Skutečná Osoba", "s@example.com", "Sklad", None, "cs")
    with server.database.writing() as connection:
        directory.add(connection, [who])
    link = passwords.new_link(server.database, who.key, Purpose.INVITATION, SECRET.encode(), at)
    passwords.set_by_link(gate_of(server.database, SECRET.encode()), link, PASSWORD, Client("", ""), at)
    page.goto("/sign-in")
    expect(page.locator("#password")).to_be_visible()
    inspection.of("sign-in at the provider or with a password", PHONE)
    reader.complaints.clear()
    reader.close()
    server.close()
    assert not inspection.findings, "\n".join(inspection.findings)
