"""Open tabs that the server holds, started with the usual limit of open files, and the cost of each."""

import asyncio
import os
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks.client import Tab, sign_in
from benchmarks.learners import Running
from benchmarks.machine import Watch
from benchmarks.tables import middle_and_spread, table

USUAL_LIMIT = 1024
"""Of open files, as systemd and most shells set it."""
OF_A_SESSION = 10
AT_ONCE = 10
"""Tabs that are being opened at the same moment."""
SIGN_INS = 10
TARGET = "Target: 1,000 tabs, and people still sign in."


@contextmanager
def usual_limit() -> Iterator[None]:
    """Begins processes with the usual limit."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(USUAL_LIMIT, hard), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


async def held(installed: Running, number: int) -> str:
    """Opens `number` tabs, draws a screen in each, signs others in meanwhile, and closes them; returns the table."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    watch = Watch([installed.server])
    rows = [_row(installed, "none", [])]
    sessions = [sign_in(installed.server.url, next(installed.employees)) for _ in range(-(-number // OF_A_SESSION))]
    tabs = [Tab(installed.server.url, cookies=sessions[n // OF_A_SESSION]) for n in range(number)]
    free = asyncio.Semaphore(AT_ONCE)

    async def opened(tab: Tab) -> None:
        async with free:
            await tab.open()

    await asyncio.gather(*map(opened, tabs))
    took = [await asyncio.to_thread(_seconds_to_sign_in, installed) for _ in range(SIGN_INS)]
    rows.append(_row(installed, f"{number:,} open", took))
    await asyncio.gather(*(tab.close() for tab in tabs))
    await asyncio.sleep(1)
    rows.append(_row(installed, "closed again", [await asyncio.to_thread(_seconds_to_sign_in, installed)]))
    head = ["Tabs, each with a screen drawn", "descriptors", "MiB", "ms to sign in (spread)"]
    return "\n".join([table(head, rows), TARGET, watch.others()])


def _row(installed: Running, what: str, took: list[float]) -> list[str]:
    descriptors = len(os.listdir(f"/proc/{installed.server.pid}/fd"))  # noqa: PTH208
    return [what, f"{descriptors:,}", f"{installed.server.memory():,.0f}", middle_and_spread(took) if took else "–"]


def _seconds_to_sign_in(installed: Running) -> float:
    begun = time.perf_counter()
    sign_in(installed.server.url, next(installed.employees))
    return time.perf_counter() - begun
