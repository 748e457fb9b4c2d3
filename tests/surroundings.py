"""Where the tests run: the checkout, and what is missing on this machine."""

import os
from pathlib import Path
from typing import NoReturn

import pytest

HOME = Path(__file__).resolve().parent.parent


def unavailable(what: str, why: str) -> NoReturn:
    """Skips a test that needs `what`; where everything has to be there (CI=true) it fails."""
    reason = f"{what} cannot be had: {why}"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)
