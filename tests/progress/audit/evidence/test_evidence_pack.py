"""The evidence pack: whoever has it and the public key sees offline what holds."""

import json
import subprocess
import sys
import zipfile
from pathlib import Path

from operating import Run
from packing import RunOf, told
from serving import environment
from studying import Study

from people.access import Principal


def test_all_of_it_holds(pack: Path, verified: RunOf) -> None:
    code, said = verified(pack)
    assert code == 0
    assert "2 of 2 certificates stand in the record as they were issued." in said
    assert said.endswith("All of it holds.\n")


def test_an_auditor_runs_it_from_the_unpacked_folder_alone(pack: Path, keys: Path, tmp_path: Path) -> None:
    folder = tmp_path / "unpacked"
    with zipfile.ZipFile(pack) as file:
        file.extractall(folder)
    command = [sys.executable, "-I", str(folder / "verify.py"), "--key", str(keys)]
    ended = subprocess.run(command, cwd="/", env=environment(), capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "All of it holds." in ended.stdout


def test_the_content_is_there_exactly_as_it_was_taught(pack: Path, assigned: Study) -> None:
    with zipfile.ZipFile(pack) as file:
        kept = {name: json.loads(file.read(name)) for name in file.namelist() if name.startswith("content/")}
    for question in assigned.course.questions.values():
        assert kept[f"content/{question.sha256}.json"] == question.body
    for lesson in assigned.course.lessons:
        assert kept[f"content/{lesson.sha256}.json"] == lesson.body
    assert kept[f"content/{assigned.course.commitment_sha256}.json"] == assigned.course.entry.commitment


def test_a_pack_with_refreshers_holds(
    run: Run, assigned: Study, learner: Principal, verified: RunOf, tmp_path: Path
) -> None:
    assigned.later(days=31)
    assigned.refresh(learner)
    file = tmp_path / "refreshed.zip"
    assert run("evidence", "--output", str(file)).exit_code == 0
    assert json.dumps(told(file, "proofs.jsonl")).count('"refreshed"') == 2
    code, said = verified(file)
    assert (code, said.endswith("All of it holds.\n")) == (0, True)
