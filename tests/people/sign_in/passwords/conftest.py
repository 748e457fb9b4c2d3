"""Passwords and links of two people, as the door of the server uses them."""

from collections.abc import Iterator

import pytest
from local_accounts import Counting

from people.sign_in import passwords


@pytest.fixture
def counting(monkeypatch: pytest.MonkeyPatch) -> Iterator[Counting]:
    """In the place of the hasher; light, so that a thousand guesses are not a thousand times 64 MiB."""
    hasher = Counting(time_cost=1, memory_cost=64, parallelism=1)
    monkeypatch.setattr(passwords, "_hasher", hasher)
    passwords._no_password.cache_clear()
    yield hasher
    passwords._no_password.cache_clear()
