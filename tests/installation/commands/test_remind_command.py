"""`manage.py remind`: what is due is named and sent once; a server that does not answer costs nothing."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from commanding import t
from letters import MailServer
from operating import Run
from serving import free_port

from commands import reminding
from database import Database
from progress.reminding import ledger

MONDAY_MORNING = datetime(2026, 12, 7, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def monday(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reminding, "now", lambda: MONDAY_MORNING)
    monkeypatch.setattr(reminding.time, "sleep", lambda _: None)


@pytest.fixture
def mail_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    server = MailServer()
    monkeypatch.setenv("KODEX_MAIL_FROM", "kodex@example.com")
    monkeypatch.setenv("KODEX_PUBLIC_URL", "https://kodex.example.com")
    monkeypatch.setenv("KODEX_SMTP_URL", f"smtp://127.0.0.1:{server.port}")
    yield server
    server.stop()


def waiting(database: Database) -> int:
    with database.reading() as connection:
        return len(ledger.waiting(connection))


def test_without_a_mail_server_nothing_happens(run: Run, company: Database) -> None:
    result = run("remind")
    assert result.exit_code == 1
    assert "KODEX_SMTP_URL" in result.output
    assert waiting(company) == 0


def test_a_dry_run_names_what_a_run_sends_once(run: Run, company: Database, mail_server: MailServer) -> None:
    listed = run("remind", "--dry-run")
    assert listed.exit_code == 0
    assert mail_server.letters.empty()
    assert waiting(company) == 0
    sent = run("remind")
    assert sent.exit_code == 0, sent.output
    n = mail_server.letters.qsize()
    assert n > 0
    said = t.plural("{n} letter is due.", "{n} letters are due.", n)
    assert said in listed.output
    again = run("remind")
    assert again.exit_code == 0
    assert mail_server.letters.qsize() == n
    assert t.plural("{n} letter is due.", "{n} letters are due.", 0) in run("remind", "--dry-run").output


def test_a_dead_server_is_said_and_what_was_due_waits(
    run: Run, company: Database, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KODEX_SMTP_URL", f"smtp://127.0.0.1:{free_port()}")
    result = run("remind")
    assert result.exit_code == reminding.SOME_DID_NOT_GO
    assert t("The mail server does not answer. Nothing is lost: the next run goes on.") in result.output
    assert waiting(company) > 0
    assert mail_server.letters.empty()
