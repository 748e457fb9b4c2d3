"""The record of many people sealed and verified whole, in a process of its own."""

import json
import os
import resource
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path

from benchmarks.tables import table
from database import Database
from progress.audit import verification
from progress.record import checkpoints, signing

KEY = "checkpoint.key"
"""The name of its file."""
TARGET = "Target: 1,000,000 events in under 10 s, in bounded memory."
ATTEMPTS = 3


@dataclass(frozen=True)
class _Verified:
    """Of one verification: events, seconds on the clock, and MiB at the most of the process and of one it began."""

    events: int
    seconds: float
    own: int
    began: int


def sealed(url: str, folder: Path) -> float:
    """Seal the record for the first time; return the seconds."""
    with ProcessPoolExecutor(1, get_context("spawn")) as process:
        return process.submit(_seal, url, folder).result()


def verified(url: str, folder: Path, seconds: float) -> str:
    """Verify the sealed record several times; return the table, with the `seconds` that the seal took."""
    runs = [_by_itself(url, folder) for _ in range(ATTEMPTS)]
    rows = [
        [
            "verified whole",
            f"{run.events:,}",
            f"{run.seconds:.1f}",
            f"{run.events / run.seconds:,.0f}",
            f"{run.own} + {(os.cpu_count() or 1) - 1} × {run.began}",
        ]
        for run in runs
    ]
    sealed = ["sealed in a checkpoint", f"{runs[0].events:,}", f"{seconds:.1f}", "", ""]
    return "\n".join(
        [table(["The record", "events", "seconds", "events a second", "MiB peak"], [sealed, *rows]), TARGET]
    )


def _seal(url: str, folder: Path) -> float:
    database, key = Database(url), signing.opened(folder / KEY)
    begun = time.perf_counter()
    signed = checkpoints.make(database, key, datetime.now(UTC))
    seconds = time.perf_counter() - begun
    (folder / "checkpoint.txt").write_text(signed.note, "utf-8")
    database.close()
    return seconds


def _by_itself(url: str, folder: Path) -> _Verified:
    """Run this module alone as a program: worker processes import the main program again, and all of the benchmark is
    large."""
    ran = subprocess.run([sys.executable, "-m", __name__, url, folder], check=True, capture_output=True, text=True)
    return _Verified(**json.loads(ran.stdout))


def _verify(url: str, folder: Path) -> _Verified:
    database, key = Database(url), signing.opened(folder / KEY)
    note = (folder / "checkpoint.txt").read_text("utf-8")
    begun = time.perf_counter()
    verified = verification.verify(database, key.verifiers, {"checkpoint.txt": note}, processes=os.cpu_count() or 1)
    seconds = time.perf_counter() - begun
    database.close()
    if verified.findings:
        raise RuntimeError(str(verified.findings[0].what))
    own, began = (
        resource.getrusage(whose).ru_maxrss // 1024 for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return _Verified(verified.events, seconds, own, began)


if __name__ == "__main__":
    print(json.dumps(vars(_verify(sys.argv[1], Path(sys.argv[2])))))
