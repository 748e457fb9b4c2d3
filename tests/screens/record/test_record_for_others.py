"""The record's screen for those who may less, or nothing."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from browsing import plain
from playwright.sync_api import expect
from record_in_browser import NewOne, downloaded, granted, sealed, table, verdict, verify
from serving import PATIENCE, NewServer, Server
from sqlalchemy import delete

from people.access import Role
from people.sign_in import accounts
from progress.completion.certificates import certificates
from progress.record import checkpoints, signing
from progress.record.chains import events

pytestmark = pytest.mark.browser


def test_an_auditor_verifies_and_downloads_and_seals_nothing(new_one: NewOne, installed: Server) -> None:
    sealed(installed)
    reader = new_one(installed, installed.cast(Role.AUDITOR))
    expect(reader.button("Verify the record")).to_be_visible()
    expect(reader.button("Seal a checkpoint")).to_have_count(0)
    expect(reader.page.locator(".st-key-checkpoints a").first).to_be_visible()


def test_nobody_else_is_offered_it_or_gets_anything(new_one: NewOne, installed: Server) -> None:
    sealed(installed)
    limited = granted(installed, Role.HR, "Sklad")
    for who in (installed.cast(Role.EMPLOYEE), installed.cast(Role.MANAGER), installed.cast(Role.EDITOR), limited):
        with installed.client(who) as client:
            for path in (
                "checkpoint/1.txt",
                "public-keys.txt",
                "evidence.zip",
                "evidence.zip?course=customer-privacy",
            ):
                answer = client.get(f"/export/{path}")
                assert answer.status_code == 403
                assert answer.headers["content-type"].startswith(("text/plain", "text/html"))
    with installed.client() as client:
        assert client.get("/export/evidence.zip").status_code == 401
    reader = new_one(installed, limited)
    assert reader.title() == plain(reader.words("This screen is not yours"))
    expect(reader.page.get_by_role("link", name=reader.words("Audit trail"), exact=True)).to_have_count(0)
    expect(reader.page.locator(".st-key-verify, .st-key-evidence, .st-key-seals")).to_have_count(0)


def test_whoever_loses_the_role_gets_the_pack_no_more(installed: Server) -> None:
    hr = granted(installed, Role.HR)
    with installed.client(hr) as client:
        assert client.get("/export/evidence.zip").status_code == 200
        with installed.database.writing() as connection:
            connection.execute(delete(accounts.grants).where(accounts.grants.c.person_key == hr.key))
        assert client.get("/export/evidence.zip").status_code == 403


@pytest.mark.parametrize(
    "query",
    ["course=none", "course=%00", "from=yesterday", "to=2026-13-01", "course=customer-privacy&from="],
)
def test_an_address_that_asks_for_what_there_is_not_is_refused(installed: Server, query: str) -> None:
    with installed.client(installed.cast(Role.AUDITOR)) as client:
        expected = 200 if query.endswith("from=") else 400
        assert client.get(f"/export/evidence.zip?{query}").status_code == expected


def test_reading_seals_nothing(installed: Server) -> None:
    """Neither does an auditor's pack, however often it is asked for, nor asking only whether there is one."""
    sealed(installed)

    def n_kept() -> int:
        with installed.database.reading() as connection:
            return len(checkpoints.stored(connection))

    before = n_kept()
    with installed.client(granted(installed, Role.AUDITOR)) as client:
        assert client.head("/export/evidence.zip").status_code == 204
        for _ in range(3):
            assert client.get("/export/evidence.zip").status_code == 200
        assert client.head("/export/evidence.zip").status_code == 200
    with installed.client(granted(installed, Role.HR)) as client:
        assert client.head("/export/evidence.zip").status_code == 204
    assert n_kept() == before


@pytest.mark.wide
def test_a_pack_that_is_being_made_holds_nobody_up(new_server: NewServer) -> None:
    """More requests wait for one than the server has threads, and others sign in meanwhile."""
    server = new_server()
    server.start()
    sealed(server)
    others = [server.newcomer(f"Nová Osoba {n}") for n in range(3)]
    with server.client(granted(server, Role.AUDITOR)) as client, ThreadPoolExecutor(45) as askers:
        cookies = dict(client.cookies)

        def ask(_: int) -> tuple[int, str]:
            with httpx.Client(base_url=server.url, cookies=cookies, timeout=PATIENCE) as asking:
                answer = asking.get("/export/evidence.zip")
            return answer.status_code, answer.headers.get("Retry-After", "")

        asked = [askers.submit(ask, n) for n in range(45)]
        for who in others:
            with server.client(who) as other:
                assert other.get("/my-record.json").status_code == 200
        assert {each.result() for each in asked} <= {(200, ""), (202, "5")}
        while (answer := client.get("/export/evidence.zip")).status_code == 202:
            assert answer.headers["Refresh"] == "5"
        assert answer.content.startswith(b"PK")
    server.close()


@pytest.mark.parametrize("number", ["0", "999999999", "-1", "1e1", "٣", "x" * 400])
def test_a_checkpoint_that_there_is_not_is_not_found(installed: Server, number: str) -> None:
    with installed.client(installed.cast(Role.AUDITOR)) as client:
        assert client.get(f"/export/checkpoint/{number}.txt").status_code == 404


@pytest.mark.wide
def test_a_record_without_events_says_what_comes_next(new_one: NewOne, new_server: NewServer) -> None:
    server = new_server()
    with server.database.writing() as connection:
        for emptied in (events, certificates):
            connection.execute(delete(emptied))
    server.start()
    reader = new_one(server, server.cast(Role.AUDITOR))
    assert reader.title() == plain(reader.words("Nothing is recorded yet"))
    expect(reader.page.locator(".st-key-verify, .st-key-evidence, .st-key-seals")).to_have_count(0)
    server.close()


@pytest.mark.wide
def test_a_key_that_was_changed_stays_in_the_list_and_its_checkpoints_stay_good(
    new_one: NewOne, new_server: NewServer, tmp_path: Path
) -> None:
    file = tmp_path / "checkpoint.key"
    old = signing.opened(file)
    server = new_server(KODEX_CHECKPOINT_KEY=str(file))
    checkpoints.make(server.database, old, datetime.now(UTC))
    new = signing.changed(file)
    server.start()
    reader = new_one(server, server.cast(Role.AUDITOR))
    keys = table(reader.page.locator(".st-key-told_keys"))
    called = [f"{each.name} {each.id.hex()}" for each in (new.verifier, old.verifier)]
    assert keys == dict(zip(called, ("signs now", "retired"), strict=True))
    assert called[1] in table(reader.page.locator(".st-key-told_status")).values()
    saved = downloaded(reader, reader.link("Download the public keys"), tmp_path)
    assert saved.read_text() == signing.public_file(file).read_text()
    verify(reader)
    assert plain(reader.words("All checks within this database passed.")) in verdict(reader, "status")
    server.close()
