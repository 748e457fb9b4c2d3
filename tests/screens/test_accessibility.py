"""Every screen is for everybody: axe finds nothing against WCAG 2.2 AA, and no page is wider than a phone."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from browsing import Reader
from gates import gate_of
from inspecting import PHONE, Inspection
from playwright.sync_api import Browser, expect
from serving import PASSWORD, SECRET, NewReader, NewServer, Server
from sqlalchemy import select, update

from people import directory
from people.access import Principal, Role
from people.demonstration import CAST
from people.directory import Person
from people.sign_in import passwords
from people.sign_in.passwords import Client, Purpose
from progress.record import chains
from words import LANGUAGES

pytestmark = pytest.mark.browser


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def inspection(new_reader: NewReader, language: str) -> Iterator[Inspection]:
    """With nobody signed in. What was found is told at the end, all of it."""
    inspection = Inspection(new_reader(language=language))
    yield inspection
    assert not inspection.findings, "\n".join(inspection.findings)


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


def test_the_learners_screens_are_for_everybody(inspection: Inspection, server: Server, language: str) -> None:
    reader, study = inspection.reader, server.study
    learner = server.newcomer("Růžena Ďáblíková", language)
    reader.become(learner)

    reader.go("/assessment")
    inspection.of("assessment before the lesson")
    reader.go("/")
    inspection.of("home, not started")
    reader.press("Begin the course")
    inspection.of("dilemma")
    reader.send_nothing("Save the answer and go on")
    inspection.of("dilemma, nothing chosen")
    reader.choose()
    reader.press("Save the answer and go on")
    inspection.of("why")
    reader.press("Next")
    inspection.of("principle")
    reader.choose(right=False)
    inspection.of("principle, an option chosen")
    reader.press("Check the answer")
    inspection.of("principle, answered wrong", PHONE)
    reader.press("Next")
    reader.choose()
    reader.press("Check the answer")
    inspection.of("principle, answered right")
    reader.go("/lesson?card=customer-privacy/dilemma")
    inspection.of("dilemma, read again")
    reader.go("/")
    inspection.of("home, in progress", PHONE)

    study.cards_but_the_last(learner)
    reader.go("/lesson")
    inspection.of("the dilemma's answer, before")
    reader.choose(right=False)
    reader.press("Check the answer")
    inspection.of("the dilemma's answer, after")
    reader.press("Next")
    inspection.of("lesson, finished")

    reader.press("Begin the final questions")
    inspection.of("assessment, before the first question")
    reader.press("Begin")
    inspection.of("question", PHONE)
    reader.send_nothing("Submit the answer")
    inspection.of("question, nothing chosen")
    reader.state_confidence("Certain")
    reader.choose(right=False)
    inspection.of("question, an option chosen")
    reader.press("Submit the answer")
    inspection.of("question, answered wrong", PHONE)
    reader.press("Next question")
    reader.choose()
    reader.press("Submit the answer")
    inspection.of("question, answered right")
    study.answer_the_rest(learner, right=False)
    reader.go("/assessment")
    inspection.of("result, not passed")
    reader.go("/")
    inspection.of("home, not passed")
    reader.go("/assessment")
    reader.press("Try again with other questions")
    study.answer_the_rest(learner, right=True)
    reader.go("/assessment")
    inspection.of("result, passed")

    reader.press("Go on to the commitment")
    inspection.of("commitment", PHONE)
    reader.send_nothing("Sign and get the certificate")
    inspection.of("commitment, not agreed")
    reader.agree()
    reader.press("Sign and get the certificate")
    inspection.of("certificate", PHONE)
    reader.go("/")
    inspection.of("home, certified")


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


def test_nobodys_screens_are_for_everybody(inspection: Inspection, server: Server) -> None:
    """Somebody without a course, and somebody whose session has ended."""
    reader = inspection.reader
    reader.become(server.newcomer("Bez Kurzu", is_assigned=False))
    reader.go("/")
    inspection.of("home, nothing assigned")
    reader.become(server.newcomer("Přerušená Osoba"))
    reader.go("/")
    reader.context.request.post("/sign-out", max_redirects=0)
    reader.press("Begin the course")
    assert reader.title() == reader.words("Sign in again to go on")
    inspection.of("session over")


def test_hrs_and_editors_screens_are_for_everybody(inspection: Inspection, server: Server) -> None:
    reader, page = inspection.reader, inspection.page
    reader.become(server.cast(Role.HR))
    reader.go("/certifications")
    inspection.of("certifications", PHONE)
    reader.search("Nikdo Takový")
    expect(page.get_by_text(reader.words("Nobody matches. Change or clear a filter."))).to_be_visible()
    inspection.of("certifications, nobody matches")
    reader.become(server.cast(Role.EDITOR))
    reader.go("/content")
    inspection.of("content")


def test_records_are_for_everybody(inspection: Inspection, server: Server, language: str) -> None:
    reader, page = inspection.reader, inspection.page
    learner = server.newcomer("Růžena Zaznamenaná", language)
    reader.become(learner)
    reader.go("/record")
    inspection.of("my record, nothing yet")
    number = server.study.certify(learner).certificate_no
    reader.become(server.cast(Role.AUDITOR))
    reader.go("/person")
    inspection.of("a person's record, nobody asked for", PHONE)
    reader.search("Nikdo Takový")
    inspection.of("a person's record, nobody found")
    reader.search("Zaznamenaná")
    inspection.of("a person's record, found", PHONE)
    reader.go(f"/person?id={learner.person.employee_id}")
    inspection.of("a person's record", PHONE)
    reader.go("/person?id=none")
    inspection.of("a person's record, a number that there is not")
    corrections_are_for_everybody(inspection, server.cast(Role.HR), learner, number)
    reader.become(learner)
    reader.go("/record")
    inspection.of("my record", PHONE)
    for expander in page.get_by_test_id("stExpander").all():
        expander.locator("summary").click()
    inspection.of("my record, everything unfolded", PHONE)


def corrections_are_for_everybody(
    inspection: Inspection, hr: Principal, learner: Principal, number: str | None
) -> None:
    """The section on the screen of one person, to its end: the certificate is revoked."""
    reader, page = inspection.reader, inspection.page
    reader.become(hr)
    reader.go(f"/person?id={learner.person.employee_id}")
    inspection.of("corrections, nothing chosen", PHONE)
    reader.runs_by(page.get_by_test_id("stRadioOption").first.click)
    inspection.of("corrections, a certificate chosen", PHONE)
    reader.send_nothing("Show what this changes")
    inspection.of("corrections, without a reason")
    page.get_by_role("textbox", name=reader.words("Reason"), exact=True).fill("Case 12")
    reader.press("Show what this changes")
    inspection.of("corrections, looked at", PHONE)
    reader.press("Revoke the certificate")
    expect(page.get_by_role("status")).to_be_visible()
    inspection.of("corrections, made", PHONE)
    reader.runs_by(page.get_by_test_id("stRadioOption").last.click)
    inspection.of("corrections, something equivalent", PHONE)
    reader.become(learner)
    reader.go("/")
    inspection.of("home, revoked and assigned anew", PHONE)
    page.goto(f"/verify/{number}")
    inspection.of("verify, revoked", PHONE)


def test_the_record_as_a_whole_is_for_everybody(
    company: Server, new_reader: NewReader, language: str, tmp_path: Path
) -> None:
    reader = new_reader(company.cast(Role.HR), language, company)
    inspection, page = Inspection(reader), reader.page
    uploader = page.locator(".st-key-verify [data-testid=stFileUploader] input")
    bad = tmp_path / "bad.txt"
    bad.write_text("nothing")
    reader.go("/records")
    inspection.of("records", PHONE)
    reader.runs_by(lambda: uploader.set_input_files(bad))
    expect(page.get_by_role("alert").filter(has_text="bad.txt")).to_be_visible()
    inspection.of("records, a file that is no checkpoint", PHONE)
    reader.go("/records")
    for button in ("Verify the record", "Seal a checkpoint"):
        reader.tab_to(reader.button(button))
        reader.runs_by(lambda: page.keyboard.press("Enter"))
    for section in (".st-key-verify", ".st-key-seals"):
        expect(page.locator(section).get_by_role("status")).to_be_visible()
    inspection.of("records, verified and sealed", PHONE)
    made = reader.button("Make the evidence pack").or_(reader.button("Make it anew"))
    reader.tab_to(made)
    reader.runs_by(lambda: page.keyboard.press("Enter"))
    expect(page.locator(".st-key-evidence").get_by_role("status")).to_be_visible()
    reader.tab_to(reader.link("Download the evidence pack"))
    reader.tab_to(reader.link("Download the public keys"))
    inspection.of("records, evidence made", PHONE)
    with altered(company):
        reader.runs_by(reader.button("Verify the record").click)
        expect(page.locator(".kodex-findings li").first).to_be_visible()
        inspection.of("records, something does not hold", PHONE)
    assert not inspection.findings, "\n".join(inspection.findings)


@contextmanager
def altered(server: Server) -> Iterator[None]:
    """With an event that is not as it was."""
    first = chains.events.c.seq == 1
    with server.database.reading() as connection:
        asked = select(chains.events.c.person_key, chains.events.c.body).where(first)
        key, body = connection.execute(asked.limit(1)).one()
    of_one = update(chains.events).where(first, chains.events.c.person_key == key)
    with server.database.writing() as connection:
        connection.execute(of_one.values(body="{}"))
    yield
    with server.database.writing() as connection:
        connection.execute(of_one.values(body=body))


HEAD = "id;name;e-mail;unit;manager\n"
WRONG = "1;Bez Adresy;bez-adresy;Sklad;\n2;Bez Vedoucího;2@example.com;Sklad;nikdo\n"


@pytest.fixture
def in_production(browser: Browser, real_company: Server, language: str) -> Iterator[Inspection]:
    """The same in a company's own installation, where people sign in with passwords."""
    reader = Reader(browser, real_company.url, real_company.course, language)
    inspection = Inspection(reader)
    yield inspection
    assert reader.close() == []
    assert not inspection.findings, "\n".join(inspection.findings)


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
