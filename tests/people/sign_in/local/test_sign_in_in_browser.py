"""Signing in with a password in a real browser, with and without scripts."""

import pytest
import width
from browsing import Reader
from inspecting import PHONE, Inspection
from local_sign_in import BETTER, GOOD, Company
from playwright.sync_api import expect
from serving import NewReader


@pytest.mark.wide
@pytest.mark.browser
@pytest.mark.parametrize("script", [True, False])
def test_a_person_comes_in_with_and_without_scripts(company: Company, new_reader: NewReader, script: bool) -> None:
    person = company.person()
    reader = new_reader(language="en", at=company, java_script_enabled=script)
    page = reader.page
    page.goto(f"/set-password/{company.link(person)}")
    page.get_by_label("New password", exact=True).fill(GOOD)
    page.get_by_label("New password once more").fill(GOOD)
    page.get_by_role("button", name="Save and sign in").click()
    page.goto("/account")
    expect(page.get_by_role("heading", level=1)).to_have_text("1 browser is signed in to your account")
    page.get_by_role("button", name="Sign out here").click()
    page.get_by_label("Employee number or e-mail").fill(person.email)
    page.get_by_label("Password", exact=True).fill(GOOD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.goto("/account")
    expect(page.get_by_role("heading", level=1)).to_have_text("1 browser is signed in to your account")


@pytest.mark.wide
@pytest.mark.browser
@pytest.mark.parametrize("language", width.languages())
def test_the_pages_of_an_account_are_for_everybody(company: Company, new_reader: NewReader, language: str) -> None:
    reader: Reader = new_reader(language=language, at=company)
    inspection, page = Inspection(reader), reader.page
    person = company.member("Maximiliána Nejnovějšíhradecká-Podkrkonošská", language)
    page.goto("/sign-in")
    inspection.of("sign-in with a password", PHONE)
    page.locator("#account").fill(person.email)
    page.locator("#password").fill("not it at all")
    page.locator("main button").click()
    expect(page.get_by_role("alert")).to_be_visible()
    inspection.of("sign-in refused")
    page.goto("/forgotten-password")
    inspection.of("forgotten password")
    page.locator("#account").fill("nobody")
    page.locator("main button").click()
    expect(page.get_by_role("status")).to_be_visible()
    inspection.of("forgotten password, asked", PHONE)
    page.goto("/set-password/used")
    inspection.of("a link that is over")
    page.goto(f"/set-password/{company.link(person)}")
    inspection.of("a password to be chosen", PHONE)
    page.locator("#password").fill("Password2026!!")
    page.locator("#again").fill("Password2026!!")
    page.locator("main button").click()
    expect(page.get_by_role("alert")).to_be_visible()
    inspection.of("a password that is not taken")
    page.locator("#password").fill(BETTER)
    page.locator("#again").fill(BETTER)
    page.locator("main button").click()
    expect(page.get_by_role("status")).to_be_visible()
    company.mail.next()
    with company.signed_in(person, BETTER, **{"User-Agent": "x" * 500}):
        page.goto("/account?done=changed")
        inspection.of("account", PHONE)
    reader.complaints.clear()
    assert not inspection.findings, "\n".join(inspection.findings)
