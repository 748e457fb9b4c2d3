"""Tokens that one browser or one letter holds, and the keyed hashes by which the database knows them."""

import hashlib
import hmac
import secrets


def new() -> str:
    return secrets.token_urlsafe(32)


def hashed(token: str, secret: bytes) -> str:
    """Keyed, so that a copy of the database alone does not even allow a guess to be checked."""
    return hmac.new(secret, token.encode(), hashlib.sha256).hexdigest()
