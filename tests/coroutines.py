"""Coroutines, awaited from tests that are ordinary functions."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

Returned = TypeVar("Returned")


def awaited(coroutine: Coroutine[Any, Any, Returned]) -> Returned:
    """Return what the coroutine returns, or raise what it raises.

    It runs in a thread of its own: Playwright keeps an event loop running in the main one, once a browser test has
    run there, and `asyncio.run` refuses a thread that has one.
    """
    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(asyncio.run, coroutine).result()
