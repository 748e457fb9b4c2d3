"""The process that reads HR's file: what it may take, and what is left when it is ended."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from people_files import ANNA, HEAD, OTTO, csv, read, xlsx
from surroundings import HOME

from people.hr_file import reader
from people.hr_file.columns import Field
from people.hr_file.csv_file import Encoding

MOST = 300_000_000
OF_ONE_READER = """
import resource, sys
from benchmarks import worst_files
from people.hr_file import reader
(fault,) = reader.read(worst_files.FILES[sys.argv[1]]()).faults
print(fault.what.text)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024)
"""
"""Prints what a reader answers and how many bytes it took, in a process that has no other children."""


@pytest.mark.parametrize(
    "data",
    [csv([HEAD, ANNA, OTTO]), xlsx([["Title"], HEAD, ANNA]), csv([HEAD, ["", "", "x", "#N/A"]]), b"", b"%PDF"],
)
def test_it_answers_what_would_be_read_here(data: bytes) -> None:
    beside, here = reader.read(data), read(data)
    assert (list(beside.entries), list(beside.faults)) == (list(here.entries), list(here.faults))
    assert (beside.fields, beside.columns, beside.origin, beside.head_line) == (
        *(here.fields, here.columns, here.origin, here.head_line),
    )
    assert (beside.is_usable, list(beside.spoilt)) == (here.is_usable, list(here.spoilt))


def test_it_is_told_the_encoding_and_the_names_of_the_columns() -> None:
    data = csv([["Wer", "Nr", "E-Mail", "Lager"], ["Søren", "7", "", "Ø"]], encoding="cp1252")
    found = reader.read(data, {Field.ID: "Nr", Field.NAME: "Wer", Field.UNIT: "Lager"}, Encoding.WINDOWS_1252)
    assert [(entry.name, entry.unit) for entry in found.entries] == [("Søren", "Ø")]


@pytest.mark.wide
@pytest.mark.parametrize("name", ["CSV, one line", "XLSX, a cell far away", "ODS, repeated cells"])
def test_a_file_that_fills_the_memory_is_refused_in_a_sentence(name: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", OF_ONE_READER, name], cwd=HOME, capture_output=True, check=True, text=True
    )
    said, peak = done.stdout.splitlines()
    assert said in {reader.TOO_MUCH.text, reader.NOT_READ.text}
    assert int(peak) < MOST


@pytest.mark.parametrize("by", [signal.SIGKILL, signal.SIGABRT, signal.SIGXCPU])
def test_a_process_that_was_ended_is_a_sentence(monkeypatch: pytest.MonkeyPatch, by: signal.Signals) -> None:
    monkeypatch.setattr(reader, "COMMAND", ["/bin/sh", "-c", f"kill -{int(by)} $$"])
    assert [fault.what for fault in reader.read(csv([HEAD, ANNA])).faults] == [reader.TOO_MUCH]


def test_a_process_that_fails_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "COMMAND", ["/bin/false"])
    assert [fault.what for fault in reader.read(csv([HEAD, ANNA])).faults] == [reader.NOT_READ]


def test_a_process_that_never_ends_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "COMMAND", ["/bin/sleep", "60"])
    monkeypatch.setattr(reader, "PATIENCE", 0.1)
    assert [fault.what for fault in reader.read(csv([HEAD, ANNA])).faults] == [reader.TOO_MUCH]


def test_it_knows_none_of_the_servers_secrets(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    told = tmp_path / "environment"
    monkeypatch.setenv("KODEX_SECRET", "known-to-the-server-alone")
    monkeypatch.setattr(reader, "COMMAND", ["/bin/sh", "-c", f"/usr/bin/env > {told}; exit 1"])
    reader.read(csv([HEAD, ANNA]))
    assert "PYTHONUTF8" in told.read_text()
    assert "KODEX" not in told.read_text()
