"""`check-certificate`: what it refuses, however it is delivered."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from random import Random
from urllib.parse import quote

import pytest
from operating import Run
from qr_codes import ADDRESS, NAME, NUMBER

from progress.completion.certificates import Certificate
from progress.documents.certificate_signature import read, signed_address
from progress.record.signing import Key


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda text: text[:-20], "it is cut off"),
        (lambda text: text.replace("QRS#", "QRT#"), "does not fit"),
        (lambda _: "https://evil.example/", "not the text of a certificate"),
        (lambda text: text.partition("#")[0], "is a number alone, and nothing in it is signed"),
        (lambda _: "/nowhere/certificate.pdf", "cannot be read"),
        (lambda _: "x" * 5000, "cannot be read"),
    ],
    ids=["cut off", "forged", "foreign", "unsigned", "missing", "nonsense"],
)
def test_a_bad_certificate_is_refused_in_a_sentence(
    run: Run, keys: str, text: str, spoil: Callable[[str], str], words: str
) -> None:
    told = run(spoil(text), "--key", keys)
    assert told.exit_code == 1
    assert words in " ".join(told.stderr.split()), told.output


def sent(text: str) -> dict[str, str]:
    """A signed text as people and mail filters deliver it."""
    address, _, fragment = text.partition("#")
    wrapped = f"https://eur01.safelinks.protection.outlook.com/?url={quote(text, safe='')}&data=05%7C02"
    return {
        "a final dot": f"{text}.",
        "in brackets": f"<{text}>",
        "between words": f"Please check {text} which I got",
        "with unseen characters": f"{text[:40]}\u200b{text[40:]}",
        "in a sentence": f"Please check {text}, which I got yesterday.",
        "the scheme in capitals": text.replace("https://", "HTTPS://"),
        "the host in capitals": text.replace("kodex.example.com", "Kodex.Example.COM"),
        "the number in small letters": f"{address.lower()}#{fragment}",
        "percent-encoded": text.replace("#", "%23"),
        "percent-encoded twice": quote(quote(text, safe=""), safe=""),
        "wrapped by a filter": wrapped,
        "wrapped twice": f"https://filter.example/?u={quote(wrapped, safe='')}",
        "broken over lines": f"{text[:76]}\n{text[76:]}",
        "other hyphens in the number": text.replace(NUMBER, NUMBER.replace("-", "\u2011")),
    }


@pytest.mark.parametrize("how", sent(""))
def test_a_signed_text_is_read_however_it_is_delivered(run: Run, keys: str, text: str, how: str) -> None:
    told = run(sent(text)[how], "--key", keys, "--name", NAME)
    assert told.exit_code == 0, told.output
    assert f"It was issued to {NAME}." in told.stdout.replace("\n", " ")


@pytest.mark.parametrize("how", sent(""))
def test_an_altered_text_is_refused_however_it_is_delivered(run: Run, keys: str, text: str, how: str) -> None:
    altered = text.replace("01234", "01235")
    assert run(sent(altered)[how], "--key", keys).exit_code == 1


@pytest.mark.parametrize("written", [NUMBER, NUMBER.lower(), f"{NUMBER}.", f"Number {NUMBER.replace('-', ' ')}"])
def test_a_number_alone_is_told_where_it_is_checked(run: Run, keys: str, written: str) -> None:
    told = run(written, "--key", keys, KODEX_PUBLIC_URL="https://kodex.example.com")
    assert told.exit_code == 1
    said = told.stderr.replace("\n", " ")
    assert "nothing in it is signed" in said
    assert ADDRESS in told.stderr.replace("\n", "")


@pytest.mark.parametrize(
    ("issued_to", "typed"),
    [
        ("\u0639\u0644\u06cc\u200c\u0631\u0636\u0627", "\u0639\u0644\u06cc\u0631\u0636\u0627"),
        ("\u0639\u0644\u06cc\u0631\u0636\u0627", "\u0639\u0644\u06cc\u200c\u0631\u0636\u0627"),
        (NAME, NAME.replace(" ", "\u00a0")),
        (NAME, "\u200b".join(NAME)),
        ("Zo\u00eb \u200dStraße", "ZOE\u0308  STRASSE"),
    ],
    ids=["without the joiner", "with one", "a hard blank", "with what is not seen", "all at once"],
)
def test_a_name_is_the_same_with_or_without_what_is_not_seen(
    certificate: Certificate, key: Key, issued_to: str, typed: str
) -> None:
    text = signed_address(replace(certificate, name=issued_to), ADDRESS, key)
    assert read(text, key.verifiers).is_held_by(typed)
    assert not read(text, key.verifiers).is_held_by(f"{typed}x")


def test_a_broken_document_is_refused_in_a_sentence(run: Run, keys: str, document: bytes, tmp_path: Path) -> None:
    file = tmp_path / "certificate.pdf"
    for broken in (b"", document[:2000], b"%PDF-1.7\n" + Random(1).randbytes(5000)):
        file.write_bytes(broken)
        told = run(str(file), "--key", keys)
        assert told.exit_code == 1
        assert "there is no signed text in it" in " ".join(told.stderr.split())


@pytest.mark.parametrize("written", [None, "", "kodex-x+00000000+AAAA\n", "-----BEGIN PUBLIC KEY-----\n"])
def test_a_wrong_key_is_refused_in_a_sentence(run: Run, text: str, tmp_path: Path, written: str | None) -> None:
    file = tmp_path / "wrong.pub"
    if written is not None:
        file.write_text(written, "utf-8")
    told = run(text, "--key", str(file))
    assert told.exit_code == 1
    assert "public keys" in told.stderr


def test_the_key_of_another_installation_is_refused_in_a_sentence(
    run: Run, text: str, other_key: Key, tmp_path: Path
) -> None:
    file = tmp_path / "another.pub"
    file.write_text(f"{other_key.verifier}\n", "utf-8")
    told = run(text, "--key", str(file))
    assert told.exit_code == 1
    assert "another installation" in told.stderr.replace("\n", " ")
