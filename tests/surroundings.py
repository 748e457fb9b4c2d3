"""Where the tests run: the checkout, and what is missing on this machine."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import NoReturn

import pytest

HOME = Path(__file__).resolve().parent.parent


def unavailable(what: str, why: str) -> NoReturn:
    """Skips a test that needs `what`; where everything has to be there (CI=true) it fails."""
    reason = f"{what} cannot be had: {why}"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@contextmanager
def no_main_module() -> Iterator[None]:
    """For code that starts processes: they would run the main module again, which is a screen after a test has drawn
    one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "__main__", ModuleType("__main__"))
        yield
