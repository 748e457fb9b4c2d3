"""Passwords and links of two people, as the door of the server uses them."""

from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher
from local_accounts import Counting

from people.sign_in import passwords

LIGHT = {"time_cost": 1, "memory_cost": 64, "parallelism": 1}


@pytest.fixture
def full_cost() -> None:
    """For tests of what a hash costs: the hasher as it is in production."""


@pytest.fixture(autouse=True)
def hasher(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A light one, so that a hundred passwords are not a hundred times 64 MiB."""
    if "full_cost" not in request.fixturenames:
        light = Counting(**LIGHT) if "counting" in request.fixturenames else PasswordHasher(**LIGHT)
        monkeypatch.setattr(passwords, "_hasher", light)
    passwords._no_password.cache_clear()
    yield
    passwords._no_password.cache_clear()


@pytest.fixture
def counting(hasher: None) -> Counting:  # noqa: ARG001
    """The hasher that is in place, which counts its work."""
    assert isinstance(passwords._hasher, Counting)
    return passwords._hasher
