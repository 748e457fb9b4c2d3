"""Revocations and corrections are in the evidence pack, and cannot be left out."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from operating import Run
from packing import REASON, RunOf, signed_anew, statement, told
from studying import Study
from telling import correct, seq_of

from people.access import Principal
from progress.audit import evidence_verifier
from progress.audit.evidence_verifier import Outcome
from progress.completion.corrections import What
from progress.record import signing
from progress.record.chains import Kind


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
