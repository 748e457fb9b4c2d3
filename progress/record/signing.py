"""The key that signs for the record, a file outside the database, and texts signed with it (C2SP signed notes)."""

import base64
import binascii
import fcntl
import hashlib
import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from words import SaidError, sentence

ED25519 = b"\x01"
"""How C2SP writes the kind of a key."""
DASH = "\N{EM DASH}"
OWNER_ALONE = 0o600


class UnusableKeyError(SaidError):
    """The key cannot be used; the reason says what to do."""


class NotSignedError(SaidError):
    """The text bears no signature of a trusted key."""


@dataclass(frozen=True)
class Verifier:
    """A public key. `name` is the installation that it signs for, and stays when the key is changed for a new one."""

    name: str
    public: bytes
    """32 bytes."""

    @property
    def id(self) -> bytes:
        """Four bytes that stand before each signature (C2SP signed-note)."""
        return hashlib.sha256(f"{self.name}\n".encode() + ED25519 + self.public).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(ED25519 + self.public).decode()}"

    @property
    def mark(self) -> str:
        """What each line with a signature of it begins with: the name, and of the id what fills whole letters."""
        return f"{DASH} {self.name} {base64.b64encode(self.id).decode()[:5]}"

    def has_signed(self, text: bytes, signature: bytes) -> bool:
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True)
class Key:
    """What signs now, and all that has signed before it: an old signature stays good."""

    private: Ed25519PrivateKey
    verifier: Verifier
    """The public half of `private`."""
    verifiers: tuple[Verifier, ...]

    def sign(self, text: bytes) -> bytes:
        """64 bytes."""
        return self.private.sign(text)


# Files


def public_file(path: Path) -> Path:
    """Where the public keys stand, a line each: what an auditor gets, once, by a way that they trust."""
    return path.with_name(f"{path.name}.pub")


def opened(path: Path) -> Key:
    """The key in `path`, made there at its first use."""
    with _alone(path):
        if not path.exists() and not public_file(path).exists():
            _make(path, f"kodex-{secrets.token_hex(6)}", ())
    private = _private(path)
    known = verifiers_in(public_file(path))
    own = [each for each in known if each.public == _public(private)]
    if not own:
        raise UnusableKeyError(
            sentence(
                "The key {file} and the public keys in {public} do not belong together. "
                "Put back the pair from your copy.",
                file=str(path),
                public=str(public_file(path)),
            )
        )
    return Key(private, own[0], known)


def changed(path: Path) -> Key:
    """A new key in the place of the old one, which is gone; its public half stays for what it has signed."""
    known = verifiers_in(public_file(path))
    with _alone(path):
        _make(path, known[-1].name, known)
    return opened(path)


def verifiers_in(path: Path) -> tuple[Verifier, ...]:
    """The public keys of a file, the oldest first."""
    try:
        lines = path.read_text("utf-8").split("\n")
        known = tuple(verifier(line.strip()) for line in lines if line.strip())
    except FileNotFoundError:
        raise UnusableKeyError(
            sentence("The public keys are missing: there is no file {file}.", file=str(path))
        ) from None
    except (OSError, ValueError) as error:
        raise UnusableKeyError(sentence("The file {file} holds no public keys.", file=str(path))) from error
    if not known:
        raise UnusableKeyError(sentence("The file {file} holds no public keys.", file=str(path)))
    return known


def as_lines(verifiers: Iterable[Verifier]) -> str:
    """What such a file holds."""
    return "".join(f"{each}\n" for each in verifiers)


def verifier(line: str) -> Verifier:
    """A public key as C2SP writes it, `name+id+key`; raises `ValueError` where it is none."""
    name, _, key = line.split("+", 2)
    try:
        raw = base64.b64decode(key, validate=True)
    except binascii.Error as error:
        raise ValueError(line) from error
    read = Verifier(name, raw[1:])
    if not name or raw[:1] != ED25519 or len(read.public) != 32 or str(read) != line:
        raise ValueError(line)
    return read


def _private(path: Path) -> Ed25519PrivateKey:
    try:
        mode = path.stat().st_mode & 0o777
        private = load_pem_private_key(path.read_bytes(), None)
    except FileNotFoundError:
        raise UnusableKeyError(
            sentence(
                "The key {file} is gone, and its public half is there. Put it back from your copy, or make a new one "
                "with “manage.py record new-key”.",
                file=str(path),
            )
        ) from None
    except (OSError, ValueError, TypeError) as error:
        raise UnusableKeyError(sentence("The file {file} holds no key that can be read.", file=str(path))) from error
    if not isinstance(private, Ed25519PrivateKey):
        raise UnusableKeyError(sentence("The key {file} is not an Ed25519 key.", file=str(path)))
    if mode & ~OWNER_ALONE:
        raise UnusableKeyError(
            sentence(
                "The key {file} can be read by others (mode {mode}). Run “chmod 600 {file}”, and if others may have "
                "read it, “manage.py record new-key”.",
                file=str(path),
                mode=f"{mode:o}",
            )
        )
    return private


def _public(private: Ed25519PrivateKey) -> bytes:
    return private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def _make(path: Path, name: str, before: Iterable[Verifier]) -> None:
    """Writes the public half first: one that has signed nothing does no harm, a signature nobody can check does."""
    private = Ed25519PrivateKey.generate()
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    known = as_lines((*before, Verifier(name, _public(private))))
    try:
        _replace(public_file(path), known.encode(), 0o644)
        _replace(path, pem, OWNER_ALONE)
    except OSError as error:
        raise _unwritable(path, error) from error


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Of several processes that start at once, one makes the key."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        folder = os.open(path.parent, os.O_RDONLY)
    except OSError as error:
        raise _unwritable(path, error) from error
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def _unwritable(path: Path, error: OSError) -> UnusableKeyError:
    reason = error.strerror or ""
    return UnusableKeyError(sentence("The key {file} cannot be written: {reason}", file=str(path), reason=reason))


def _replace(path: Path, data: bytes, mode: int) -> None:
    """The whole new file or the old one, whenever the machine stops."""
    unfinished = path.with_name(f".{path.name}.part")
    unfinished.unlink(missing_ok=True)
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)


# Signed notes


def signed(text: str, key: Key) -> str:
    """`text`, whole lines, with the signature below it."""
    if not text.endswith("\n"):
        raise ValueError("a signed text ends with a line's end")
    signature = base64.b64encode(key.verifier.id + key.sign(text.encode())).decode()
    return f"{text}\n{DASH} {key.verifier.name} {signature}\n"


def opened_note(note: str, verifiers: Iterable[Verifier]) -> tuple[str, Verifier]:
    """The text of a signed note, and who has signed it; raises where none of `verifiers` has."""
    text, gap, below = note.rpartition("\n\n")
    if not gap or not note.endswith("\n"):
        raise NotSignedError(sentence("this is no signed text"))
    text += "\n"
    signatures = [_signature(line) for line in below.removesuffix("\n").split("\n")]
    by_name = {(each.name, each.id): each for each in verifiers}
    for name, signature in signatures:
        known = by_name.get((name, signature[:4]))
        if known and known.has_signed(text.encode(), signature[4:]):
            return text, known
    names = [name for name, _ in signatures]
    if set(names).isdisjoint(name for name, _ in by_name):
        raise NotSignedError(
            sentence(
                "it is signed by another installation, “{name}”; this one is “{own}”",
                name=names[0],
                own=", ".join(sorted({name for name, _ in by_name})),
            )
        )
    raise NotSignedError(sentence("its signature is not of a key of this installation, or it was altered"))


def _signature(line: str) -> tuple[str, bytes]:
    """Whose it is, and the key's id with the signature."""
    try:
        dash, name, signature = line.split(" ")
        raw = base64.b64decode(signature, validate=True)
    except ValueError as error:
        raise NotSignedError(sentence("this is no signed text")) from error
    # The same bytes can be written with other spare bits in the last letter (RFC 4648, 3.5); one way is ours.
    if dash != DASH or base64.b64encode(raw).decode() != signature:
        raise NotSignedError(sentence("this is no signed text"))
    return name, raw
