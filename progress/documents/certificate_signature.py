"""The text in a certificate's QR code: the address to check it at, and the facts it certifies, signed. The public key
is enough to check them without a network."""

import base64
import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain

from lessons.model import canonical
from progress.completion.certificates import Certificate, decoded, number_in
from progress.record.signing import Key, NotSignedError, Verifier
from words import sentence

_PURPOSE = b"kodex certificate 1\n"
"""Begins every signed text, so that a signature made for another purpose is not accepted here, nor the other way
round."""
_VERSION = 1
_KEY = slice(1, 5)
_FROM = slice(5, 8)
_UNTIL = slice(8, 11)
_HOLDER = slice(11, 27)
_COURSE_LENGTH = 27
_COURSE = 28
_SIGNED = re.compile(
    rb"https?://(?:(?!https?://)[^\s<>\"#])+/verify/[^\s<>\"#/]+#[\w-]+\.[\w-]+", re.ASCII | re.IGNORECASE
)
"""The innermost address, if it was wrapped in others."""


@dataclass(frozen=True)
class SignedCertificate:
    """The facts in a text whose signature is good."""

    address: str
    number: str
    course_id: str
    course_version: str
    valid_from: date
    valid_until: date
    holder: bytes
    verifier: Verifier

    def is_held_by(self, name: str) -> bool:
        """True if `name` is the holder's, whatever its letter case, spacing and invisible characters. Texts signed
        before these were ignored contain the name as it was written."""
        return self.holder in {_holder(self.number, each) for each in (name, _seen(name))}


def signed_address(certificate: Certificate, address: str, key: Key) -> str:
    """Return `address`, which ends with the certificate's number, with the certified facts as its fragment. Browsers
    do not send fragments. The same key always returns the same text."""
    course = certificate.course_id.encode()
    fields = b"".join(
        (
            bytes([_VERSION]),
            key.verifier.id,
            certificate.valid_from.toordinal().to_bytes(3),
            certificate.valid_until.toordinal().to_bytes(3),
            _holder(certificate.number, _seen(certificate.name)),
            bytes([len(course)]),
            course,
            certificate.course_version.encode(),
        )
    )
    text = f"{address}#{_written(fields)}"
    return f"{text}.{_written(key.sign(_PURPOSE + text.encode()))}"


def read(text: str, verifiers: Iterable[Verifier]) -> SignedCertificate:
    """Return the facts that the text certifies; raises `NotSignedError` if none of `verifiers` has signed it as it
    is."""
    said, dot, signature = text.rpartition(".")
    address, hash_sign, fragment = said.partition("#")
    number = number_in(address.rpartition("/verify/")[2])
    if not dot or not hash_sign or number is None:
        raise NotSignedError(sentence("it is not the text of a certificate’s QR code, or it is cut off"))
    fields, bare_signature = _bytes(fragment), _bytes(signature)
    if len(fields) <= _COURSE or fields[0] != _VERSION:
        raise NotSignedError(sentence("it is cut off, or it was altered"))
    known = {each.id: each for each in verifiers}
    verifier = known.get(fields[_KEY])
    if verifier is None:
        raise NotSignedError(sentence("it is signed by a key of another installation, or it was altered"))
    if not verifier.has_signed(_PURPOSE + said.encode("utf-8", "surrogateescape"), bare_signature):
        raise NotSignedError(sentence("its signature does not fit: it was forged or altered, or it is cut off"))
    course_end = _COURSE + fields[_COURSE_LENGTH]
    return SignedCertificate(
        address,
        number,
        fields[_COURSE:course_end].decode(),
        fields[course_end:].decode(),
        date.fromordinal(int.from_bytes(fields[_FROM])),
        date.fromordinal(int.from_bytes(fields[_UNTIL])),
        fields[_HOLDER],
        verifier,
    )


def read_as_sent(text: str, verifiers: Sequence[Verifier]) -> SignedCertificate:
    """Return the facts certified in `text`, however people and mail filters deliver it: in a sentence, broken over
    lines, percent-encoded, or wrapped in another address. Raises `NotSignedError` as `read` does."""
    faults = []
    for each in (text.strip(), *_signed_texts(text)):
        try:
            return read(each, verifiers)
        except NotSignedError as error:
            faults.append(error)
    raise faults[-1]


def _signed_texts(text: str) -> Iterator[str]:
    """Yield the texts as they may have been before they were sent."""
    plain = decoded(text)
    in_one_line = _seen("".join(plain.split()))
    for found in chain.from_iterable(_SIGNED.finditer(each.encode()) for each in (plain, in_one_line)):
        sent = found.group().decode()
        yield sent
        address, _, fragment = sent.partition("#")
        base, _, number = address.rpartition("/")
        yield f"{base.lower()}/{number_in(number) or number}#{fragment}"


def signed_text_in(file: bytes) -> str:
    """Return the signed text in a certificate's PDF, where it is one of the keywords, or in a text file. Raises
    `NotSignedError` if there is none, or more than one."""
    found = {each.group().decode() for each in _SIGNED.finditer(file)}
    if not found:
        raise NotSignedError(sentence("there is no signed text in it; scan the QR code and give its text"))
    if len(found) > 1:
        raise NotSignedError(sentence("there is more than one signed text in it"))
    return found.pop()


def _holder(number: str, name: str) -> bytes:
    """Return the hash of the name that is signed: the name itself is printed next to the code, and a code has no room
    for the longest ones."""
    plain = " ".join(unicodedata.normalize("NFKC", name).casefold().split())
    return hashlib.sha256(canonical([number, plain]).encode()).digest()[:16]


def _seen(name: str) -> str:
    """Return the text without invisible characters, such as the joiners of Persian, which some keyboards lack."""
    return "".join(each for each in name if unicodedata.category(each) != "Cf")


def _written(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _bytes(written: str) -> bytes:
    """Return the bytes; empty if the text is not exactly as `_written` writes it."""
    try:
        data = base64.urlsafe_b64decode(written + "=" * (-len(written) % 4))
    except ValueError:
        return b""
    return data if _written(data) == written else b""
