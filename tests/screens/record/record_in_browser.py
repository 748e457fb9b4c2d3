"""The record as a whole, in a real browser."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from browsing import Reader, plain
from playwright.sync_api import Locator, expect
from serving import KEY, Server

from people.access import Principal, Role
from people.sign_in import accounts
from progress.record import checkpoints, signing

NewOne = Callable[..., Reader]


def granted(server: Server, role: Role, unit: str = "") -> Principal:
    """Somebody new with that role."""
    who = server.newcomer(f"Nová Osoba {role}", is_assigned=False)
    with server.database.writing() as connection:
        accounts.grant(connection, [(who.key, role)], unit)
    return who


def sealed(server: Server) -> str:
    """A checkpoint that somebody keeps elsewhere."""
    return checkpoints.make(server.database, signing.opened(KEY), datetime.now(UTC)).note


def verify(reader: Reader) -> None:
    reader.runs_by(reader.button("Verify the record").click)
    expect(reader.page.locator(".kodex-progress")).to_have_count(0)


def verdict(reader: Reader, role: str) -> str:
    return plain(reader.page.locator(".st-key-verify").get_by_role(role).inner_text())  # type: ignore[arg-type]


def table(place: Locator) -> dict[str, str]:
    rows = place.locator("tbody tr").all()
    return {plain(row.locator("td").first.inner_text()): plain(row.locator("td").last.inner_text()) for row in rows}


def downloaded(reader: Reader, link: Locator, folder: Path) -> Path:
    with reader.page.expect_download() as coming:
        link.click()
    file = folder / coming.value.suggested_filename
    coming.value.save_as(file)
    return file
