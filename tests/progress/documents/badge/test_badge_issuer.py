"""The issuer of badges, over HTTP and before."""

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from badge_of_one import decoded
from revoking import revoke_on
from serving import Server

from people.access import Role
from progress.documents import open_badge
from progress.documents.open_badge import Place, issuer
from progress.record import signing
from progress.record.signing import Key

# The issuer


@pytest.mark.parametrize(
    ("base", "did"),
    [
        ("https://kodex.example.com", "did:web:kodex.example.com"),
        ("https://kodex.example.com:8443", "did:web:kodex.example.com%3A8443"),
    ],
)
def test_the_issuer_is_a_did_of_its_address(base: str, did: str, key: Key, zone: ZoneInfo) -> None:
    document = issuer(key.verifiers, Place(base, zone))
    assert document["id"] == did
    assert [each["id"] for each in document["verificationMethod"]] == document["assertionMethod"]
    assert document["assertionMethod"][0] == f"{did}#{key.verifier.id.hex()}"


def test_the_key_that_signs_now_is_the_first_of_the_issuers(place: Place, tmp_path: Path) -> None:
    file = tmp_path / "checkpoint.key"
    signing.opened(file)
    now = signing.changed(file)
    named = issuer(now.verifiers, place)["assertionMethod"]
    assert named[0] == place.key(now.verifier)
    assert len(named) == 2


# Over HTTP


def test_a_learner_downloads_a_badge_that_anybody_can_verify(server: Server) -> None:
    holder = server.newcomer("Žofie Řehořová")
    number = server.study.certify(holder).certificate_no
    with server.client(holder) as client:
        answer = client.get(f"/badge/{number}.jwt")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("application/vc+jwt")
    with server.client() as anybody:
        jwks = anybody.get(open_badge.KEYS).json()
        claims = decoded(answer.text, jwks)
        assert claims["jti"] == f"{server.url}/verify/{number}"
        told = anybody.get(f"/badge/{number}/status.json").json()
        assert anybody.get(claims["id"], headers={"Accept": "text/html"}).status_code == 200
    assert told == {"id": f"{server.url}/badge/{number}/status.json", "issuer": server.url, "revokedCredential": []}


def test_a_revoked_badge_is_listed_and_given_to_nobody(server: Server) -> None:
    holder = server.newcomer("Revoked Badge")
    number = server.study.certify(holder).certificate_no
    revoke_on(server, holder)
    with server.client(holder) as client:
        assert client.get(f"/badge/{number}.jwt").status_code == 410
        (listed,) = client.get(f"/badge/{number}/status.json").json()["revokedCredential"]
    assert listed == {"id": f"{server.url}/verify/{number}", "revoked": True}


def test_a_badge_is_for_those_who_may_have_its_document(server: Server) -> None:
    holder, stranger = server.newcomer("Holder of a badge"), server.newcomer("Stranger")
    number = server.study.certify(holder).certificate_no
    with server.client(stranger) as client:
        assert client.get(f"/badge/{number}.jwt").status_code == 404
    with server.client() as nobody:
        assert nobody.get(f"/badge/{number}.jwt").status_code == 401
    with server.client(server.cast(Role.HR)) as client:
        assert client.get(f"/badge/{number}.jwt").status_code == 200


@pytest.mark.parametrize("asked", ["x", "KX-00000-00000-00000-00000-000000", "..%2f..%2fetc"])
def test_a_badge_that_there_is_not_has_no_status(server: Server, asked: str) -> None:
    with server.client() as client:
        assert client.get(f"/badge/{asked}/status.json").status_code in {401, 404}
