"""An answer of the assessment, saved and explained, side by side with the cheapest page there is."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable
from dataclasses import dataclass, field
from statistics import median

from benchmarks.client import BrokenScreenError, Tab
from benchmarks.learners import Learner, Running
from benchmarks.machine import Watch
from benchmarks.servers import Server
from benchmarks.tables import NONE, middle_and_spread, milliseconds, percentile, table

SETTLING = 0.02
"""Seconds of rest after a rerun: work after the last message still belongs to that rerun."""

FLOOR = "The floor: a line and a button"
MOVE = "Kodex: a step moved, or a phrase marked"
ANSWER = "Kodex: an answer, saved and explained"
NEXT = "Kodex: the next question"
RESULT = "Kodex: the result after ten questions"
MOODLE = ["Moodle 4.5.6: an answer *", "90–100", "97", NONE, NONE]
MOODLE_NOTE = (
    "* PHP 8.2, PostgreSQL 15, measured on such a machine: 97 ms is the median of one learner; "
    "18 answers a second at 50 learners."
)
TARGETS = (
    "Targets: an answer costs at most 2.5 floors of CPU, and under 10 ms where the floor costs 4; "
    "its p95 is at most 50 ms."
)


@dataclass
class Round:
    """Reruns of one kind that were played in one go."""

    seconds: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    def add(self, seconds: float, cpu: float) -> None:
        self.seconds.append(seconds)
        self.cpu.append(cpu)

    @property
    def mean_cpu(self) -> float:
        return sum(self.cpu) / len(self.cpu)


Rounds = dict[str, list[Round]]
"""By the kind of rerun: its rounds, in order."""


async def side_by_side(floor: Server, installed: Running, rounds: int, reruns: int) -> str:
    """Play both in turn, `rounds` times `reruns` of each after one round that does not count; return the table."""
    tab, learner = Tab(floor.url), Learner(installed, seed=1)
    await tab.open()
    await learner.enter()
    played: Rounds = defaultdict(list)
    before = installed.answers()
    await _play_floor(tab, floor, reruns)
    await _play_kodex(learner, installed.server, reruns)
    watch = Watch([floor, installed.server])
    for _ in range(rounds):
        played[FLOOR].append(await _play_floor(tab, floor, reruns))
        for kind, one in (await _play_kodex(learner, installed.server, reruns)).items():
            played[kind].append(one)
    others = watch.others()
    await tab.close()
    await learner.leave()
    return "\n".join([_table(played), MOODLE_NOTE, TARGETS, others, kept(installed, before, learner.answers)])


def kept(installed: Running, before: int, shown: int) -> str:
    """Compares the answers that learners saw saved with those in the record since `before`."""
    return f"{shown:,} answers were shown as saved; the record holds {installed.answers() - before:,} of them."


async def _play_floor(tab: Tab, server: Server, reruns: int) -> Round:
    played = Round()
    for _ in range(reruns):
        button = tab.find("button")
        if button is None:
            raise BrokenScreenError("the floor has lost its button")
        played.add(*await _measured(tab.press(button), server))
    return played


async def _play_kodex(learner: Learner, server: Server, reruns: int) -> dict[str, Round]:
    played: dict[str, Round] = defaultdict(Round)
    for _ in range(reruns):
        await learner.reach_a_question()
        await asyncio.sleep(SETTLING)
        decided = await _measured(learner.decide(), server)
        if decided[0]:
            played[MOVE].add(*decided)
        played[ANSWER].add(*await _measured(learner.answer(), server))
        onward = await _measured(learner.go_on(), server)
        played[NEXT if learner.sees_a_question else RESULT].add(*onward)
    return played


async def _measured(rerun: Awaitable[float], server: Server) -> tuple[float, float]:
    """The seconds of a rerun, and the CPU seconds that the server spent on it."""
    before = server.cpu()
    seconds = await rerun
    await asyncio.sleep(SETTLING)
    return seconds, server.cpu() - before


def _table(played: Rounds) -> str:
    floor = median(each.mean_cpu for each in played[FLOOR])
    rows = [_row(kind, played[kind], floor) for kind in (FLOOR, MOVE, ANSWER, NEXT, RESULT) if played[kind]]
    head = ["One learner", "CPU ms a rerun (spread)", "p50 ms", "p95 ms", "floors"]
    return table(head, [*rows, MOODLE])


def _row(kind: str, rounds: list[Round], floor: float) -> list[str]:
    cpu = [each.mean_cpu for each in rounds]
    seconds = [second for each in rounds for second in each.seconds]
    return [
        f"{kind} ({len(seconds)})",
        middle_and_spread(cpu),
        milliseconds(percentile(seconds, 0.5)),
        milliseconds(percentile(seconds, 0.95)),
        f"{median(cpu) / floor:.1f}",
    ]
