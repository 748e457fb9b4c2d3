"""Ordering drawn by a seed: the same for ever and everywhere."""

import hashlib
from collections.abc import Iterable
from typing import Protocol, TypeVar


class HasId(Protocol):
    @property
    def id(self) -> str: ...


N = TypeVar("N", bound=HasId)


def rank(*parts: str) -> bytes:
    """Return a sort key, drawn by hashing `parts`: the seed first, then what is ordered."""
    return hashlib.sha256("\0".join(parts).encode()).digest()


def in_order(options: Iterable[N], seed: str, name: str) -> tuple[N, ...]:
    """Return the options as the person who got `seed` sees them; `name` distinguishes their decisions."""
    return tuple(sorted(options, key=lambda option: rank(seed, "option", name, option.id)))
