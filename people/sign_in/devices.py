"""Devices: browsers in which somebody has signed in by password before, recognised by a cookie for that person alone.

The cookie opens nothing. But attempts from such a browser are counted apart from those of strangers, whose guesses at
the same account do not make it wait.
"""

import hmac
import secrets

from people import tokens


def new(person_key: str, secret: bytes) -> str:
    """Return a cookie's value: a random id, and a signature that binds it to the person."""
    device = secrets.token_urlsafe(16)
    return f"{device}.{_signature(device, person_key, secret)}"


def known(held: str, person_key: str, secret: bytes) -> str | None:
    """Return the id of the device whose cookie this is; None if it was not made for this person."""
    device, _, signature = held.partition(".")
    is_theirs = hmac.compare_digest(signature.encode(), _signature(device, person_key, secret).encode())
    return device if is_theirs else None


def _signature(device: str, person_key: str, secret: bytes) -> str:
    return tokens.hashed(f"device {person_key} {device}", secret)
