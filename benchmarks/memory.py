"""Growth of the server's memory while learners answer without a pause.

Twice: learners who leave after each attempt, as people do, so that all but a few sessions end; and learners who
stay in one tab for all of it, because Streamlit keeps something of every widget until its session ends.
"""

import asyncio
from collections.abc import Callable

from benchmarks.answers import kept
from benchmarks.learners import Learner, Running
from benchmarks.machine import Watch
from benchmarks.tables import table

LEARNERS = 8
POINTS = 10
"""Samples of memory after the warm-up."""
TARGET = "Target: no growth. The slopes are least squares over all points."
LONG_ENOUGH = 5_000
TOO_SHORT = "A soak as short as this cannot tell growth from warming up."

Points = list[tuple[int, float]]
"""(reruns after the warm-up, MiB resident)."""


class _Count:
    """Counts the reruns of all learners, and looks at memory as often as asked."""

    def __init__(self, installed: Running, warm_up: int, reruns: int) -> None:
        self._look: Callable[[], float] = installed.server.memory
        self._warm_up, self._reruns = warm_up, reruns
        self._done = 0
        self.points: Points = []

    @property
    def is_over(self) -> bool:
        return self._done >= self._warm_up + self._reruns

    def add(self) -> None:
        self._done += 1
        after = self._done - self._warm_up
        if 0 <= after <= self._reruns and after % (self._reruns // POINTS) == 0:
            self.points.append((after, self._look()))


async def growth(installed: Running, warm_up: int, reruns: int) -> str:
    """Play `reruns` reruns after a warm-up in either way, several learners at once; return the table."""
    before = installed.answers()
    watch = Watch([installed.server])
    learners = [Learner(installed, seed) for seed in range(LEARNERS)]
    coming = await _soak(installed, learners, warm_up, reruns, stay=False)
    staying = await _soak(installed, learners, warm_up, reruns, stay=True)
    pace = f"{LEARNERS} learners at once made {2 * (warm_up + reruns) / watch.seconds:.0f} reruns a second."
    answered = sum(learner.answers for learner in learners)
    verdict = TARGET if reruns >= LONG_ENOUGH else TOO_SHORT
    return "\n".join(
        [_table(coming, staying, warm_up), verdict, pace, watch.others(), kept(installed, before, answered)]
    )


async def _soak(installed: Running, learners: list[Learner], warm_up: int, reruns: int, *, stay: bool) -> Points:
    count = _Count(installed, warm_up, reruns)
    async with asyncio.TaskGroup() as group:
        for learner in learners:
            group.create_task(_play(learner, count, stay=stay))
    return count.points


async def _play(learner: Learner, count: _Count, *, stay: bool) -> None:
    await learner.enter()
    while not count.is_over:
        await learner.reach_a_question()
        if await learner.decide():
            count.add()
        await learner.answer()
        count.add()
        await learner.go_on()
        count.add()
        if not learner.sees_a_question and not stay:
            await learner.enter()
    await learner.leave()


def _table(coming: Points, staying: Points, warm_up: int) -> str:
    head = [f"Reruns after {warm_up:,}", "MiB: leave after each attempt", "MiB: stay in one tab"]
    rows = [
        [f"{reruns:,}", f"{left:.1f}", f"{stayed:.1f}"]
        for (reruns, left), (_, stayed) in zip(coming, staying, strict=True)
    ]
    slopes = [f"{_slope(points) * 1000:+.2f}" for points in (coming, staying)]
    return table(head, [*rows, ["MiB per 1,000 reruns", *slopes]])


def _slope(points: Points) -> float:
    """MiB a rerun, by least squares."""
    x_mean = sum(x for x, _ in points) / len(points)
    y_mean = sum(y for _, y in points) / len(points)
    spread = sum((x - x_mean) ** 2 for x, _ in points)
    return sum((x - x_mean) * (y - y_mean) for x, y in points) / spread
