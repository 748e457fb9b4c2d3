"""Browsers in which somebody has signed in by password before: each is known by what it holds, for that person alone.

It opens nothing. But whoever shows it does not stand in line behind the strangers who guess at the same account, and
is counted apart from them.
"""

import hmac
import secrets

from people import tokens


def new(person_key: str, secret: bytes) -> str:
    """What a browser is given to keep: a random id, and a signature that binds it to the person."""
    device = secrets.token_urlsafe(16)
    return f"{device}.{_signature(device, person_key, secret)}"


def known(held: str, person_key: str, secret: bytes) -> str | None:
    """The id of the device that holds this, when it was given to it for this person."""
    device, _, signature = held.partition(".")
    is_theirs = hmac.compare_digest(signature.encode(), _signature(device, person_key, secret).encode())
    return device if is_theirs else None


def _signature(device: str, person_key: str, secret: bytes) -> str:
    return tokens.hashed(f"device {person_key} {device}", secret)
