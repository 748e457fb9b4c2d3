"""A certificate's QR code: what it certifies, signed, so that it can be checked without a network."""

import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from random import Random
from urllib.parse import quote

import pytest
import segno
import zxingcpp
from cast import DUE, NOW
from operating import Run
from PIL import Image
from surroundings import unavailable

from people.directory import Person
from progress.completion import certificates
from progress.completion.certificates import Certificate, new_issue
from progress.completion.enrolments import Enrolment
from progress.documents import certificate_pdf
from progress.documents.certificate_signature import read, signed_address, signed_text_in
from progress.record import signing
from progress.record.signing import Key, NotSignedError
from quizzes.content import Course

NUMBER = "KX-01234-56789-ABCDE-FGHJK-MNPQRS"
ADDRESS = f"https://kodex.example.com/verify/{NUMBER}"
NAME = "Žofie Řehořová-Ďásková"
FLIPS = 1000
LONGEST = 220
"""Letters that a code of 27 mm holds at level M with modules that a telephone reads from paper."""


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Key:
    return signing.opened(tmp_path_factory.mktemp("key") / "checkpoint.key")


@pytest.fixture
def other_key(tmp_path: Path) -> Key:
    return signing.opened(tmp_path / "other.key")


@pytest.fixture
def certificate(course: Course) -> Certificate:
    person = Person("0f", "1", NAME, "z@example.com", "Sklad", None, "cs")
    enrolment = Enrolment("0f", course.id, 1, NOW, DUE, NOW, score=90, pass_mark=80, content_sha256=course.sha256)
    issue = replace(new_issue("Ukázková společnost", NOW, NOW.date()), number=NUMBER)
    return certificates.frozen(person, enrolment, course, issue, "cs")


@pytest.fixture
def text(certificate: Certificate, key: Key) -> str:
    return signed_address(certificate, ADDRESS, key)


def test_the_text_says_what_is_certified(certificate: Certificate, text: str, key: Key) -> None:
    found = read(text, key.verifiers)
    assert (found.number, found.address) == (NUMBER, ADDRESS)
    assert (found.course_id, found.course_version) == (certificate.course_id, certificate.course_version)
    assert (found.valid_from, found.valid_until) == (date(2026, 3, 2), date(2027, 3, 2))
    assert found.verifier == key.verifier


def test_the_text_is_the_address_to_check_at_with_the_rest_as_its_fragment(text: str) -> None:
    """A browser opens the page, and sends what is signed to nobody."""
    address, _, fragment = text.partition("#")
    assert address == ADDRESS
    assert fragment
    assert len(text) <= LONGEST


def test_the_same_certificate_gives_the_same_text(certificate: Certificate, text: str, key: Key) -> None:
    assert signed_address(certificate, ADDRESS, key) == text


@pytest.mark.parametrize(
    "name", [NAME, "  žofie   ŘEHOŘOVÁ-Ďásková ", "Z\u030cofie R\u030ceho\u0159ova\u0301-Ďásková"]
)
def test_the_holder_is_known_however_the_name_is_typed(text: str, key: Key, name: str) -> None:
    assert read(text, key.verifiers).is_held_by(name)


@pytest.mark.parametrize("name", ["", "Žofie", "Zofie Rehorova-Daskova", "Jana Nováková"])
def test_nobody_else_is_the_holder(text: str, key: Key, name: str) -> None:
    assert not read(text, key.verifiers).is_held_by(name)


def test_the_name_cannot_be_read_out_of_the_text(text: str) -> None:
    assert not any(part in text for part in NAME.split())


def test_no_flipped_bit_passes(text: str, key: Key) -> None:
    chance = Random(7)
    sound = text.encode()
    passed = []
    for _ in range(FLIPS):
        flipped = bytearray(sound)
        at, bit = chance.randrange(len(flipped)), chance.randrange(8)
        flipped[at] ^= 1 << bit
        try:
            read(flipped.decode("utf-8", "surrogateescape"), key.verifiers)
            passed.append((at, bit))
        except NotSignedError:
            pass
    assert passed == []
    assert read(sound.decode(), key.verifiers).number == NUMBER


def test_no_part_of_it_passes(text: str, key: Key) -> None:
    for end in range(len(text)):
        with pytest.raises(NotSignedError):
            read(text[:end], key.verifiers)
    for more in ("A", "==", ".", "#", "\n", " "):
        with pytest.raises(NotSignedError):
            read(text + more, key.verifiers)


@pytest.mark.parametrize(
    "foreign", ["", "x", "https://evil.example", ADDRESS, f"{ADDRESS}#", f"{ADDRESS}#.", "é#é.é"]
)
def test_what_is_no_signed_text_is_refused(foreign: str, key: Key) -> None:
    with pytest.raises(NotSignedError):
        read(foreign, key.verifiers)


def test_what_another_installation_has_signed_is_refused(certificate: Certificate, key: Key, other_key: Key) -> None:
    with pytest.raises(NotSignedError, match="another installation"):
        read(signed_address(certificate, ADDRESS, other_key), key.verifiers)


def test_another_holder_or_another_number_does_not_fit_the_signature(text: str, key: Key) -> None:
    other = text.replace(NUMBER, NUMBER.replace("01234", "01235"))
    with pytest.raises(NotSignedError, match="does not fit"):
        read(other, key.verifiers)


def test_what_an_old_key_has_signed_stays_good(certificate: Certificate, tmp_path: Path) -> None:
    file = tmp_path / "checkpoint.key"
    text = signed_address(certificate, ADDRESS, signing.opened(file))
    assert read(text, signing.changed(file).verifiers).number == NUMBER


# Paper and file


@pytest.fixture
def document(certificate: Certificate, text: str) -> bytes:
    return certificate_pdf.draw(certificate, text)


def test_the_code_is_read_from_the_page_and_holds(document: bytes, text: str, key: Key, tmp_path: Path) -> None:
    """As a telephone reads it: the page is made into a picture, at the resolution of an office printer."""
    if shutil.which("pdftoppm") is None:
        unavailable("pdftoppm", "install the package poppler-utils")
    (tmp_path / "certificate.pdf").write_bytes(document)
    subprocess.run(
        ["pdftoppm", "-r", "150", "-png", "-singlefile", "certificate.pdf", "page"], cwd=tmp_path, check=True
    )
    with Image.open(tmp_path / "page.png") as page:
        (code,) = zxingcpp.read_barcodes(page)
    assert code.text == text
    assert read(code.text, key.verifiers).is_held_by(NAME)


def test_the_code_is_of_level_m_with_modules_that_are_wide_enough(text: str) -> None:
    code = segno.make_qr(text, error="m", boost_error=False)
    assert code.error == "M"
    assert 27 / code.symbol_size(border=0)[0] >= 0.4


def test_the_document_holds_the_text_for_programs(document: bytes, text: str) -> None:
    assert signed_text_in(document) == text


def test_a_document_with_two_texts_is_refused(document: bytes, text: str) -> None:
    with pytest.raises(NotSignedError, match="more than one"):
        signed_text_in(document + text.replace("01234", "01235").encode())


# The command


@pytest.fixture
def run(operated: Callable[..., Run], tmp_path: Path) -> Run:
    """Its database is not there: nothing of this needs one."""
    return operated(f"sqlite:///{tmp_path / 'nowhere' / 'none.sqlite3'}", "certificate", "verify")


@pytest.fixture
def keys(key: Key, tmp_path: Path) -> str:
    file = tmp_path / "kodex.pub"
    file.write_text("".join(f"{each}\n" for each in key.verifiers), "utf-8")
    return str(file)


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
