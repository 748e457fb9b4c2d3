"""PATCH requests, and what came of them."""

from itertools import count
from typing import Any

import httpx

_numbers = count(1)


def number() -> str:
    return f"change-{next(_numbers)}"


def address_of(document: dict[str, Any]) -> str | None:
    emails = document.get("emails", [])
    assert len(emails) <= 1
    return emails[0]["value"] if emails else None


def without_times(document: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in document.items() if name != "meta"}


def said_of(answer: httpx.Response) -> dict[str, Any]:
    return without_times(answer.json())
