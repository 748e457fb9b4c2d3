"""Tokens for one browser or one letter, and the keyed hashes that the database stores of them."""

import hashlib
import hmac
import secrets


def new() -> str:
    return secrets.token_urlsafe(32)


def hashed(token: str, secret: bytes) -> str:
    """Return a keyed hash: with a copy of the database alone not even a guess can be checked."""
    return hmac.new(secret, token.encode(), hashlib.sha256).hexdigest()
