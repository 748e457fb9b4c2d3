"""A certificate's QR code: what it certifies, signed, so that it can be checked without a network."""

from datetime import date
from pathlib import Path
from random import Random

import pytest
from qr_codes import ADDRESS, NAME, NUMBER

from progress.completion.certificates import Certificate
from progress.documents.certificate_signature import read, signed_address
from progress.record import signing
from progress.record.signing import Key, NotSignedError

FLIPS = 1000

LONGEST = 220
"""Letters that a code of 27 mm holds at level M with modules that a telephone reads from paper."""


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
