"""`manage.py export certifications --send`: statements sent by a command that may be killed."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from browsing import plain
from operating import Run
from serving import environment
from stores import KEY, SECRET, LearningRecordStore
from surroundings import HOME
from telling import BASE

from commands import application
from progress.reports.lrs import xapi
from progress.reports.lrs.delivery import BATCH

t = application.t


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


@pytest.mark.wide
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
