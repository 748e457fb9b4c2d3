"""The evidence pack: whoever has it and the public key sees offline what holds, and every change of it."""

import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from warnings import catch_warnings, simplefilter

import pytest
from conftest import Study
from openpyxl import load_workbook
from operating import Run
from serving import environment
from sqlalchemy import delete, update
from telling import correct, revoke, seq_of

from database import Database
from people.access import Principal
from progress.audit import evidence_verifier
from progress.audit.evidence_verifier import Outcome
from progress.completion.certificates import certificates
from progress.completion.corrections import What
from progress.completion.editions import editions
from progress.personal.erasure import erase
from progress.record import signing
from progress.record.chains import Kind

RunOf = Callable[..., tuple[int, str]]


@pytest.fixture
def run(assigned: Study, learner: Principal, outsider: Principal, operated: Callable[..., Run]) -> Run:
    """Commands over a record in which two people are certified."""
    assigned.certify(learner)
    assigned.certify(outsider)
    return operated(assigned.database.engine.url.render_as_string(hide_password=False), "record")


@pytest.fixture
def pack(run: Run, tmp_path: Path) -> Path:
    file = tmp_path / "evidence.zip"
    result = run("evidence", "--output", str(file))
    assert result.exit_code == 0, result.output
    return file


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    return tmp_path / "keys" / "checkpoint.key.pub"


@pytest.fixture
def verified(capsys: pytest.CaptureFixture[str], keys: Path) -> RunOf:
    """Runs the verifier over a pack with the keys that are trusted; gives its exit code and what it said."""

    def run_verifier(place: Path, trusted: Path = keys) -> tuple[int, str]:
        capsys.readouterr()
        code = evidence_verifier.main([str(place), "--key", str(trusted)])
        return code, capsys.readouterr().out

    return run_verifier


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


def signed_anew(pack: Path, key: signing.Key, change: Callable[[str, bytes], bytes]) -> Path:
    """What somebody can do who has a key of their own: change files, and sign a statement that fits."""
    import hashlib

    other = pack.with_name("forged.zip")
    with zipfile.ZipFile(pack) as before, zipfile.ZipFile(other, "w") as after:
        files = {each: change(each, before.read(each)) for each in before.namelist()}
        files["public-keys.txt"] = f"{key.verifier}\n".encode()
        text = files["manifest.txt"].decode().rpartition("\n\n")[0] + "\n"
        lines = [line for line in text.splitlines() if not line.startswith("sha256 ")]
        lines += [
            f"sha256 {hashlib.sha256(data).hexdigest()} {name}"
            for name, data in sorted(files.items())
            if name != "manifest.txt"
        ]
        files["manifest.txt"] = signing.signed("".join(f"{line}\n" for line in lines), key).encode()
        for name, data in files.items():
            after.writestr(name, data)
    return other


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


# What became of the certificates


REASON = "Sick leave until June"
"""Why `telling.correct` corrects."""


@pytest.fixture
def number(assigned: Study, learner: Principal, run: Run) -> str:  # noqa: ARG001
    found = assigned.enrolment(learner).certificate_no
    assert found is not None
    return found


@pytest.fixture
def revoked(
    run: Run, number: str, assigned: Study, learner: Principal, hr: Principal, tmp_path: Path
) -> tuple[Path, str]:
    """A pack of two certificates, and the number of the one that was revoked: between two checkpoints of its own."""
    assert run("checkpoint", "--output", str(tmp_path / "before.txt")).exit_code == 0
    revoke(assigned, hr, learner)
    assert run("checkpoint", "--output", str(tmp_path / "after.txt")).exit_code == 0
    file = tmp_path / "revoked.zip"
    assert run("evidence", "--output", str(file)).exit_code == 0
    return file, number


def statement(pack: Path) -> dict[str, str]:
    with zipfile.ZipFile(pack) as file:
        lines = file.read("manifest.txt").decode().partition("\n\n")[0].splitlines()[2:]
    return dict(line.split(" ", 1) for line in lines if not line.startswith("sha256 "))


def told(pack: Path, name: str) -> list[dict[str, object]]:
    with zipfile.ZipFile(pack) as file:
        return [json.loads(line) for line in file.read(name).splitlines()]


def test_a_revocation_is_in_the_pack_however_many_checkpoints_lie_between(
    revoked: tuple[Path, str], hr: Principal, verified: RunOf
) -> None:
    pack, number = revoked
    code, said = verified(pack)
    assert code == Outcome.HOLDS_WITH_EXCEPTIONS == 3
    assert "All of it holds" not in said
    assert f"{number}: it was revoked on 2026-03-02 at " in said
    assert f"because: {REASON} (event " in said
    assert f", by {hr.key})" in said
    assert "2 of 2 certificates stand in the record as they were issued." in said
    assert "It holds as evidence, with exceptions, which are named above: 1 of 2 certificates was revoked." in said
    assert (statement(pack)["certificates"], statement(pack)["revoked"]) == ("2", "1")
    assert {each["number"]: each["status"] for each in told(pack, "certificates.jsonl")}[number] == "revoked"


def test_an_attempt_that_was_voided_on_the_way_is_named(
    assigned: Study, learner: Principal, hr: Principal, operated: Callable[..., Run], verified: RunOf, tmp_path: Path
) -> None:
    assigned.cards(learner)
    assigned.attempt(learner, right=2)
    correct(assigned, hr, learner, What.VOID_ATTEMPT, seq=seq_of(assigned, learner, Kind.ATTEMPT_STARTED))
    assigned.attempt(learner)
    assigned.sign(learner)
    run = operated(assigned.database.engine.url.render_as_string(hide_password=False), "record")
    pack = tmp_path / "voided.zip"
    assert run("evidence", "--output", str(pack)).exit_code == 0
    code, said = verified(pack)
    assert code == Outcome.HOLDS_WITH_EXCEPTIONS
    assert re.search(rf"an attempt was voided on 2026-03-02 at \d\d:\d\d UTC, because: {REASON} \(event \d+", said)
    assert "All of it holds" not in said
    assert (statement(pack)["corrected"], statement(pack)["revoked"]) == ("1", "0")


def test_a_correction_by_which_an_attempt_of_a_certificate_does_not_count_any_more_is_named() -> None:
    """The screen has the certificate revoked instead; somebody else may have written it."""
    bodies = [
        ("assigned", {}),
        ("attempt started", {"attempt": "a"}),
        ("certified", {"certificate_no": "KX-1", "valid_until": "2030-01-01"}),
        ("corrected", {"voids": [2], "reason": "Cheated", "by": "somebody"}),
    ]
    chain = [
        {"seq": n, "kind": kind, "at": f"2026-03-0{n}", "body": json.dumps({"course": "c", "cycle": 1, **body})}
        for n, (kind, body) in enumerate(bodies, start=1)
    ]
    stands = evidence_verifier.standing(chain, "KX-1", 4, "2026-11-30")
    assert (stands["status"], stands["sealed"]) == ("voided", True)
    assert stands["corrections"] == [
        {"event": 4, "kind": "corrected", "of": "attempt", "at": "2026-03-04", "reason": "Cheated", "by": "somebody"}
    ]


LIES: list[tuple[str, Callable[[str], str], str]] = [
    ("certificates.jsonl", lambda text: text.replace('"status": "revoked"', '"status": "valid"'), "it is revoked"),
    ("certificates.jsonl", lambda text: text.replace(REASON, "Nothing"), "by its events"),
    ("manifest.txt", lambda text: text.replace("\nrevoked 1\n", "\nrevoked 0\n"), "1 certificates are revoked"),
    ("index.html", lambda text: text.replace('data-status="revoked"', 'data-status="valid"'), "index.html"),
    ("index.html", lambda text: text.replace("<tr data-certificate", "<tr data-other", 1), "index.html"),
]


@pytest.mark.parametrize(("name", "lie", "said"), LIES)
def test_even_with_the_companys_key_a_revocation_cannot_be_left_out(
    revoked: tuple[Path, str], keys: Path, verified: RunOf, name: str, lie: Callable[[str], str], said: str
) -> None:
    pack, _ = revoked
    key = signing.opened(keys.with_suffix(""))
    forged = signed_anew(pack, key, lambda each, data: lie(data.decode()).encode() if each == name else data)
    code, said_of_it = verified(forged)
    assert code == Outcome.FAILS
    assert said in said_of_it


def test_without_a_key_that_is_trusted_it_does_not_say_that_it_holds(
    pack: Path, revoked: tuple[Path, str], capsys: pytest.CaptureFixture[str]
) -> None:
    for each in (pack, revoked[0]):
        capsys.readouterr()
        assert evidence_verifier.main([str(each)]) == Outcome.UNTRUSTED == 4
        said = capsys.readouterr().out
        assert "NOT checked against a key that you trust" in said
        assert "All of it holds" not in said


def test_a_pack_of_the_older_form_is_refused_because_it_can_hide_a_revocation(
    pack: Path, keys: Path, verified: RunOf
) -> None:
    key = signing.opened(keys.with_suffix(""))
    older = signed_anew(
        pack, key, lambda each, data: data.replace(b"evidence 2", b"evidence 1") if each == "manifest.txt" else data
    )
    code, said = verified(older)
    assert code == Outcome.FAILS
    assert "can leave out that a certificate was revoked" in said


# Files that could be read in two ways


def with_entry(pack: Path, entry: zipfile.ZipInfo | str, data: bytes = b"{}\n") -> Path:
    other = pack.with_name("more.zip")
    other.write_bytes(pack.read_bytes())
    with catch_warnings(), zipfile.ZipFile(other, "a") as file:
        simplefilter("ignore")  # of a second entry with a name that is there
        file.writestr(entry, data)
    return other


def link() -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo("content/more.json")
    entry.external_attr = 0o120777 << 16
    return entry


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("certificates.jsonl", "two files of one name"),
        ("Certificates.JSONL", "two files of one name"),
        ("certificates2.jsonl", "put in afterwards"),
        ("content/", "a folder or a link"),
        (link(), "a folder or a link"),
        ("../certificates.jsonl", "no file of a pack has"),
        ("content\\x.json", "no file of a pack has"),
        ("x\x1b[2K.txt", "no file of a pack has"),
    ],
)
def test_an_entry_that_does_not_belong_there_is_refused(
    pack: Path, verified: RunOf, entry: zipfile.ZipInfo | str, said: str
) -> None:
    code, told_of_it = verified(with_entry(pack, entry))
    assert code == Outcome.FAILS
    assert said in told_of_it
    assert "\x1b" not in told_of_it


def test_an_encrypted_entry_is_refused(pack: Path, verified: RunOf) -> None:
    other = pack.with_name("encrypted.zip")
    data = bytearray(pack.read_bytes())
    data[data.index(b"PK\1\2") + 8] |= 1  # the first entry of the directory: its flags
    other.write_bytes(data)
    code, said = verified(other)
    assert code == Outcome.FAILS
    assert "is encrypted" in said


def test_a_link_in_an_unpacked_folder_is_refused(pack: Path, verified: RunOf, tmp_path: Path) -> None:
    folder = tmp_path / "unpacked"
    with zipfile.ZipFile(pack) as file:
        file.extractall(folder)
    (folder / "certificates.jsonl").rename(tmp_path / "elsewhere")
    (folder / "certificates.jsonl").symlink_to(tmp_path / "elsewhere")
    code, said = verified(folder)
    assert code == Outcome.FAILS
    assert "is a link" in said


# For people


def test_the_page_says_in_both_languages_what_the_pack_proves(revoked: tuple[Path, str], learner: Principal) -> None:
    pack, number = revoked
    with zipfile.ZipFile(pack) as file:
        page = file.read("index.html").decode()
    assert "http" not in page.partition("</style>")[2], "it needs nothing from elsewhere"
    assert "<script" not in page
    for language, words in (
        ("cs", "2\N{NO-BREAK SPACE}osvědčení, 1\N{NO-BREAK SPACE}výjimka"),
        ("en", "2 certificates, 1 exception"),
    ):
        section = page.partition(f'<section lang="{language}">')[2].partition("</section>")[0]
        assert words in section
        assert REASON in section
        assert number in section
    assert f'<tr data-certificate="{number}" data-status="revoked"><th scope="row">{learner.person.name}' in page


def test_the_workbook_has_days_that_are_days_and_filters(revoked: tuple[Path, str], tmp_path: Path) -> None:
    pack, number = revoked
    with zipfile.ZipFile(pack) as file:
        book = load_workbook(file.extract("index.xlsx", tmp_path))
    held, exceptions = book.worksheets
    assert [sheet.auto_filter.ref for sheet in book] == ["A1:J3", "A1:G2"]
    rows = {row[0]: row for row in held.iter_rows(min_row=2, values_only=True)}
    assert all(isinstance(row[6], datetime) and isinstance(row[7], datetime) for row in rows.values())
    assert rows[number][8] == "odebráno · revoked"
    (said,) = exceptions.iter_rows(min_row=2, values_only=True)
    assert (said[0], said[3], said[4]) == (number, datetime(2026, 3, 2), REASON)  # noqa: DTZ001 - a cell has none


def test_a_pack_without_certificates_opens_too(run: Run, tmp_path: Path) -> None:
    pack = tmp_path / "empty.zip"
    assert run("evidence", "--output", str(pack), "--from", "2030-01-01").exit_code == 0
    with zipfile.ZipFile(pack) as file:
        assert "V\N{NO-BREAK SPACE}tomto období nebylo vydáno žádné osvědčení." in file.read("index.html").decode()
        assert len(load_workbook(file.extract("index.xlsx", tmp_path)).worksheets) == 2


# Making one


def spoilt(database: Database, statement: object) -> None:
    with database.writing() as connection:
        connection.execute(statement)  # type: ignore[call-overload]


@pytest.mark.parametrize(
    "spoil",
    [
        delete(editions).where(editions.c.kind == "lesson"),
        delete(editions).where(editions.c.kind == "commitment"),
        update(editions).where(editions.c.kind == "question").values(body="{}"),
        update(editions).where(editions.c.kind == "course").values(body="no JSON"),
        update(certificates).values(name="Somebody Else"),
        update(certificates).values(score=1),
    ],
)
def test_a_pack_that_would_not_hold_is_not_written(run: Run, assigned: Study, tmp_path: Path, spoil: object) -> None:
    spoilt(assigned.database, spoil)
    pack = tmp_path / "evidence.zip"
    result = run("evidence", "--output", str(pack))
    assert result.exit_code == 1
    assert result.output
    assert list(tmp_path.glob("*evidence.zip*")) == []


def test_nobody_but_its_owner_reads_what_has_people_in_it(run: Run, number: str, pack: Path, tmp_path: Path) -> None:
    proof = tmp_path / "proof.json"
    assert run("proof", number, "--output", str(proof)).exit_code == 0
    for file in (pack, proof):
        assert file.stat().st_mode & 0o777 == 0o600
