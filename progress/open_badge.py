"""A certificate as an Open Badge (1EdTech Open Badges 3.0): a verifiable credential, signed as a JWT with EdDSA."""

import base64
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from progress.certificates import Certificate, printed_words
from signing import Key, Verifier

CONTEXT = ("https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json")
ALGORITHM = "EdDSA"
KEYS = "/.well-known/jwks.json"


@dataclass(frozen=True)
class Place:
    """The addresses of an installation that its badges name."""

    base: str
    zone: ZoneInfo
    """In which a certificate's last day ends."""

    def credential(self, number: str) -> str:
        return f"{self.base}/verify/{number}"

    def status(self, number: str) -> str:
        """A list of its own for each badge: one of all would tell numbers that are nobody else's to know."""
        return f"{self.base}/badge/{number}/status.json"

    def key(self, verifier: Verifier) -> str:
        return f"{self.base}{KEYS}#{verifier.id.hex()}"


def signed(certificate: Certificate, place: Place, key: Key) -> str:
    """The credential as a compact JWS. The same certificate gives the same text."""
    badge = credential(certificate, place)
    claims = {
        "iss": badge["issuer"]["id"],
        "jti": badge["id"],
        "sub": badge["credentialSubject"]["id"],
        "nbf": int(_begins(certificate).timestamp()),
        "exp": int(_ends(certificate, place.zone).timestamp()),
        **badge,
    }
    header = {"alg": ALGORITHM, "typ": "JWT", "kid": place.key(key.verifier)}
    # RFC 7515 and 8037, in a line each; libraries that could do it warn of the name that Open Badges know it by.
    signing_input = f"{_part(_json(header))}.{_part(_json(claims))}"
    return f"{signing_input}.{_part(key.sign(signing_input.encode()))}"


def credential(certificate: Certificate, place: Place) -> dict[str, Any]:
    """What is signed, in the words that were frozen with the certificate."""
    words = json.loads(certificate.printed) if certificate.printed else printed_words(certificate)
    address = place.credential(certificate.number)
    score = f"{address}#score"
    narrative = f"{words['score'][0]}: {words['score'][1]}. {words['commitment']}".strip()
    return {
        "@context": list(CONTEXT),
        "id": address,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": certificate.course_title,
        "issuer": {"id": place.base, "type": ["Profile"], "name": certificate.issuer, "url": place.base},
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
        "credentialStatus": {"id": place.status(certificate.number), "type": "1EdTechRevocationList"},
    }


def status(number: str, place: Place, *, is_revoked: bool) -> dict[str, Any]:
    """The list of revoked badges that one badge names: itself, or nothing."""
    revoked = [{"id": place.credential(number), "revoked": True}] if is_revoked else []
    return {"id": place.status(number), "issuer": place.base, "revokedCredential": revoked}


def keys(verifiers: Iterable[Verifier], place: Place) -> dict[str, Any]:
    """All public keys, as a JWK Set: what an old one has signed stays good."""
    return {"keys": [_jwk(each, place) for each in verifiers]}


def _jwk(verifier: Verifier, place: Place) -> dict[str, Any]:
    return {
        "kty": "OKP",
        "crv": "Ed25519",
        "x": _part(verifier.public),
        "kid": place.key(verifier),
        "use": "sig",
        "alg": ALGORITHM,
    }


def _json(data: dict[str, Any]) -> bytes:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()


def _part(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _holder(certificate: Certificate) -> dict[str, Any]:
    """Whoever has the badge can check a name against it, and read none out of it."""
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
    """The last second of its last day, where the company is."""
    next_day = datetime.combine(certificate.valid_until + timedelta(days=1), time.min, zone)
    return next_day.astimezone(UTC) - timedelta(seconds=1)


def _written(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
