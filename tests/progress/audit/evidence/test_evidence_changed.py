"""Every change of an evidence pack is found."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from operating import Run
from packing import RunOf, signed_anew
from studying import Study

from people.access import Principal
from progress.personal.erasure import erase
from progress.record import signing


def changed(pack: Path, name: str, change: Callable[[bytes], bytes | None]) -> Path:
    """The pack with one file changed, or left out."""
    other = pack.with_name("changed.zip")
    with zipfile.ZipFile(pack) as before, zipfile.ZipFile(other, "w") as after:
        for each in before.namelist():
            data = before.read(each)
            made = change(data) if each == name else data
            if made is not None:
                after.writestr(each, made)
    return other


NAMES = (
    *("README.txt", "verify.py", "public-keys.txt", "checkpoint.txt", "certificates.jsonl", "proofs.jsonl"),
    *("index.html", "index.xlsx"),
)


@pytest.mark.parametrize("name", [*NAMES, "manifest.txt"])
def test_a_file_that_was_changed_left_out_or_put_in_is_found(pack: Path, verified: RunOf, name: str) -> None:
    for change in (lambda data: data + b" ", lambda _: None, lambda _: b""):
        code, said = verified(changed(pack, name, change))
        assert code == 1, name
        assert "NOT" in said
    with zipfile.ZipFile(pack, "a") as file:
        file.writestr("more.txt", "more")
    assert verified(pack)[0] == 1


@pytest.mark.parametrize("part", [0, 10, 1000, -1, -30])
def test_a_pack_that_is_cut_off_is_found(pack: Path, verified: RunOf, part: int) -> None:
    other = pack.with_name("cut.zip")
    other.write_bytes(pack.read_bytes()[:part])
    code, said = verified(other)
    assert code == 1
    assert "NOT" in said


def test_whoever_signs_with_a_key_of_their_own_is_not_believed(pack: Path, verified: RunOf, tmp_path: Path) -> None:
    forged = signed_anew(pack, signing.opened(tmp_path / "other.key"), lambda _, data: data)
    code, said = verified(forged)
    assert code == 1
    assert "not signed by a key that you trust" in said


FORGERIES: list[tuple[str, Callable[[str], str], str]] = [
    ("certificates.jsonl", lambda text: text.replace('"score": ', '"score": 1'), "score"),
    ("certificates.jsonl", lambda text: text.replace("Lenka", "Lubor"), "name or the unit"),
    ("certificates.jsonl", lambda text: text.replace('\\"title\\":\\"', '\\"title\\":\\"Ph.D. '), "printed on it"),
    ("proofs.jsonl", lambda text: text.replace('\\"score\\":', '\\"score\\": '), "was altered"),
    ("proofs.jsonl", lambda text: text.replace('"leaf": ', '"leaf": 1'), "path"),
]


@pytest.mark.parametrize(("name", "forge", "said"), FORGERIES)
def test_even_with_the_companys_key_a_certificate_cannot_be_other_than_recorded(
    pack: Path, keys: Path, verified: RunOf, name: str, forge: Callable[[str], str], said: str
) -> None:
    """The statement alone is not what is believed: each certificate is held against the root."""
    key = signing.opened(keys.with_suffix(""))
    forged = signed_anew(pack, key, lambda each, data: forge(data.decode()).encode() if each == name else data)
    code, told = verified(forged)
    assert code == 1
    assert said in told


def test_a_person_who_was_erased_is_not_named_and_their_certificate_holds(
    run: Run, assigned: Study, learner: Principal, verified: RunOf, tmp_path: Path
) -> None:
    erase(assigned.database, learner.person.employee_id, "Case 12", "tests", assigned.now)
    file = tmp_path / "erased.zip"
    assert run("evidence", "--output", str(file)).exit_code == 0
    with zipfile.ZipFile(file) as opened:
        assert not any(learner.person.name.encode() in opened.read(name) for name in opened.namelist())
    code, said = verified(file)
    assert code == 0
    assert "1 of them do not say whose they are any more" in said


def test_a_period_narrows_it(run: Run, verified: RunOf, tmp_path: Path) -> None:
    for n, (option, day, expected) in enumerate(
        [("--from", "2026-01-01", 2), ("--to", "2025-12-31", 0), ("--from", "2030-01-01", 0)]
    ):
        file = tmp_path / f"{n}.zip"
        assert run("evidence", "--output", str(file), option, day).exit_code == 0
        assert f"{expected} of {expected} certificates" in verified(file)[1]


def test_a_course_that_there_is_not_is_named(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "none.zip"
    assert run("evidence", "--output", str(file), "--course", "none").exit_code == 1
    assert not file.exists()
