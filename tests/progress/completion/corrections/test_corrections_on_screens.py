"""Corrections on the screens."""

from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

import pytest
import width
from browsing import Reader, plain
from correcting import WHY
from playwright.sync_api import expect
from serving import NewReader, Server

from people.access import Principal, Role
from progress.completion.rules import SAID, Status
from progress.record.chains import Kind


def written_reason(reader: Reader, label: str, reason: str) -> None:
    """Chooses what is to be corrected by its label, and gives the reason."""
    reader.runs_by(reader.page.get_by_test_id("stRadioOption").filter(has_text=label).click)
    reader.page.get_by_role("textbox", name=reader.words("Reason"), exact=True).fill(reason)


@pytest.mark.browser
@pytest.mark.parametrize("language", width.languages())
def test_hr_revokes_a_certificate_and_everybody_reads_that_it_is_revoked(
    new_reader: NewReader, server: Server, language: str
) -> None:
    who = server.newcomer("Odvolaná Držitelka", language)
    number = server.study.certify(who).certificate_no or ""
    reader = new_reader(server.cast(Role.HR), language)
    t = reader.words
    reader.go(f"/person?id={who.person.employee_id}")
    written_reason(reader, plain(t("Revoke the certificate of {day}", day=""))[:-1], "")
    reader.runs_by(reader.button("Show what this changes").click)
    said = plain(reader.page.get_by_role("alert").inner_text())
    assert said == plain(t("Say why: no correction is made without a reason."))
    reader.page.get_by_role("textbox", name=t("Reason"), exact=True).fill(WHY)
    reader.press("Show what this changes")
    assert number in reader.main()
    assert plain(t.say(SAID[Status.REVOKED])) in reader.main()
    assert server.study.enrolment(who).revoked_at is None, "only looked at"
    reader.press("Back, change nothing")
    expect(reader.page.get_by_role("textbox", name=t("Reason"), exact=True)).to_have_value(WHY)
    reader.press("Show what this changes")
    reader.press("Revoke the certificate")
    expect(reader.page.get_by_role("status")).to_contain_text(t.say(SAID[Status.REVOKED]))
    kinds = server.study.kinds(who)
    assert (kinds.count(Kind.REVOKED), kinds[-2:]) == (1, [Kind.REVOKED, Kind.ASSIGNED])
    assert server.study.enrolment(who).cycle == 2

    holder = new_reader(who, language)
    holder.go("/")
    assert plain(t("revoked on {day}", day=t.date(_revoked_on(server, who)))) in holder.main()
    assert f"/certificate/{number}.pdf" not in holder.html()
    holder.go("/record")
    for said in (WHY, server.cast(Role.HR).person.name, t("Certificate {number} was revoked.", number=number)):
        assert plain(said) in holder.html()

    with server.client(headers={"Accept-Language": language}) as anybody:
        page = anybody.get(f"/verify/{number}")
    assert page.status_code == 200
    assert plain(t("The certificate was revoked on {day}", day=t.date(_revoked_on(server, who)))) in plain(page.text)
    assert WHY not in page.text
    with server.client(who) as own:
        document = own.get(f"/certificate/{number}.pdf")
    assert (document.status_code, document.headers["content-type"]) == (410, "text/html; charset=utf-8")


def _revoked_on(server: Server, who: Principal) -> date:
    revoked = next(event for event in server.study.chain(who) if event.kind is Kind.REVOKED)
    return revoked.at.astimezone(ZoneInfo("Europe/Prague")).date()


@pytest.mark.wide
@pytest.mark.browser
def test_what_somebody_else_corrected_meanwhile_is_said_and_nothing_is_done_twice(
    new_reader: NewReader, server: Server
) -> None:
    who = server.newcomer("Dvakrát Opravená")
    hr = replace(server.cast(Role.HR), roles=frozenset({Role.HR}))
    reader = new_reader(hr, "en")
    reader.go(f"/person?id={who.person.employee_id}")
    written_reason(reader, "Exempt the person", WHY)
    reader.press("Show what this changes")
    server.study.cards(who)
    reader.press("Exempt the person")
    said = "The record has changed since you looked; look again at what the correction would change."
    assert plain(reader.page.get_by_role("alert").inner_text()) == said
    assert Kind.EXEMPTED not in server.study.kinds(who)
    reader.press("Show what this changes")
    reader.press("Exempt the person")
    assert server.study.kinds(who).count(Kind.EXEMPTED) == 1
    learner = new_reader(who, "en")
    learner.go("/")
    assert learner.title() == "You are exempt from this course"


@pytest.mark.wide
@pytest.mark.browser
def test_auditors_are_offered_no_correction_and_hr_none_of_their_own(new_reader: NewReader, server: Server) -> None:
    who = server.newcomer("Jen Čtená")
    auditor = new_reader(server.cast(Role.AUDITOR), "en")
    auditor.go(f"/person?id={who.person.employee_id}")
    assert "Correct this record" not in auditor.main()
    hr = server.cast(Role.HR)
    own = new_reader(hr, "en")
    own.go(f"/person?id={hr.person.employee_id}")
    assert "You cannot correct your own record" in own.main()
    assert own.page.get_by_test_id("stRadioOption").count() == 0
