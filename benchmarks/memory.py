"""Whether the server's memory grows while learners go on answering without a pause."""

import asyncio
from collections.abc import Callable

from benchmarks.answers import kept
from benchmarks.learners import House, Learner
from benchmarks.machine import Watch
from benchmarks.tables import table

LEARNERS = 8
POINTS = 10
"""How often memory is looked at after the warm-up."""
TARGET = "Target: no growth; the slope is least squares over all points."


class _Count:
    """Counts the reruns of all learners, and looks at memory as often as asked."""

    def __init__(self, house: House, warm_up: int, reruns: int) -> None:
        self._look: Callable[[], float] = house.server.memory
        self._warm_up, self._reruns = warm_up, reruns
        self._done = 0
        self.points: list[tuple[int, float]] = []
        """(reruns after the warm-up, MiB)."""

    @property
    def is_over(self) -> bool:
        return self._done >= self._warm_up + self._reruns

    def add(self) -> None:
        self._done += 1
        after = self._done - self._warm_up
        if 0 <= after <= self._reruns and after % (self._reruns // POINTS) == 0:
            self.points.append((after, self._look()))


async def growth(house: House, warm_up: int, reruns: int) -> str:
    """Plays `reruns` reruns after a warm-up, several learners at once; gives the table."""
    before = house.answers()
    count = _Count(house, warm_up, reruns)
    learners = [Learner(house, seed) for seed in range(LEARNERS)]
    watch = Watch([house.server])
    await asyncio.gather(*(_play(learner, count) for learner in learners))
    pace = (warm_up + reruns) / watch.seconds
    answered = sum(learner.answers for learner in learners)
    return "\n".join(
        [
            _table(count.points),
            f"slope {_slope(count.points) * 1000:+.2f} MiB per 1,000 reruns, after a warm-up of {warm_up:,}; "
            f"{LEARNERS} learners without a pause made {pace:.0f} reruns a second",
            TARGET,
            watch.others(),
            kept(house, before, answered),
        ]
    )


async def _play(learner: Learner, count: _Count) -> None:
    await learner.enter()
    while not count.is_over:
        await learner.reach_a_question()
        await learner.answer()
        count.add()
        await learner.go_on()
        count.add()
    await learner.leave()


def _table(points: list[tuple[int, float]]) -> str:
    first = points[0][1]
    rows = [[f"{done:,}", f"{mib:.1f}", f"{mib - first:+.1f}"] for done, mib in points]
    return table(["Reruns", "MiB resident", "since the first"], rows)


def _slope(points: list[tuple[int, float]]) -> float:
    """MiB a rerun, by least squares."""
    x_mean = sum(x for x, _ in points) / len(points)
    y_mean = sum(y for _, y in points) / len(points)
    spread = sum((x - x_mean) ** 2 for x, _ in points)
    return sum((x - x_mean) * (y - y_mean) for x, y in points) / spread
