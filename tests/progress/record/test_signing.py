"""The key of the record and what it signs: made once, kept from others, changed without losing what it signed."""

import base64
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from progress.record import signing
from progress.record.signing import NotSignedError, UnusableKeyError

TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
PUBLISHED_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PUBLISHED_SIGNATURE = "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
PUBLISHED_NOTE = f"{TEXT}\n— PeterNeumann {PUBLISHED_SIGNATURE}\n"
"""The example that the signed notes of Go's checksum database document."""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "keys" / "checkpoint.key"


def refused(path: Path) -> str:
    with pytest.raises(UnusableKeyError) as caught:
        signing.opened(path)
    return str(caught.value)


def test_a_published_note_is_read() -> None:
    known = signing.verifier(PUBLISHED_KEY)
    assert str(known) == PUBLISHED_KEY
    assert signing.opened_note(PUBLISHED_NOTE, [known]) == (TEXT, known)


def test_the_key_is_made_at_its_first_use_and_stays(path: Path) -> None:
    key = signing.opened(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert signing.public_file(path).read_text() == f"{key.verifier}\n"
    assert signing.opened(path).verifier == key.verifier


def test_of_many_that_start_at_once_all_have_one_key(path: Path) -> None:
    with ThreadPoolExecutor(8) as together:
        keys = list(together.map(lambda _: signing.opened(path), range(24)))
    assert len({key.verifier for key in keys}) == 1


def test_what_an_earlier_key_has_signed_stays_good(path: Path) -> None:
    old = signing.opened(path)
    note = signing.signed("one\n", old)
    new = signing.changed(path)
    assert new.verifier != old.verifier
    assert (new.verifier.name, new.verifiers) == (old.verifier.name, (old.verifier, new.verifier))
    assert signing.opened_note(note, new.verifiers) == ("one\n", old.verifier)
    with pytest.raises(NotSignedError, match="not of a key of this installation"):
        signing.opened_note(signing.signed("two\n", new), old.verifiers)


def test_a_lost_key_is_changed_for_a_new_one_of_the_same_installation(path: Path) -> None:
    old = signing.opened(path)
    path.unlink()
    assert "is gone" in refused(path)
    assert signing.changed(path).verifier.name == old.verifier.name


@pytest.mark.parametrize("where", range(0, len(PUBLISHED_NOTE), 7))
def test_a_note_with_one_letter_changed_is_refused(where: int) -> None:
    letter = "B" if PUBLISHED_NOTE[where] == "A" else "A"
    with pytest.raises(NotSignedError):
        signing.opened_note(
            PUBLISHED_NOTE[:where] + letter + PUBLISHED_NOTE[where + 1 :], [signing.verifier(PUBLISHED_KEY)]
        )


@pytest.mark.parametrize("last", ["N", "O", "P"])
def test_a_signature_that_is_written_in_another_way_is_refused(last: str) -> None:
    """The bits of its last letter that are no part of the bytes are set."""
    again = PUBLISHED_SIGNATURE.removesuffix("M=") + f"{last}="
    assert base64.b64decode(again, validate=True) == base64.b64decode(PUBLISHED_SIGNATURE)
    with pytest.raises(NotSignedError):
        signing.opened_note(PUBLISHED_NOTE.replace(PUBLISHED_SIGNATURE, again), [signing.verifier(PUBLISHED_KEY)])


def test_a_note_of_another_installation_says_whose_it_is(path: Path) -> None:
    with pytest.raises(NotSignedError, match="another installation, “PeterNeumann”"):
        signing.opened_note(PUBLISHED_NOTE, signing.opened(path).verifiers)


@pytest.mark.parametrize(
    "text", ["", "no signature\n", "\n\n", "text\n\n— a\n", "text\n\n— a b c d\n", "text\n\n— a %%%\n"]
)
def test_what_is_no_note_is_refused(text: str, path: Path) -> None:
    with pytest.raises(NotSignedError):
        signing.opened_note(text, signing.opened(path).verifiers)


@pytest.mark.parametrize(
    "line", ["", "a", "a+b", "a+00000000+AQ==", PUBLISHED_KEY.replace("c74f", "c74e"), PUBLISHED_KEY + "="]
)
def test_what_is_no_public_key_is_refused(line: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - any will do
        signing.verifier(line)


def test_a_key_that_others_can_read_is_refused(path: Path) -> None:
    signing.opened(path)
    path.chmod(0o640)
    assert "chmod 600" in refused(path)


def test_what_is_no_key_is_refused(path: Path) -> None:
    signing.opened(path)
    path.write_text("no key")
    assert "holds no key" in refused(path)
    other = generate_private_key(SECP256R1())
    path.write_bytes(other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    assert "not an Ed25519 key" in refused(path)


def test_halves_that_do_not_belong_together_are_refused(path: Path, tmp_path: Path) -> None:
    signing.opened(path)
    other = tmp_path / "other.key"
    signing.opened(other)
    other.replace(path)
    assert "do not belong together" in refused(path)


def test_public_keys_that_are_missing_or_spoilt_are_named(path: Path) -> None:
    signing.opened(path)
    signing.public_file(path).write_text("spoilt\n")
    assert "holds no public keys" in refused(path)
    signing.public_file(path).write_text("")
    assert "holds no public keys" in refused(path)
    signing.public_file(path).unlink()
    assert "there is no file" in refused(path)


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    assert "cannot be written" in refused(tmp_path / "file" / "checkpoint.key")
