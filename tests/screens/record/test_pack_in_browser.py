"""An evidence pack made on the screen and proved to an auditor."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from browsing import Reader
from playwright.sync_api import expect
from record_in_browser import NewOne, downloaded, granted, sealed
from serving import KEY, Server, environment
from sqlalchemy import select

from people.access import Role
from progress.completion.certificates import certificates
from progress.record import signing

pytestmark = pytest.mark.browser


def test_an_evidence_pack_is_made_downloaded_and_holds_by_its_own_verifier(
    new_one: NewOne, installed: Server, language: str, tmp_path: Path
) -> None:
    sealed(installed)
    reader = new_one(installed, granted(installed, Role.AUDITOR), language)
    t, page = reader.words, reader.page
    with installed.database.reading() as connection:
        n = len(connection.execute(select(certificates.c.number)).all())
    reader.runs_by(reader.button("Make the evidence pack").click)
    place = page.locator(".st-key-evidence")
    expect(place.get_by_role("status")).to_contain_text(t.number(n))
    pack = downloaded(reader, place.get_by_role("link", name=t("Download the evidence pack")), tmp_path)
    keys = downloaded(reader, page.get_by_role("link", name=t("Download the public keys")), tmp_path)
    assert keys.read_text() == signing.public_file(KEY).read_text()
    folder = tmp_path / "unpacked"
    with zipfile.ZipFile(pack) as file:
        file.extractall(folder)
    command = [sys.executable, "-I", str(folder / "verify.py"), "--key", str(keys)]
    ended = subprocess.run(command, cwd="/", env=environment(), capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert f'<html lang="{language}">' in (folder / "index.html").read_text("utf-8")
    assert f"{n} of {n} certificates stand in the record as they were issued." in ended.stdout
    assert ended.stdout.endswith("All of it holds.\n")


@pytest.mark.wide
def test_a_period_without_certificates_or_upside_down_is_answered_in_words(
    new_one: NewOne, installed: Server, language: str
) -> None:
    reader = new_one(installed, installed.cast(Role.HR), language)
    t = reader.words
    place = reader.page.locator(".st-key-evidence")
    choose_day(reader, "evidence_to", "03022001")
    expect(place).to_contain_text(t("No certificate was issued then. Choose another course or period."))
    choose_day(reader, "evidence_from", "03022002")
    expect(place.get_by_role("alert")).to_have_text(t("The period ends before it begins. Change one of the days."))
    expect(reader.button("Make the evidence pack")).to_have_count(0)


def choose_day(reader: Reader, key: str, day: str) -> None:
    """Types the figures of the day, in the order in which both languages write it."""
    reader.page.locator(f".st-key-{key}").get_by_role("spinbutton").first.click()
    reader.page.keyboard.type(day)
    reader.runs_by(lambda: reader.page.keyboard.press("Escape"))
