"""PATCH requests, and what came of them."""

from typing import Any

import httpx
import pytest
from identity_system import created
from scim_changing import number


@pytest.fixture
def somebody(scim: httpx.Client) -> dict[str, Any]:
    """Somebody whose work address is known."""
    own = number()
    return created(scim, own, emails=[{"value": f"{own}@work.example", "type": "work", "primary": True}])
