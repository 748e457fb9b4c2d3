"""What lies in deploy/: settings that are read and not run, files with their modes, services that are shut in."""

import configparser
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path

import pytest
from surroundings import HOME

import settings

DEPLOY = HOME / "deploy"
Read = Callable[[str], dict[str, str]]


@pytest.fixture(scope="module")
def read() -> Read:
    """The function by which the command `kodex` reads its settings."""
    sys.dont_write_bytecode = True
    loader = SourceFileLoader("kodex_command", str(DEPLOY / "kodex"))
    module = module_from_spec(spec_from_loader("kodex_command", loader))  # type: ignore[arg-type]
    loader.exec_module(module)
    found: Read = module.read
    return found


AS_SYSTEMD = [
    ("A=b", "b"),
    ("A=smtp://u:pa$(id -u)ss@mail", "smtp://u:pa$(id -u)ss@mail"),
    ("A=`id` $HOME ${HOME} && id; id | id > x", "`id` $HOME ${HOME} && id; id | id > x"),
    ('A="two words" ', "two words"),
    ("A='it''s $(id)'", "its $(id)"),
    (r'A="a \"quoted\" \$x \n"', r'a "quoted" $x \n'),
    (r"A=a\ b\\c", r"a b\c"),
    ("A=x#y # z", "x#y # z"),
    ("A=  spaces around \t", "spaces around"),
    ("A=a'b\"c", "a'b\"c"),
    ("A=one\\\ntwo", "onetwo"),
    ('A="one\ntwo"', "one\ntwo"),
    ("A = b=c", "b=c"),
    ("# A=1\n; A=2\n\nnothing\nA=3", "3"),
    ("A=1\nA=2", "2"),
    ("A=", ""),
    ("A=b\r\nB=c", "b"),
]
"""Lines, and what systemd 252 takes from them for A."""


@pytest.mark.parametrize(("text", "value"), AS_SYSTEMD)
def test_settings_are_read_as_systemd_reads_them(read: Read, text: str, value: str) -> None:
    assert read(text)["A"] == value
    assert read(f"{text}\nB=next")["B"] == "next"


def test_a_command_gets_the_settings_and_nothing_in_them_is_run(tmp_path: Path) -> None:
    """With somebody in the place of runuser who says what they were given."""
    told, ran = tmp_path / "told", tmp_path / "ran"
    password = f"pa$(touch {ran})`touch {ran}`;touch {ran}"
    (tmp_path / "kodex.env").write_text(f"KODEX_SMTP_URL=smtp://u:{password}@mail\nKODEX_X='a b'\n", "utf-8")
    (tmp_path / "runuser").write_text(f'#!/bin/sh\n{{ env; for each; do echo "[$each]"; done; }} > {told}\n', "utf-8")
    (tmp_path / "runuser").chmod(0o755)
    command = tmp_path / "kodex"
    source = (DEPLOY / "kodex").read_text("utf-8")
    command.write_text(source.replace("/etc/kodex", str(tmp_path)), "utf-8")
    path = f"{tmp_path}:{os.environ['PATH']}"
    subprocess.run(
        [sys.executable, "-I", command, "people", "list  all"], env={"PATH": path, "LANG": "cs"}, check=True
    )
    said = told.read_text("utf-8").splitlines()
    assert f"KODEX_SMTP_URL=smtp://u:{password}@mail" in said
    assert {"KODEX_X=a b", "LANG=cs"} <= set(said)
    given = [line for line in said if line.startswith("[")]
    assert given[-2:] == ["[people]", "[list  all]"]
    assert given[:3] == ["[-u]", "[kodex]", "[--]"]
    assert not ran.exists()


def test_settings_that_are_not_there_are_named(tmp_path: Path) -> None:
    command = tmp_path / "kodex"
    source = (DEPLOY / "kodex").read_text("utf-8")
    command.write_text(source.replace("/etc/kodex", str(tmp_path)), "utf-8")
    ended = subprocess.run([sys.executable, "-I", command], capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert "kodex.env: No such file" in ended.stderr


def test_the_example_names_only_settings_that_there_are(read: Read) -> None:
    text = (DEPLOY / "kodex.env").read_text("utf-8")
    given = read(text.replace("#KODEX", "KODEX"))
    assert set(given) <= settings.NAMES
    database = given["KODEX_DATABASE_URL"].removeprefix("sqlite:///")
    assert Path(database).parent not in Path(given["KODEX_CHECKPOINT_KEY"]).parents


def test_the_example_and_the_handbook_agree_on_its_mode() -> None:
    said = re.search(r"mode (\d+)", (DEPLOY / "kodex.env").read_text("utf-8"))
    handbook = (HOME / "docs" / "operations.md").read_text("utf-8")
    installed = re.search(r"install -m (\d+) .*kodex\.env /etc", handbook)
    assert [found and found[1] for found in (said, installed)] == ["0600", "0600"]


@pytest.mark.parametrize("name", ["kodex.service", "kodex-backup.service", "kodex-remind.service"])
def test_a_service_has_its_limits(name: str) -> None:
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment, method-assign]
    unit.read(DEPLOY / name, "utf-8")
    service = unit["Service"]
    assert service["MemoryMax"]
    assert service["TasksMax"]
    assert service["CapabilityBoundingSet"] == ""
    if name == "kodex.service":
        assert int(service["LimitNOFILE"]) >= 65536


@pytest.mark.parametrize("name", ["kodex.service", "kodex-backup.service", "kodex-remind.service"])
def test_a_service_is_shut_in(name: str) -> None:
    """As systemd itself counts it: at most 2 of 10."""
    if (program := shutil.which("systemd-analyze")) is None:
        pytest.skip("there is no systemd here")
    judged = subprocess.run(
        [program, "security", "--offline=true", "--threshold=20", DEPLOY / name],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "SYSTEMD_PAGER": ""},
    )
    assert judged.returncode == 0, judged.stdout[-400:]
