"""Many learners at once on one process, each thinking before they answer."""

import asyncio
import random
import time
from dataclasses import dataclass, field

from benchmarks.answers import kept
from benchmarks.learners import Learner, Running
from benchmarks.machine import Watch
from benchmarks.tables import milliseconds, percentile, table

THINKING = (10.0, 20.0)
"""Seconds a question, from one to the next."""
READING = 0.2
"""The share of them that goes to the explanation."""
SETTLING = 2.0
"""Seconds between the first thoughts and the first figure that counts."""
TARGET = "Target: p95 under 100 ms."


@dataclass
class _Window:
    """The period in which figures count, and the seconds of the reruns in it."""

    begins: float
    ends: float
    answers: list[float] = field(default_factory=list)
    others: list[float] = field(default_factory=list)

    @property
    def is_over(self) -> bool:
        return time.monotonic() >= self.ends

    async def rest(self, seconds: float) -> None:
        """Waits, though never past the end."""
        await asyncio.sleep(min(seconds, self.ends - time.monotonic()))

    def note(self, seconds: float, into: list[float]) -> None:
        if self.begins <= time.monotonic() - seconds and not self.is_over:
            into.append(seconds)


async def crowd(installed: Running, size: int, ramp: float, seconds: float) -> str:
    """Let `size` learners arrive over `ramp` seconds or longer, then play for `seconds`; return the table."""
    before = installed.answers()
    learners = [Learner(installed, seed) for seed in range(size)]
    await asyncio.gather(*(_come_in(each, ramp * place / size) for place, each in enumerate(learners)))
    begins = time.monotonic() + SETTLING
    window = _Window(begins, begins + seconds)
    async with asyncio.TaskGroup() as group:
        for place, learner in enumerate(learners):
            group.create_task(_play(learner, random.Random(place), window))
        await asyncio.sleep(SETTLING)
        watch, cpu = Watch([installed.server]), installed.server.cpu()
        await asyncio.sleep(seconds)
        cores, others = (installed.server.cpu() - cpu) / watch.seconds, watch.others()
    answered = sum(learner.answers for learner in learners)
    return "\n".join([_table(window, size, cores, seconds), TARGET, others, kept(installed, before, answered)])


async def _come_in(learner: Learner, wait: float) -> None:
    await asyncio.sleep(wait)
    await learner.enter()
    await learner.reach_a_question()


async def _play(learner: Learner, chance: random.Random, window: _Window) -> None:
    """Begins in the middle of a thought, and answers until the end."""
    await window.rest(chance.uniform(0, max(THINKING)))
    while not window.is_over:
        await learner.decide()
        window.note(await learner.answer(), window.answers)
        pause = chance.uniform(*THINKING)
        await window.rest(pause * READING)
        window.note(await learner.go_on(), window.others)
        await learner.reach_a_question()
        await window.rest(pause * (1 - READING))
    await learner.leave()


def _table(window: _Window, size: int, cores: float, seconds: float) -> str:
    low, high = THINKING
    head = [
        f"{size} learners, {low:.0f}–{high:.0f} s a question, {seconds:.0f} s",
        "a second",
        "p50 ms",
        "p95 ms",
        "p99 ms",
        "cores used",
    ]
    rows = [
        _row("Kodex: an answer, saved and explained", window.answers, seconds, f"{cores:.2f} by both"),
        _row("Kodex: the next question or the result", window.others, seconds, ""),
    ]
    return table(head, rows)


def _row(kind: str, values: list[float], seconds: float, cores: str) -> list[str]:
    shares = [milliseconds(percentile(values, share)) for share in (0.5, 0.95, 0.99)]
    return [f"{kind} ({len(values)})", f"{len(values) / seconds:.1f}", *shares, cores]
