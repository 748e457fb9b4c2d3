"""One certificate as a badge, read by a library that is not ours."""

from typing import Any

import jwt

NUMBER = "KX-01234-56789-ABCDE-FGHJK-MNPQRS"

ADDRESS = f"https://kodex.example.com/verify/{NUMBER}"

NAME = "Žofie Řehořová-Ďásková"

NO_CLOCK = {"verify_exp": False, "verify_nbf": False}


def decoded(text: str, jwks: dict[str, Any]) -> dict[str, Any]:
    """By PyJWT, with the key that the badge names."""
    named = jwt.get_unverified_header(text)["kid"]
    found = jwt.PyJWKSet.from_dict(jwks)[named]
    claims: dict[str, Any] = jwt.decode(text, found, algorithms=["EdDSA"], options=NO_CLOCK)
    return claims
