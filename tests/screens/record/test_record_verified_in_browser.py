"""The record as a whole on its screen: verified to a verdict."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from browsing import plain
from playwright.sync_api import expect
from record_in_browser import NewOne, table, verdict
from serving import Server
from sqlalchemy import select, text

from people.access import Role
from progress import demonstration
from progress.completion.certificates import certificates
from progress.record import chains
from quizzes.content import Content, Course

pytestmark = pytest.mark.browser


def test_the_record_is_verified_to_a_verdict_by_keyboard(new_one: NewOne, installed: Server, language: str) -> None:
    reader = new_one(installed, installed.cast(Role.AUDITOR), language)
    t = reader.words
    reader.tab_to(reader.button("Verify the record"))
    reader.runs_by(lambda: reader.page.keyboard.press("Enter"))
    assert verdict(reader, "status") == plain("✓ " + t("All checks within this database passed."))
    with installed.database.reading() as connection:
        n_events, n_people = chains.size(connection)
        n_certificates = len(connection.execute(select(certificates.c.number)).all())
    counts = table(reader.page.locator(".st-key-counts_verified"))
    assert counts[plain(t("Events, each with the hash that it had"))] == plain(t.number(n_events))
    assert counts[plain(t("People, each chain without a gap"))] == plain(t.number(n_people))
    assert counts[plain(t("Certificates, as they were issued"))] == plain(t.number(n_certificates))
    assert (
        plain(t("all checks passed"))
        in table(reader.page.locator(".st-key-told_status"))[plain(t("Verified on this screen"))]
    )
    assert reader.title() == plain(t("The record passed all checks when it was last verified"))


@pytest.fixture
def held_up(database_url: str, tmp_path: Path, content: Content, course: Course, zone: ZoneInfo) -> Iterator[Server]:
    """On PostgreSQL, where a test can let work begin and keep it from ending."""
    server = Server(tmp_path, course, KODEX_DATABASE_URL=database_url)
    demonstration.fill(server.database, content, 30, 1, zone, datetime.now(UTC))
    server.start()
    yield server
    server.close()


ON_POSTGRESQL = pytest.mark.parametrize(
    "database_url", [pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True
)

HOLD_UP = text("LOCK TABLE sealed_heads IN ACCESS EXCLUSIVE MODE")
"""What both a verification and a seal have to read, and the screen has not."""


@pytest.mark.wide
@ON_POSTGRESQL
def test_a_verification_goes_on_over_reloads_and_everybody_watches_the_same(new_one: NewOne, held_up: Server) -> None:
    reader, other = (new_one(held_up, held_up.cast(role)) for role in (Role.HR, Role.AUDITOR))
    with held_up.database.writing() as connection:
        connection.execute(HOLD_UP)
        reader.button("Verify the record").click()
        expect(reader.page.locator(".kodex-progress")).to_be_visible()
        for each in (reader, other):
            each.page.goto("/records")
            expect(each.page.locator(".kodex-progress progress")).to_be_visible()
            expect(each.button("Verify the record")).to_have_count(0)
            expect(each.page.locator(".kodex-foot")).to_be_visible()
    for each in (reader, other):
        expect(each.page.locator(".st-key-verify").get_by_role("status")).to_be_visible()
        expect(each.page.locator(".kodex-progress")).to_have_count(0)


@pytest.mark.wide
@ON_POSTGRESQL
def test_an_evidence_pack_goes_on_over_reloads_and_is_its_own_persons_alone(new_one: NewOne, held_up: Server) -> None:
    reader, other = (new_one(held_up, held_up.cast(role)) for role in (Role.HR, Role.AUDITOR))
    with held_up.database.writing() as connection:
        connection.execute(HOLD_UP)
        reader.button("Make the evidence pack").click()
        expect(reader.page.locator(".kodex-progress")).to_be_visible()
        reader.page.goto("/records")
        expect(reader.page.locator(".kodex-progress progress")).to_be_visible()
        other.reload()
        expect(other.button("Make the evidence pack")).to_be_visible()
    expect(reader.page.locator(".st-key-evidence").get_by_role("status")).to_be_visible()
