"""Forged and faulty tokens sign nobody in, and the keys that tell."""

from dataclasses import replace

import pytest
from joserfc.jwk import RSAKey
from providing import FORGED, Provider, Says, come_back, said_in, sessions_of, verified
from serving import Server


@pytest.mark.parametrize("forged", FORGED)
def test_each_failure_signs_nobody_in_and_says_why(kodex: Server, provider: Provider, forged: str) -> None:
    says, sentence = FORGED[forged]
    who = kodex.newcomer("Zdeňka Zkoušená")
    with kodex.client(headers={"Accept-Language": "en"}) as client:
        client.get("/sign-in/start")  # the provider's addresses are known from then on
        provider.says = replace(says, claims=verified(who))
        assert sentence in said_in(come_back(client, "/team"))
        assert client.get("/").status_code == 401
    assert sessions_of(kodex.database, who.key) == 0


@pytest.mark.parametrize("says", [Says(clock=59), Says(clock=-59, lifetime=1), Says(clock=-300)])
def test_clocks_may_differ_a_little_and_a_token_may_be_old_but_valid(
    kodex: Server, provider: Provider, says: Says
) -> None:
    """Entra ID dates its tokens five minutes back."""
    provider.says = replace(says, claims=verified(kodex.newcomer("Vanda Vpuštěná")))
    with kodex.client() as client:
        assert come_back(client).status_code == 303


UNUSABLE = [
    {"kty": "AKP", "alg": "ML-DSA-44", "kid": "pq", "pub": "x"},
    {"kty": "EC", "crv": "P-999", "kid": "curve", "x": "x", "y": "y"},
    {"kty": "OKP", "crv": "X25519", "kid": "exchange", "x": "VTVTVTVTVTVTVTVTVTVTVTVTVTVTVTVTVTVTVTVTVTU"},
    {"kty": "RSA", "kid": "one"},
    {"kty": "RSA", "kid": "one", "n": "!", "e": "AQAB"},
    {"kty": "RSA", "kid": "one", "n": 7, "e": None},
    {"kty": "oct", "kid": "one"},
    {"kid": "one"},
    "no key",
    None,
]


@pytest.mark.parametrize("unusable", UNUSABLE)
def test_a_key_that_cannot_be_used_does_not_spoil_the_others(
    kodex: Server, provider: Provider, unusable: object
) -> None:
    provider.says = Says(claims=verified(kodex.newcomer("Vanda Vpuštěná")), beside_key=[unusable])
    with kodex.client() as client:
        assert come_back(client).status_code == 303


@pytest.mark.parametrize("algorithm", ["Ed25519", "EdDSA"])
@pytest.mark.parametrize("published", ["Ed25519", "EdDSA", None])
def test_a_signature_by_edwards_curve_is_read_under_both_names(
    kodex: Server, provider: Provider, algorithm: str, published: str | None
) -> None:
    who = verified(kodex.newcomer("Vanda Vpuštěná"))
    provider.says = Says(claims=who, algorithm=algorithm, published_algorithm=published)
    with kodex.client() as client:
        assert come_back(client).status_code == 303


def test_keys_that_the_provider_has_exchanged_are_fetched_anew(kodex: Server, provider: Provider) -> None:
    provider.says = Says(claims=verified(kodex.newcomer("Vanda Vpuštěná")))
    with kodex.client() as client:
        assert come_back(client).status_code == 303
        before = provider.key
        provider.key = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
        assert come_back(client).status_code == 303
        provider.key = before
        assert come_back(client).status_code == 303
