"""A certificate as an Open Badge (1EdTech Open Badges 3.0): a verifiable credential, signed as a JWT with EdDSA.

Its issuer is a `did:web`, whose document has the public keys. A status list, which it shares with many others, says
whether it was revoked.
"""

import base64
import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from urllib.parse import quote, urlsplit
from zoneinfo import ZoneInfo

from joserfc import jws
from joserfc.jwk import OKPKey

from progress.completion.certificates import STATUS_LIST, Certificate, words_of
from progress.documents.badge_status import encoded
from progress.record.signing import Key, Verifier

CREDENTIALS = "https://www.w3.org/ns/credentials/v2"
CONTEXT = (CREDENTIALS, "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json")
ALGORITHM = "EdDSA"
jws.JWSRegistry.algorithms[ALGORITHM].security_warning = None
"""RFC 9864 calls it Ed25519, and joserfc warns about the former name, which is the one in Open Badges 3.0."""
KEYS = "/.well-known/jwks.json"
ISSUER = "/.well-known/did.json"
METADATA = "/.well-known/jwt-vc-issuer"
LIST_HOLDS = timedelta(days=1)
"""Lifetime of a status list: an older copy could hide a revocation."""


@dataclass(frozen=True)
class Place:
    """The addresses of an installation that its badges name."""

    base: str
    zone: ZoneInfo
    """The time zone in which a certificate's last day ends."""

    @property
    def issuer(self) -> str:
        """The `did:web` of the installation at `base`."""
        return f"did:web:{quote(urlsplit(self.base).netloc, safe='')}"

    def credential(self, number: str) -> str:
        return f"{self.base}/verify/{number}"

    def status_list(self, number: int) -> str:
        return f"{self.base}/badge/status/{number}"

    def key(self, verifier: Verifier) -> str:
        return f"{self.issuer}#{verifier.id.hex()}"

    def former_status(self, number: str) -> str:
        """Address of the status list in badges from before the shared lists: each had a list of its own."""
        return f"{self.base}/badge/{number}/status.json"

    def former_key(self, verifier: Verifier) -> str:
        """Name of the key in such badges."""
        return f"{self.base}{KEYS}#{verifier.id.hex()}"


def signed(certificate: Certificate, place: Place, key: Key) -> str:
    """Return the credential as a compact JWS. The same certificate always returns the same text."""
    badge = credential(certificate, place)
    claims = {
        "iss": badge["issuer"]["id"],
        "jti": badge["id"],
        "sub": badge["credentialSubject"]["id"],
        "nbf": int(_begins(certificate).timestamp()),
        "exp": int(_ends(certificate, place.zone).timestamp()),
        **badge,
    }
    return _signed(claims, place, key)


def _signed(claims: dict[str, Any], place: Place, key: Key) -> str:
    header = {"alg": ALGORITHM, "typ": "JWT", "kid": place.key(key.verifier)}
    return jws.serialize_compact(header, _json(claims), OKPKey(key.private, key.private), algorithms=[ALGORITHM])


def credential(certificate: Certificate, place: Place) -> dict[str, Any]:
    """Return the credential in the words that were frozen with the certificate, which has to have a place in a status
    list."""
    words = words_of(certificate)
    address = place.credential(certificate.number)
    score = f"{address}#score"
    narrative = f"{words['score'][0]}: {words['score'][1]}. {words['commitment']}".strip()
    return {
        "@context": list(CONTEXT),
        "id": address,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": certificate.course_title,
        "issuer": {"id": place.issuer, "type": ["Profile"], "name": certificate.issuer, "url": place.base},
        "validFrom": _written(_begins(certificate)),
        "validUntil": _written(_ends(certificate, place.zone)),
        "awardedDate": _written(_begins(certificate)),
        "credentialSubject": {
            "id": f"{address}#holder",
            "type": ["AchievementSubject"],
            "identifier": [_holder(certificate)],
            "result": [
                {
                    "type": ["Result"],
                    "resultDescription": score,
                    "value": str(certificate.score),
                    "status": "Completed",
                }
            ],
            "achievement": {
                "id": f"{place.base}/course/{certificate.course_id}#{certificate.content_sha256}",
                "type": ["Achievement"],
                "achievementType": "CertificateOfCompletion",
                "name": certificate.course_title,
                "description": words["sentence"],
                "criteria": {"narrative": narrative},
                "version": certificate.course_version,
                "inLanguage": certificate.language,
                "resultDescription": [
                    {
                        "id": score,
                        "type": ["ResultDescription"],
                        "name": words["score"][0],
                        "resultType": "Percent",
                        "valueMin": "0",
                        "valueMax": "100",
                        "requiredValue": str(certificate.pass_mark),
                    }
                ],
            },
        },
        "credentialStatus": _status_entry(certificate, place),
    }


def _status_entry(certificate: Certificate, place: Place) -> dict[str, Any]:
    if certificate.status_index is None:
        raise ValueError("a badge needs a place in a status list")
    number, at = divmod(certificate.status_index, STATUS_LIST)
    address = place.status_list(number)
    return {
        "id": f"{address}#{at}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": str(at),
        "statusListCredential": address,
    }


def signed_status_list(number: int, revoked: Iterable[int], place: Place, key: Key, now: datetime) -> str:
    """Return the status list `number` as a compact JWS, with the bits at `revoked` set."""
    begins = now.astimezone(UTC).replace(microsecond=0)
    address = place.status_list(number)
    claims = {
        "iss": place.issuer,
        "jti": address,
        "nbf": int(begins.timestamp()),
        "exp": int((begins + LIST_HOLDS).timestamp()),
        "@context": [CREDENTIALS],
        "id": address,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": place.issuer,
        "validFrom": _written(begins),
        "validUntil": _written(begins + LIST_HOLDS),
        "credentialSubject": {
            "id": f"{address}#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": encoded(revoked),
        },
    }
    return _signed(claims, place, key)


def former_status(number: str, place: Place, *, is_revoked: bool) -> dict[str, Any]:
    """Return the list of revoked badges for a badge from before the shared lists: the badge itself, or none."""
    revoked = [{"id": place.credential(number), "revoked": True}] if is_revoked else []
    return {"id": place.former_status(number), "issuer": place.base, "revokedCredential": revoked}


def keys(verifiers: Iterable[Verifier], place: Place) -> dict[str, Any]:
    """Return all public keys as a JWK Set, each under both names that badges use: badges signed by a former key stay
    valid."""
    known = list(verifiers)
    named = [(name(each), each) for name in (place.key, place.former_key) for each in known]
    return {"keys": [{**_jwk(each), "kid": kid, "use": "sig", "alg": ALGORITHM} for kid, each in named]}


def issuer(verifiers: Sequence[Verifier], place: Place) -> dict[str, Any]:
    """Return the document of the issuer's `did:web`, the current key first."""
    methods = [
        {
            "id": place.key(each),
            "type": "JsonWebKey2020",
            "controller": place.issuer,
            "publicKeyJwk": _jwk(each),
        }
        for each in reversed(verifiers)
    ]
    return {
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/suites/jws-2020/v1"],
        "id": place.issuer,
        "verificationMethod": methods,
        "assertionMethod": [each["id"] for each in methods],
    }


def metadata(place: Place) -> dict[str, Any]:
    """Return the metadata of the issuer at `base`, with the address of its keys, for verifiers that do not know
    `did:web`."""
    return {"issuer": place.base, "jwks_uri": f"{place.base}{KEYS}"}


def _jwk(verifier: Verifier) -> dict[str, Any]:
    return {"kty": "OKP", "crv": "Ed25519", "x": _part(verifier.public)}


def _json(data: dict[str, Any]) -> bytes:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()


def _part(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _holder(certificate: Certificate) -> dict[str, Any]:
    """Return the salted hash of the name: a verifier can compare a name with it, and cannot read one from it."""
    hashed = hashlib.sha256((certificate.name + certificate.number).encode()).hexdigest()
    return {
        "type": "IdentityObject",
        "hashed": True,
        "identityHash": f"sha256${hashed}",
        "identityType": "ext:name",
        "salt": certificate.number,
    }


def _begins(certificate: Certificate) -> datetime:
    return certificate.issued_at.astimezone(UTC).replace(microsecond=0)


def _ends(certificate: Certificate, zone: ZoneInfo) -> datetime:
    """Return the last second of the certificate's last day, in the company's time zone."""
    next_day = datetime.combine(certificate.valid_until + timedelta(days=1), time.min, zone)
    return next_day.astimezone(UTC) - timedelta(seconds=1)


def _written(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
