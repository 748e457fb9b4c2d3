"""`check-certificate`: a certificate checked offline, in words."""

from dataclasses import replace
from datetime import date
from pathlib import Path

from operating import Run
from qr_codes import ADDRESS, NAME, NUMBER

from progress.completion.certificates import Certificate
from progress.documents.certificate_signature import signed_address
from progress.record.signing import Key


def test_a_sound_certificate_is_told_in_words(
    run: Run, keys: str, text: str, document: bytes, tmp_path: Path
) -> None:
    pdf, written = tmp_path / "certificate.pdf", tmp_path / "code.txt"
    pdf.write_bytes(document)
    written.write_text(f"{text}\n", "utf-8")
    for what in (str(pdf), str(written), text):
        told = run(what, "--key", keys, "--name", NAME)
        assert told.exit_code == 0, told.output
        for words in (NUMBER, "customer-privacy", "2 March 2027", ADDRESS, f"It was issued to {NAME}."):
            assert words in told.stdout.replace("\n", " "), told.output


def test_whoever_asks_without_a_name_is_told_what_is_not_checked(run: Run, keys: str, text: str) -> None:
    told = run(text, "--key", keys)
    assert told.exit_code == 0
    assert "--name" in told.stdout


def test_an_expired_certificate_says_so(run: Run, keys: str, certificate: Certificate, key: Key) -> None:
    old = replace(certificate, valid_from=date(2020, 2, 29), valid_until=date(2021, 2, 28))
    told = run(signed_address(old, ADDRESS, key), "--key", keys)
    assert told.exit_code == 0
    assert "has expired" in told.stdout


def test_the_name_of_somebody_else_is_told(run: Run, keys: str, text: str) -> None:
    told = run(text, "--key", keys, "--name", "Jana Nováková")
    assert told.exit_code == 1
    assert "It was not issued to Jana Nováková." in told.stderr
