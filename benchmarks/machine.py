"""The machine on which a figure was measured, and how busy it was with other work."""

import os
import platform
import time
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from benchmarks.servers import Server


class Watch:
    """Cores used since its creation by anything but this process, its ended children and the servers."""

    def __init__(self, servers: Sequence[Server]) -> None:
        self._servers = servers
        self._begun = time.perf_counter()
        self._others = self._others_so_far()

    @property
    def seconds(self) -> float:
        return time.perf_counter() - self._begun

    def others(self) -> str:
        cores = max(0.0, self._others_so_far() - self._others) / self.seconds
        return f"other work kept {cores:.2f} of {os.cpu_count()} cores busy meanwhile"

    def _others_so_far(self) -> float:
        return _busy() - sum(os.times()[:4]) - sum(server.cpu() for server in self._servers)


def description() -> str:
    """Return the number of cores, the processor, and the versions of the software."""
    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        "unknown processor",
    )
    versions = f"Python {platform.python_version()}, Streamlit {version('streamlit')}"
    return f"{os.cpu_count()} cores, {model}, {versions}"


def _busy() -> float:
    """CPU seconds since the machine's start in which its cores were not idle, or were lent to another machine."""
    user, nice, system, _idle, _iowait, irq, softirq, steal = (
        int(ticks) for ticks in Path("/proc/stat").read_text().splitlines()[0].split()[1:9]
    )
    return (user + nice + system + irq + softirq + steal) / os.sysconf("SC_CLK_TCK")
