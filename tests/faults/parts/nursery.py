"""A process that has everything loaded and begets others, to be killed: each is there within milliseconds."""

import gc
import os
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Self

HOME = Path(__file__).resolve().parents[3]
KILLED = -signal.SIGKILL


class Child:
    """One that was begotten: all that it has said, line by line, survives it."""

    def __init__(self, pid: int, said: int) -> None:
        self.pid = pid
        self._said = os.fdopen(said, "rb")

    def word(self) -> str:
        """What it says next."""
        return self._said.readline().decode().rstrip("\n")

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)

    def last_words(self) -> list[str]:
        """Waits for its end; a line that was cut off was not said."""
        with self._said as pipe:
            *whole, _ = pipe.read().decode().split("\n")
        return whole


class Nursery:
    """`program` is a file beside this one, whose function of that name is what a child does with its arguments."""

    def __init__(self, program: str, *, hushed: bool = False) -> None:
        """`hushed` where children are to fail: what they complain of is not shown."""
        command = [sys.executable, __file__, program]
        environment = {**os.environ, "PYTHONPATH": f"{HOME}:{HOME / 'tests'}"}
        errors = subprocess.DEVNULL if hushed else None
        self.process = subprocess.Popen(
            command,
            cwd=HOME,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
            stderr=errors,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.communicate()

    def child(self, folder: Path, *arguments: str) -> Child:
        """Begets one, which says its lines into a pipe in `folder`."""
        pipe = folder / "said"
        pipe.unlink(missing_ok=True)
        os.mkfifo(pipe)
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        said = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
        os.set_blocking(said, True)
        self.process.stdin.write("\t".join([str(pipe), *arguments]) + "\n")
        return Child(int(self.process.stdout.readline()), said)


def beget(work: Callable[..., None]) -> None:
    """For each line of standard input, a child that does `work`; gives its number once it can speak."""
    gc.freeze()  # or the collector of every child copies all that is loaded
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        pipe, *arguments = line.rstrip("\n").split("\t")
        speaking = os.open(pipe, os.O_WRONLY)
        if (pid := os.fork()) == 0:
            try:
                work(partial(_say, speaking), *arguments)
            except BaseException:
                traceback.print_exc()
            finally:
                os._exit(0)
        os.close(speaking)
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()


def _say(speaking: int, text: str) -> None:
    os.write(speaking, f"{text}\n".encode())


if __name__ == "__main__":
    module = __import__(sys.argv[1])
    beget(getattr(module, sys.argv[1]))
