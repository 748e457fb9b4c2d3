"""A badge's signature, by JWT libraries that are not ours."""

import json
from pathlib import Path
from random import Random

import jwt
import pytest
from badge_of_one import ADDRESS, NUMBER, decoded
from joserfc import jws
from joserfc.jwk import KeySet

from progress.completion.certificates import Certificate
from progress.documents.open_badge import Place, former_status, keys, signed
from progress.record import signing
from progress.record.signing import Key


@pytest.mark.filterwarnings("ignore:EdDSA is deprecated")
def test_a_second_library_verifies_it(certificate: Certificate, place: Place, key: Key) -> None:
    """The first one is PyJWT, in every other test."""
    text = signed(certificate, place, key)
    found = jws.deserialize_compact(
        text.encode(), KeySet.import_key_set(keys(key.verifiers, place)), algorithms=["EdDSA"]
    )
    assert json.loads(found.payload)["id"] == ADDRESS


def test_no_altered_badge_passes(certificate: Certificate, place: Place, key: Key) -> None:
    chance, text, jwks = Random(11), signed(certificate, place, key), keys(key.verifiers, place)
    for _ in range(200):
        at = chance.randrange(len(text) - 1)  # the last letter has bits that mean nothing
        other = chance.choice([letter for letter in "ABCDabcd0123" if letter != text[at]])
        with pytest.raises((jwt.InvalidTokenError, KeyError)):
            decoded(f"{text[:at]}{other}{text[at + 1 :]}", jwks)
    assert decoded(text, jwks)["id"] == ADDRESS


def test_a_key_of_another_installation_does_not_verify_it(
    certificate: Certificate, place: Place, key: Key, tmp_path: Path
) -> None:
    other = signing.opened(tmp_path / "other.key")
    forged = keys(other.verifiers, place)
    forged["keys"][0]["kid"] = place.key(key.verifier)
    with pytest.raises(jwt.InvalidSignatureError):
        decoded(signed(certificate, place, key), forged)


def test_what_an_old_key_has_signed_stays_good(certificate: Certificate, place: Place, tmp_path: Path) -> None:
    file = tmp_path / "checkpoint.key"
    text = signed(certificate, place, signing.opened(file))
    assert decoded(text, keys(signing.changed(file).verifiers, place))["id"] == ADDRESS


def test_the_public_keys_hold_nothing_private(key: Key, place: Place) -> None:
    assert all(set(each) == {"kty", "crv", "x", "kid", "use", "alg"} for each in keys(key.verifiers, place)["keys"])


def test_a_status_from_before_there_were_lists_names_one_badge_alone(place: Place) -> None:
    assert former_status(NUMBER, place, is_revoked=False)["revokedCredential"] == []
    assert former_status(NUMBER, place, is_revoked=True)["revokedCredential"] == [{"id": ADDRESS, "revoked": True}]


def test_a_badge_from_before_there_was_a_did_still_finds_its_key(key: Key, place: Place) -> None:
    named = {each["kid"]: each["x"] for each in keys(key.verifiers, place)["keys"]}
    former = f"https://kodex.example.com/.well-known/jwks.json#{key.verifier.id.hex()}"
    assert named[former] == named[place.key(key.verifier)]
