"""The security log: every door of a real server, by pseudonym, and nothing by which somebody could be known."""

import json
import logging
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest
from gates import asking
from identity_system import ENTERPRISE
from letters import MailServer, text
from serving import PATIENCE, SECRET, NewServer, Server, environment
from surroundings import HOME

from database import Database
from installation.logs import begin_security_log
from people import deputies, directory, security_log
from people.access import Act, Principal, RefusedError, require
from people.deputies import Deputy
from people.directory import Person

GOOD, BETTER = "kolo padá na křivou židli", "modrý vlak jede v úterý"
SCIM_TOKEN = "Zk7vq8Lm5Zr1Vb7Nc9Kd2Hs6Gp4Jf0Ya"
PUBLIC = "https://kodex.example.com"
HANA = Person("a" * 32, "NUM-7001", "Hana Zapsaná", "hana.zapsana@example.com", "Sklad", None, "en")
_addresses = (f"203.0.113.{number}" for number in count(1))


@pytest.fixture
def logged(new_server: NewServer, migrated_sqlite: Path, tmp_path: Path) -> Iterator[tuple[Server, MailServer, Path]]:
    """A server in production that writes its security log to a file, and the mail server that it uses."""
    file, mail = tmp_path / "security.log", MailServer()
    server = new_server(
        Path(shutil.copy(migrated_sqlite, tmp_path / "kodex.sqlite3")),
        KODEX_MODE="production",
        KODEX_PUBLIC_URL=PUBLIC,
        KODEX_SMTP_URL=f"smtp://127.0.0.1:{mail.port}",
        KODEX_MAIL_FROM="kodex@example.com",
        KODEX_SCIM_TOKEN=SCIM_TOKEN,
        KODEX_SECURITY_LOG=str(file),
    )
    server.start()
    yield server, mail, file
    server.close()
    mail.stop()


def lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


def manage(server: Server, *words: str) -> str:
    ended = subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=HOME,
        env=environment(**server.settings),
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert '"event"' not in ended.stderr
    return ended.stdout


def visitor(server: Server) -> httpx.Client:
    """Somebody who comes through the proxy, from an address of their own."""
    proxied = {"X-Forwarded-Proto": "https", "X-Forwarded-For": next(_addresses)}
    return httpx.Client(base_url=server.url, headers=proxied, timeout=PATIENCE)


def with_cookies(client: httpx.Client, answer: httpx.Response) -> None:
    """A client over plain HTTP does not send what was set for HTTPS; the proxy would."""
    set_there = [each.partition(";")[0] for each in answer.headers.get_list("set-cookie")]
    client.headers["Cookie"] = "; ".join(each for each in set_there if not each.endswith('=""'))


def test_every_door_is_in_the_log_and_nobodys_name(logged: tuple[Server, MailServer, Path]) -> None:
    server, mail, file = logged
    with server.database.writing() as connection:
        directory.add(connection, [HANA])
    manage(server, "people", "grant", HANA.employee_id, "hr")
    manage(server, "people", "invite", HANA.employee_id)
    invitation = re.search(r"/set-password/\S+", text(mail.next()))
    assert invitation is not None
    tokens = [invitation[0].rpartition("/")[2]]
    with visitor(server) as client:
        assert client.post("/set-password/no-such-token", data={"password": GOOD, "again": GOOD}).status_code == 410
        with_cookies(client, client.post(invitation[0], data={"password": GOOD, "again": GOOD}))
        tokens += re.findall(r"=([\w.-]{20,})", client.headers["Cookie"])
        assert client.get("/export/certifications.csv").status_code == 200
        assert client.get("/export/certificates.zip").status_code == 200
        assert client.get("/export/team.csv").status_code == 403
        changed = {"old": "not-it-to-be-found", "password": BETTER, "again": BETTER}
        assert client.post("/account/password", data=changed).status_code == 403
        with_cookies(client, client.post("/account/password", data=changed | {"old": GOOD}))
        assert mail.next()["To"]
        client.post("/account/sessions")
        assert client.post("/sign-out").status_code == 303
    with visitor(server) as client:
        for account in (HANA.email, "nobody-to-be-found@example.com"):
            for _ in range(6):
                answer = client.post("/sign-in", data={"account": account, "password": "guess-to-be-found"})
        assert answer.status_code == 429
        assert client.get("/my-record.json").status_code == 401
        assert client.get("/Jana-to-be-found.json").status_code == 401
        assert client.post("/sign-in", headers={"Origin": "https://evil.example"}).status_code == 403
        assert client.post("/sign-in", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
        assert client.get("/scim/v2/Users", headers={"Authorization": "Bearer token-to-be-found"}).status_code == 401
        told = {"Authorization": f"Bearer {SCIM_TOKEN}"}
        names = {"userName": "scim-to-be-found", "displayName": "To-be-found"}
        user = {**names, ENTERPRISE: {"employeeNumber": "to-be-found"}}
        added = client.post("/scim/v2/Users", json=user, headers=told).json()["id"]
        change = {"Operations": [{"op": "replace", "path": "active", "value": False}]}
        assert client.patch(f"/scim/v2/Users/{added}", json=change, headers=told).status_code == 200
        assert client.get(f"/scim/v2/Users/{added}", headers=told).status_code == 200
        assert client.delete(f"/scim/v2/Users/{added}", headers=told).status_code == 204
        client.post("/forgotten-password", data={"account": HANA.employee_id})
        tokens.append(re.search(r"/set-password/(\S+)", text(mail.next()))[1])  # type: ignore[index]
        client.post("/forgotten-password", data={"account": "nobody-to-be-found@example.com"})
        reset = client.post(f"/set-password/{tokens[-1]}", data={"password": GOOD, "again": GOOD})
        assert reset.status_code == 303
    manage(server, "people", "take", HANA.employee_id, "hr")
    manage(server, "people", "erase", HANA.employee_id, "--reason", "Asked for in writing, case 12", "--yes")
    written = lines(file)
    happened = [(each["event"], each["result"]) for each in written]
    for expected in (
        ("role granted", "done"),
        ("invitation", "done"),
        ("password set", "refused"),
        ("password set", "done"),
        ("password changed", "refused"),
        ("password changed", "done"),
        ("sessions ended", "done"),
        ("sign-out", "done"),
        ("sign-in", "refused"),
        ("sign-in", "locked"),
        ("request", "not signed in"),
        ("request", "foreign page"),
        ("reset asked for", "done"),
        ("reset asked for", "refused"),
        ("role taken", "done"),
        ("erasure", "done"),
    ):
        assert expected in happened, expected
    refused = {(each.get("place"), each["result"]) for each in written if each["result"] != "done"}
    assert ("other", "not signed in") in refused
    by_scim = [(each["person"], each["result"], each.get("what")) for each in written if each["event"] == "scim"]
    assert by_scim == [
        (None, "refused", None),
        (added, "done", "added"),
        (added, "done", "changed"),
        (added, "done", "removed"),
    ]
    exported = [each["kind"] for each in written if (each["event"], each["result"]) == ("export", "done")]
    assert exported == ["certifications", "certificates"]
    assert [each for each in written if each["person"] == HANA.key and "export" in (each.get("place"), each["event"])]
    for each in written:
        assert datetime.fromisoformat(each["time"]).tzinfo == UTC
        assert each["person"] in {HANA.key, added, None}
    by_name = {each["name"] for each in written if "name" in each}
    assert len(by_name) == 1, "one pseudonym for a name that nobody has"
    said = file.read_text("utf-8") + server.said()
    telling = [
        HANA.employee_id,
        HANA.name,
        "Hana",
        "Zapsan",
        HANA.email,
        "example.com",
        "to-be-found",
        "203.0.113",
        SCIM_TOKEN,
    ]
    assert [each for each in (*telling, *tokens) if each in said] == []
    assert file.stat().st_mode & 0o777 == 0o600


def test_requests_are_told_apart_and_those_of_one_client_belong_together(
    logged: tuple[Server, MailServer, Path],
) -> None:
    server, _, file = logged
    with visitor(server) as one, visitor(server) as other:
        for client in (one, one, other):
            client.get("/my-record.json")
    first, second, third = lines(file)
    assert len({each["request"] for each in (first, second, third)}) == 3
    assert first["client"] == second["client"] != third["client"]


def test_a_file_that_was_moved_away_is_begun_anew_for_its_owner_alone(
    logged: tuple[Server, MailServer, Path],
) -> None:
    server, _, file = logged
    with visitor(server) as client:
        client.get("/my-record.json")
        file.rename(file.with_name("security.log.1"))
        client.get("/my-record.json")
    assert len(lines(file)) == len(lines(file.with_name("security.log.1"))) == 1
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_file_that_others_could_read_is_closed_to_them(tmp_path: Path) -> None:
    file = tmp_path / "security.log"
    file.touch(0o644)
    before = list(security_log.log.handlers), security_log.log.level
    try:
        begin_security_log(file)
        security_log.note("sign-in", person="a" * 32, result="řádek\n{}")
        assert [each["result"] for each in lines(file)] == ["řádek\n{}"]
        assert file.stat().st_mode & 0o777 == 0o600
    finally:
        for handler in security_log.log.handlers:
            handler.close()
        security_log.log.handlers[:], security_log.log.level = before


def test_without_a_file_a_demonstration_too_writes_to_standard_error(own_server: Server) -> None:
    who = own_server.newcomer("Zapisovaná Osoba")
    with own_server.client(who) as client:
        client.post("/sign-out")
        client.post("/sign-in", data={"person": "hr"}, headers={"Origin": "https://evil.example"})
    noted = [json.loads(line) for line in own_server.said().splitlines() if line.startswith('{"time"')]
    assert [(each["event"], each["person"], each["result"]) for each in noted] == [
        ("sign-in", who.key, "done"),
        ("sign-out", who.key, "done"),
        ("request", None, "foreign page"),
    ]


@pytest.mark.wide
def test_a_file_that_cannot_be_written_is_named_at_start(tmp_path: Path, migrated_sqlite: Path) -> None:
    settings = {
        "KODEX_DATABASE_URL": f"sqlite:///{shutil.copy(migrated_sqlite, tmp_path / 'kodex.sqlite3')}",
        "KODEX_SECURITY_LOG": str(tmp_path / "none" / "security.log"),
    }
    for command in (["-m", "uvicorn", "app:app", "--port", "1"], ["manage.py", "people", "list"]):
        ended = subprocess.run(
            [sys.executable, *command],
            cwd=HOME,
            env=environment(**settings),
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        assert ended.returncode != 0
        assert "KODEX_SECURITY_LOG" in ended.stderr
        assert "Traceback" not in ended.stderr


def test_a_reset_of_a_person_is_told_from_one_of_nobody() -> None:
    secret = SECRET.encode()
    spellings = {security_log.pseudonym(typed, secret) for typed in ("Nobody@Example.com", " nobody@example.COM")}
    assert len(spellings) == 1
    assert spellings != {security_log.pseudonym("somebody@example.com", secret)}
    assert spellings != {security_log.pseudonym("nobody@example.com", b"another secret")}


def test_whoever_is_refused_an_act_is_in_the_log(learner: Principal, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "kodex.security"), pytest.raises(RefusedError):
        require(learner, Act.SEAL)
    (said,) = map(json.loads, caplog.messages)
    assert said == {"event": "access", "person": learner.key, "result": "refused", "act": "seal a checkpoint"}


def test_who_stands_in_for_whom_is_in_the_log(
    database: Database, manager: Principal, outsider: Principal, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    asker = asking(manager, now)
    today = asker.today
    with caplog.at_level(logging.INFO, "kodex.security"):
        deputies.appoint(database, asker, Deputy(manager.key, outsider.key, today, today))
        deputies.dismiss(database, asker, outsider.key, today)
    said = [json.loads(each) for each in caplog.messages]
    assert [(each["event"], each["person"], each["deputy"]) for each in said] == [
        ("deputy named", manager.key, outsider.key),
        ("deputy ended", manager.key, outsider.key),
    ]


def test_whoever_asks_for_the_certificate_of_somebody_else_is_in_the_log(server: Server) -> None:
    holder, curious = server.newcomer("Držitelka Jiná"), server.newcomer("Zvědavá Jiná")
    number = server.study.certify(holder).certificate_no
    with server.client(curious) as client:
        for path in (f"/certificate/{number}.pdf", f"/badge/{number}.jwt", f"/badge/{number}.svg"):
            assert client.get(path).status_code == 404
    said = [json.loads(each) for each in server.said().splitlines() if '"event": "certificate"' in each]
    theirs = [(each["result"], each["of"]) for each in said if each["person"] == curious.key]
    assert theirs == [("refused", holder.key)] * 3
