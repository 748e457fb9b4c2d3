"""Statements reach a learning record store once each, whatever fails, and are voided when they do not hold."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

import httpx
import pytest
from browsing import plain
from conftest import HOME, NOW, TODAY, Study
from operating import Run
from serving import environment
from sqlalchemy import select
from stores import KEY, SECRET, LearningRecordStore, Raw, Statement
from telling import BASE, namer, revoke

from commands import application
from database import Database
from people.access import OPERATOR, Act, Principal
from progress.reports.as_of import View, end_of
from progress.reports.lrs import xapi
from progress.reports.lrs.deliveries import delivered
from progress.reports.lrs.delivery import BATCH, Delivered, Delivery
from progress.reports.lrs.store import BACKOFF, VERSION, NotDeliveredError, Store, comparable
from progress.reports.lrs.xapi import Withdrawal
from progress.reports.selection import Selection

SPACE = UUID("00000000-0000-4000-8000-000000000000")
BATCHES = 3
SOME = BATCHES * BATCH - 30
t = application.t


def made(n: int) -> list[Statement]:
    return [_made(f"{number}") for number in range(n)]


def _made(name: str) -> Statement:
    return {
        "id": str(uuid5(SPACE, name)),
        "actor": {"objectType": "Agent", "account": {"homePage": "https://kodex.example.com", "name": name}},
        "verb": {"id": "http://adlnet.gov/expapi/verbs/passed", "display": {"en": "passed"}},
        "object": {"objectType": "Activity", "id": "https://kodex.example.com/xapi/course/x", "definition": {}},
        "context": {
            "registration": str(uuid5(SPACE, f"r{name}")),
            "contextActivities": {"grouping": [{"id": "a:b"}]},
        },
        "timestamp": "2026-03-02T09:00:00.000Z",
    }


@pytest.fixture
def lrs() -> Iterator[LearningRecordStore]:
    with LearningRecordStore().running() as running:
        yield running


class Sending:
    """Somebody who sends to a store, again and again, and notes how long they were made to wait."""

    def __init__(self, database: Database, lrs: LearningRecordStore) -> None:
        self.database = database
        self.lrs = lrs
        self.waits: list[float] = []
        self.told = 0
        self.secret = SECRET
        self.timeout = 20.0

    def send(self, statements: list[Statement], withdrawals: list[Withdrawal] | None = None) -> Delivered:
        headers = {"X-Experience-API-Version": VERSION}
        with httpx.Client(auth=(KEY, self.secret), headers=headers, timeout=self.timeout) as client:
            store = Store(client, self.lrs.address, self.waits.append)
            return Delivery(self.database, store, lambda: NOW, self._tell).carry_out(statements, withdrawals or [])

    def _tell(self, n: int) -> None:
        self.told += n

    def refused(self, statements: list[Statement]) -> str:
        with pytest.raises(NotDeliveredError) as caught:
            self.send(statements)
        return str(caught.value)

    def acknowledged(self) -> set[str]:
        with self.database.reading() as connection:
            asked = select(delivered.c.statement_id).where(delivered.c.store == self.lrs.address)
            return set(connection.execute(asked).scalars())

    def is_whole(self, statements: list[Statement]) -> bool:
        """Each statement is there once, was said to be there once at most, and is known to be there."""
        ids = {each["id"] for each in statements}
        once = sorted(self.lrs.stored) == sorted(ids) and max(self.lrs.acknowledged.values(), default=0) <= 1
        return once and self.lrs.kept == {each["id"]: each for each in statements} and self.acknowledged() == ids


@pytest.fixture
def sending(database: Database, lrs: LearningRecordStore) -> Sending:
    return Sending(database, lrs)


# Once each


def test_all_is_sent_in_batches_and_nothing_twice(sending: Sending) -> None:
    assert sending.send(made(SOME)) == Delivered(SOME, 0, 0)
    assert sending.is_whole(made(SOME))
    assert len(sending.lrs.asked) == BATCHES
    assert sending.told == SOME
    assert sending.send(made(SOME)) == Delivered(0, SOME, 0)
    assert len(sending.lrs.asked) == BATCHES
    assert sending.waits == []


def test_only_what_is_new_is_sent(sending: Sending) -> None:
    sending.send(made(SOME))
    assert sending.send(made(SOME + 5)) == Delivered(5, SOME, 0)
    assert sending.is_whole(made(SOME + 5))


PATTERNS = [
    ["500"],
    ["", "503", "502", "504"],
    ["drop before"],
    ["drop after"],
    ["", "drop half way"],
    ["drop after", "drop after", "500", "drop before"],
    ["429"],
    ["drop half way", "429", "drop after", "500", "", "drop after"],
    ["500", "drop after"] * 4,
]


@pytest.mark.parametrize("tells_duplicates", [True, False])
@pytest.mark.parametrize("failures", PATTERNS, ids="; ".join)
def test_whatever_passes_each_statement_is_there_once(
    sending: Sending, failures: list[str], tells_duplicates: bool
) -> None:
    sending.lrs.failures, sending.lrs.tells_duplicates = list(failures), tells_duplicates
    if sum(each not in {"", "drop half way"} for each in failures) > len(BACKOFF):
        sending.refused(made(SOME))
    sending.send(made(SOME))
    assert sending.lrs.failures == []
    assert sending.is_whole(made(SOME))


@pytest.mark.parametrize("moment", ["hang before", "hang after"])
def test_a_store_that_is_silent_is_asked_again(sending: Sending, moment: str) -> None:
    sending.timeout, sending.lrs.failures = 0.5, ["", moment]
    sending.send(made(SOME))
    assert sending.is_whole(made(SOME))
    assert sending.waits == [1]


def test_what_was_sent_is_known_after_a_failure_that_stays(sending: Sending) -> None:
    sending.lrs.failures = ["", "", *["503"] * (len(BACKOFF) + 1)]
    assert "503" in sending.refused(made(SOME))
    assert len(sending.acknowledged()) == len(sending.lrs.stored) == 2 * BATCH
    assert sending.waits == list(BACKOFF)
    assert sending.send(made(SOME)) == Delivered(SOME - 2 * BATCH, 2 * BATCH, 0)
    assert sending.is_whole(made(SOME))


def test_nobody_at_the_address_is_said_at_once(sending: Sending) -> None:
    with httpx.Client() as client:
        store = Store(client, "http://127.0.0.1:9", sending.waits.append)
        with pytest.raises(NotDeliveredError, match="does not answer"):
            Delivery(sending.database, store, lambda: NOW).carry_out(made(1), [])
    assert sending.waits == []


@pytest.mark.parametrize(("asked", "waited"), [("7", 7), ("0", 0), ("soon", 1), ("", 1)])
def test_a_store_that_asks_for_time_is_given_it(sending: Sending, asked: str, waited: float) -> None:
    sending.lrs.failures, sending.lrs.retry_after = ["429"], asked
    sending.send(made(3))
    assert sending.waits == [waited]
    assert sending.is_whole(made(3))


def test_a_store_that_asks_for_hours_is_not_waited_for(sending: Sending) -> None:
    sending.lrs.failures, sending.lrs.retry_after = ["429"], "7200"
    assert "429" in sending.refused(made(3))
    assert sending.waits == []


def test_two_stores_are_each_sent_all(sending: Sending) -> None:
    sending.send(made(5))
    with LearningRecordStore().running() as other:
        assert Sending(sending.database, other).send(made(5)) == Delivered(5, 0, 0)
        assert len(other.stored) == 5


# Answers that say nothing

ONE, TWO = (each["id"] for each in made(2))
SAYING_NOTHING = [
    "200 <html>Sign in to the network</html>",
    "200 ",
    "200 null",
    "200 {}",
    '200 {"ok": true}',
    "200 []",
    f'200 ["{ONE}"]',
    f'200 ["{ONE}", "{ONE}"]',
    f'200 ["{ONE}", "{TWO}", "{uuid5(SPACE, "x")}"]',
    f'200 ["{ONE}", "{uuid5(SPACE, "x")}"]',
    f'200 [["{ONE}"], {{"id": "{TWO}"}}]',
    f'"{ONE}"',
    f'201 ["{ONE}", "{TWO}"]',
    f'202 ["{ONE}", "{TWO}"]',
    "204 ",
]


@pytest.mark.parametrize("answer", SAYING_NOTHING)
def test_an_answer_that_does_not_list_what_was_sent_says_nothing(sending: Sending, answer: str) -> None:
    sending.lrs.failures = [answer, ""] if answer[:1].isdigit() else ["200 " + answer, ""]
    assert sending.send(made(2)) == Delivered(2, 0, 0)
    assert sending.is_whole(made(2))
    assert sending.waits == [1]


@pytest.mark.parametrize("answer", SAYING_NOTHING)
def test_whoever_never_lists_what_was_sent_has_taken_nothing(sending: Sending, answer: str) -> None:
    sending.lrs.failures = [answer if answer[:1].isdigit() else "200 " + answer] * 50
    assert "holds none of the statements" in sending.refused(made(2))
    assert sending.acknowledged() == set()
    assert len(sending.lrs.failures) > 40
    sending.lrs.failures = []
    sending.send(made(2))
    assert sending.is_whole(made(2))


@pytest.mark.parametrize("answer", ["kept 204", "kept 200 <html>", f'kept 200 ["{ONE}"]'])
def test_what_a_store_holds_is_asked_where_its_answer_does_not_list_it(sending: Sending, answer: str) -> None:
    sending.lrs.failures = [answer]
    assert sending.send(made(2)) == Delivered(2, 0, 0)
    assert sending.is_whole(made(2))
    assert sending.waits == []


@pytest.mark.parametrize("said", ["<html>Sign in to the network</html>", "", "[]", "{}", f'{{"id": "{ONE}x"}}'])
def test_somebody_in_between_who_answers_everything_takes_nothing(sending: Sending, said: str) -> None:
    sending.lrs.instead = 200, Raw(said)
    assert "no learning record store" in sending.refused(made(2))
    assert sending.acknowledged() == set()
    sending.lrs.instead = None
    sending.send(made(2))
    assert sending.is_whole(made(2))


def test_ids_in_capitals_are_the_same_ids(sending: Sending) -> None:
    sending.lrs.failures = [f'kept 200 ["{ONE.upper()}", "{TWO.upper()}"]']
    sending.send(made(2))
    assert sending.acknowledged() == {ONE, TWO}
    assert len(sending.lrs.asked) == 1


# Conflicts and refusals


def test_what_another_database_has_sent_is_found_there(sending: Sending) -> None:
    """The table was lost: the store says what it has."""
    sending.send(made(SOME))
    with sending.database.writing() as connection:
        connection.execute(delivered.delete())
    assert sending.send(made(SOME)) == Delivered(SOME, 0, 0)
    assert sending.is_whole(made(SOME))


@pytest.mark.parametrize(
    "change",
    [
        {"timestamp": "2026-03-02T09:00:01.000Z"},
        {"actor": {"objectType": "Agent", "account": {"homePage": "https://kodex.example.com", "name": "other"}}},
        {"result": {"success": False}},
        {"object": {"objectType": "Activity", "id": "https://kodex.example.com/xapi/course/y"}},
        {"verb": "nonsense"},
        {"context": []},
    ],
)
def test_another_statement_with_the_same_id_stops_and_is_named(sending: Sending, change: dict[str, Any]) -> None:
    statements = made(SOME)
    theirs = {**statements[-1], **change}
    sending.lrs.kept[theirs["id"]] = theirs
    sending.lrs._as_stores_give_it = lambda found: found  # type: ignore[method-assign]
    assert theirs["id"] in sending.refused(statements)
    assert theirs["id"] not in sending.acknowledged()
    assert sending.lrs.kept[theirs["id"]] == theirs


def test_a_store_that_adds_to_a_statement_has_not_changed_it() -> None:
    ours = made(1)[0]
    assert comparable(LearningRecordStore._as_stores_give_it(ours)) == comparable(ours)


def test_a_store_that_calls_everything_a_conflict_is_not_asked_for_ever(sending: Sending) -> None:
    sending.lrs.failures = ["409"] * 50
    assert "409" in sending.refused(made(2))
    assert len(sending.lrs.failures) > 40


def test_a_statement_that_is_refused_is_named_and_those_before_it_are_there(sending: Sending) -> None:
    statements = made(SOME)
    bad = statements[BATCH + 37]["id"]
    sending.lrs.refused = {bad}
    said = sending.refused(statements)
    assert bad in said
    assert "malformed" in said
    assert "\x1b" not in said
    before = {each["id"] for each in statements[: BATCH + 37]}
    assert sending.acknowledged() == before == set(sending.lrs.stored)
    sending.lrs.refused = set()
    sending.send(statements)
    assert sending.is_whole(statements)


def test_a_batch_that_is_too_large_is_sent_in_parts(sending: Sending) -> None:
    sending.lrs.largest_batch = 30
    sending.send(made(SOME))
    assert sending.is_whole(made(SOME))


def test_a_wrong_key_is_said_at_once(sending: Sending) -> None:
    sending.secret = "wrong"
    assert "KODEX_LRS_SECRET" in sending.refused(made(SOME))
    assert len(sending.lrs.asked) == 1
    assert sending.acknowledged() == set()


@pytest.mark.parametrize("status", ["301", "404", "405"])
def test_an_address_without_a_store_is_said(sending: Sending, status: str) -> None:
    sending.lrs.failures = [status]
    assert "There is no learning record store" in sending.refused(made(SOME))


# What does not hold any more


class Telling(Sending):
    """Sends what the record says."""

    def __init__(self, study: Study, lrs: LearningRecordStore, zone: ZoneInfo) -> None:
        super().__init__(study.database, lrs)
        self.study, self.end = study, end_of(TODAY, zone)

    def all(self) -> Delivered:
        with self.study.database.snapshot() as connection:
            chosen, named = Selection(every_cycle=True), namer(self.study)
            view = View(connection, OPERATOR, Act.SEE_CERTIFICATIONS, TODAY)
            found = list(xapi.statements(view, chosen, self.end, named))
            gone = list(xapi.withdrawals(connection, self.end, named))
        return self.send(json.loads(json.dumps(found)), gone)


@pytest.fixture
def telling(assigned: Study, lrs: LearningRecordStore, zone: ZoneInfo, learner: Principal) -> Telling:
    assigned.certify(learner)
    return Telling(assigned, lrs, zone)


def test_a_revoked_certificate_is_voided_there_once(telling: Telling, learner: Principal, hr: Principal) -> None:
    assert telling.all() == Delivered(3, 0, 0)
    revoke(telling.study, hr, learner)
    assert telling.all() == Delivered(0, 1, 2)
    assert len(telling.lrs.voided) == 2
    assert telling.all() == Delivered(0, 1, 0)
    assert len(telling.lrs.stored) == 5


def test_what_was_never_sent_is_not_voided(telling: Telling, learner: Principal, hr: Principal) -> None:
    revoke(telling.study, hr, learner)
    assert telling.all() == Delivered(1, 0, 0)
    assert telling.lrs.voided == set()


def test_what_was_sent_without_an_answer_is_voided_all_the_same(
    telling: Telling, learner: Principal, hr: Principal
) -> None:
    telling.lrs.failures = ["drop after", *["503"] * len(BACKOFF)]
    with pytest.raises(NotDeliveredError):
        telling.all()
    assert telling.acknowledged() == set()
    revoke(telling.study, hr, learner)
    assert telling.all() == Delivered(1, 0, 2)
    assert len(telling.lrs.voided) == 2


def test_a_voiding_whose_answer_was_lost_is_there_once(telling: Telling, learner: Principal, hr: Principal) -> None:
    telling.all()
    revoke(telling.study, hr, learner)
    telling.lrs.failures = ["drop after"]
    assert telling.all() == Delivered(0, 1, 2)
    assert len(telling.lrs.stored) == len(set(telling.lrs.stored)) == 5


def test_what_was_voided_is_not_sent_again(telling: Telling, learner: Principal, hr: Principal) -> None:
    """Sent as it was known then, to a store that has meanwhile been told more."""
    telling.all()
    before = [*telling.lrs.kept.values()]
    revoke(telling.study, hr, learner)
    telling.all()
    with telling.database.writing() as connection:
        connection.execute(delivered.delete())
    telling.send(before)
    assert len(telling.lrs.stored) == len(set(telling.lrs.stored)) == 5


# The command


@pytest.fixture
def file(filled: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(filled, tmp_path / "kodex.sqlite3"))


@pytest.fixture
def run(file: Path, operated: Callable[..., Run], monkeypatch: pytest.MonkeyPatch) -> Run:
    for name, value in CONNECTED.items():
        monkeypatch.setenv(name, value)
    return operated(f"sqlite:///{file}", "export", "certifications", "--format", "cmi5")


CONNECTED = {"KODEX_PUBLIC_URL": BASE, "KODEX_LRS_KEY": KEY, "KODEX_LRS_SECRET": SECRET}


def test_the_command_writes_and_sends_the_same(run: Run, lrs: LearningRecordStore, tmp_path: Path) -> None:
    output = tmp_path / "statements.json"
    result = run("--output", str(output), "--push", f"{lrs.address}/")
    assert result.exit_code == 0, result.output
    written = json.loads(output.read_text("utf-8"))
    assert written["format"] == xapi.STATEMENTS
    assert {each["id"]: each for each in written["statements"]} == lrs.kept
    assert plain(t.plural("{n} statement sent.", "{n} statements sent.", len(lrs.kept))) in plain(result.output)
    again = run("--push", f"{lrs.address}/statements")
    assert again.exit_code == 0
    assert plain(t.plural("{n} statement sent.", "{n} statements sent.", 0)) in plain(again.output)
    assert len(lrs.stored) == len(lrs.kept)


def test_the_statements_that_are_written_are_signed(run: Run, operated: Callable[..., Run], file: Path) -> None:
    output = file.with_name("statements.json")
    run("--output", str(output))
    check = operated(f"sqlite:///{file}", "export", "check", str(output), "--key")
    public = str(file.parent / "keys" / "checkpoint.key.pub")
    assert check(public).exit_code == 0
    output.write_bytes(output.read_bytes().replace(b'"success":true', b'"success":null', 1))
    assert check(public).exit_code == 1


def test_a_refused_key_is_a_sentence_and_names_no_secret(run: Run, lrs: LearningRecordStore) -> None:
    result = run("--push", lrs.address, KODEX_LRS_SECRET="not-the-secret")
    assert result.exit_code == 1
    assert "KODEX_LRS_SECRET" in result.output
    assert "not-the-secret" not in result.output
    assert lrs.stored == []


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("http://lrs.example.com/xapi", "https://"),
        ("ftp://lrs.example.com", "https://lrs.example.com/xapi"),
        ("lrs.example.com/xapi", "https://lrs.example.com/xapi"),
        ("https://lrs.example.com:99999/xapi", "https://lrs.example.com/xapi"),
        ("https://[::1/xapi", "https://lrs.example.com/xapi"),
        ("https://lrs..example/xapi", "https://lrs.example.com/xapi"),
        ("https://xn--a/xapi", "https://lrs.example.com/xapi"),
        (f"https://{'a' * 70}.example/xapi", "https://lrs.example.com/xapi"),
        ("https://lrs.example\x07/xapi", "https://lrs.example.com/xapi"),
        ("https://lrs.example.com/xapi?key=1", "https://lrs.example.com/xapi"),
        ("https://kodex:word@lrs.example.com/xapi", "KODEX_LRS_KEY"),
    ],
)
def test_a_wrong_address_is_a_sentence(run: Run, address: str, said: str) -> None:
    result = run("--push", address)
    assert result.exit_code == 1
    assert said in result.output
    assert "Traceback" not in result.output


@pytest.mark.parametrize("missing", ["KODEX_LRS_KEY", "KODEX_LRS_SECRET", "KODEX_PUBLIC_URL"])
def test_a_missing_setting_is_named(run: Run, lrs: LearningRecordStore, missing: str) -> None:
    result = run("--push", lrs.address, **{missing: ""})
    assert result.exit_code == 1
    assert missing in result.output
    assert lrs.asked == []


def test_a_day_that_has_not_come_is_refused(run: Run, lrs: LearningRecordStore) -> None:
    result = run("--push", lrs.address, "--as-of", str(date.today() + timedelta(days=2)))  # noqa: DTZ011
    assert result.exit_code == 1
    assert lrs.asked == []


def test_something_has_to_be_asked_for(run: Run) -> None:
    result = run()
    assert result.exit_code == 1
    assert "--push" in result.output


@pytest.mark.parametrize("form", ["csv", "json", "xlsx"])
def test_only_statements_are_sent(file: Path, operated: Callable[..., Run], form: str) -> None:
    run = operated(f"sqlite:///{file}", "export", "certifications", "--format", form)
    result = run("--push", "https://lrs.example.com/xapi")
    assert result.exit_code == 1
    assert "cmi5" in result.output
    assert "--output" in run().output


@pytest.mark.parametrize("moment", ["hang before", "hang after"])
def test_whoever_is_killed_in_the_middle_goes_on_where_it_ended(
    file: Path, lrs: LearningRecordStore, moment: str, tmp_path: Path
) -> None:
    command = [sys.executable, "manage.py", "export", "certifications", "--format", "cmi5", "--every-cycle"]
    settings = environment(KODEX_DATABASE_URL=f"sqlite:///{file}", **CONNECTED)
    lrs.failures = ["", "", moment]
    push, nowhere = [*command, "--push", lrs.address], subprocess.DEVNULL
    killed = subprocess.Popen(push, cwd=HOME, env=settings, stdout=nowhere, stderr=nowhere)
    assert lrs.hangs.wait(60)
    os.kill(killed.pid, signal.SIGKILL)
    assert killed.wait(60) == -signal.SIGKILL
    lrs.let_go()
    assert len(lrs.stored) == (3 if moment == "hang after" else 2) * BATCH
    output = tmp_path / "statements.json"
    subprocess.run([*push, "--output", str(output)], cwd=HOME, env=settings, capture_output=True, check=True)
    written = json.loads(output.read_text("utf-8"))["statements"]
    assert sorted(lrs.stored) == sorted(each["id"] for each in written)
    assert len(set(lrs.stored)) == len(lrs.stored) > 3 * BATCH
    assert max(lrs.acknowledged.values()) == 1
