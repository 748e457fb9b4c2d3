"""The screens of records are for everybody: axe finds nothing against WCAG 2.2 AA."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from inspecting import PHONE, Inspection
from playwright.sync_api import expect
from serving import NewReader, Server
from sqlalchemy import select, update

from people.access import Principal, Role
from progress.record import chains

pytestmark = pytest.mark.browser


@pytest.mark.wide
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


@pytest.mark.wide
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
    made = reader.button("Make the evidence pack").or_(reader.button("Make it again"))
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
