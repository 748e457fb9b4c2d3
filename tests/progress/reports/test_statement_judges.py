"""All statements of a demonstration, as a validator and a store that nobody here wrote see them."""

import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from operating import Run
from serving import free_port
from stores import KEY, SECRET
from surroundings import HOME, unavailable
from telling import BASE

JUDGES = HOME / "tests" / "judges"
BIN = JUDGES / ".venv" / "bin"
SETTINGS = {"KODEX_PUBLIC_URL": BASE, "KODEX_LRS_KEY": KEY, "KODEX_LRS_SECRET": SECRET}
PEOPLE = "--every-cycle"


@pytest.fixture
def run(filled: Path, tmp_path: Path, operated: Callable[..., Run], monkeypatch: pytest.MonkeyPatch) -> Run:
    file = shutil.copy(filled, tmp_path / "kodex.sqlite3")
    for name, value in SETTINGS.items():
        monkeypatch.setenv(name, value)
    return operated(f"sqlite:///{file}", "export", "certifications", "--format", "cmi5", PEOPLE)


@pytest.fixture
def statements(run: Run, tmp_path: Path) -> list[dict[str, Any]]:
    output = tmp_path / "statements.json"
    assert run("--output", str(output)).exit_code == 0
    found: list[dict[str, Any]] = json.loads(output.read_text("utf-8"))["statements"]
    assert len(found) > 300
    return found


def faults(statements: list[dict[str, Any]]) -> list[str]:
    node = shutil.which("node")
    if node is None or not (JUDGES / "node_modules" / "xapi-validation").is_dir():
        unavailable("xapi-validation", "tests/prepare has not installed it, or there is no Node.js")
    command = [node, str(JUDGES / "statements.mjs")]
    done = subprocess.run(command, input=json.dumps(statements), capture_output=True, text=True, check=True)
    said: dict[str, Any] = json.loads(done.stdout)
    assert said["checked"] == len(statements)
    return list(said["faults"])


def test_a_validator_finds_nothing(statements: list[dict[str, Any]]) -> None:
    assert faults(statements) == []
    assert faults([{**statements[0], "verb": {"id": "passed"}}]) != []


@pytest.fixture
def store(tmp_path: Path) -> Iterator[str]:
    """The address of a store that is empty."""
    if not (BIN / "ralph").exists():
        unavailable("ralph-malph", "tests/prepare has not installed it")
    folder, port = tmp_path / "store", free_port()
    folder.mkdir()
    settings = {**os.environ, "RALPH_APP_DIR": str(tmp_path / "ralph"), "RALPH_RUNSERVER_BACKEND": "fs"}
    account = ["-A", "kodex", BASE]
    subprocess.run(
        [str(BIN / "ralph"), "auth", "-u", KEY, "-p", SECRET, "-s", "all", *account, "-w"],
        cwd=folder,
        env=settings,
        check=True,
        capture_output=True,
    )
    log = tmp_path / "store.log"
    with log.open("ab") as said:
        command = [str(BIN / "python"), str(JUDGES / "store.py"), str(port)]
        process = subprocess.Popen(command, cwd=folder, env=settings, stdout=said, stderr=subprocess.STDOUT)
    try:
        wait_for(f"http://127.0.0.1:{port}/__heartbeat__", process, log)
        yield f"http://127.0.0.1:{port}/xAPI"
    finally:
        process.terminate()
        process.wait()


def wait_for(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(1200):
        assert process.poll() is None, log.read_text("utf-8", "replace")
        try:
            httpx.get(address)
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    pytest.fail("the store was not ready")


@pytest.mark.wide
def test_a_store_takes_them_once(run: Run, statements: list[dict[str, Any]], store: str, tmp_path: Path) -> None:
    pushed = run("--push", store)
    assert pushed.exit_code == 0, pushed.output
    assert held_in(tmp_path) == sorted(each["id"] for each in statements)
    again = run("--push", store)
    assert again.exit_code == 0, again.output
    assert held_in(tmp_path) == sorted(each["id"] for each in statements)


@pytest.mark.wide
def test_a_store_that_has_them_is_believed_when_it_lists_them(
    run: Run, statements: list[dict[str, Any]], store: str, tmp_path: Path
) -> None:
    """Another database has sent some: the store says neither that it took them nor which."""
    with httpx.Client(auth=(KEY, SECRET), headers={"X-Experience-API-Version": "1.0.3"}) as client:
        client.post(f"{store}/statements", json=statements[:150]).raise_for_status()
    pushed = run("--push", store)
    assert pushed.exit_code == 0, pushed.output
    assert held_in(tmp_path) == sorted(each["id"] for each in statements)


def held_in(tmp_path: Path) -> list[str]:
    (file,) = (tmp_path / "store").rglob("*.jsonl")
    return sorted(json.loads(line)["id"] for line in file.read_text("utf-8").splitlines())
