"""Servers that start as a copy of a process with all imports done, in a third of the time.

`app` is not imported before: it reads the environment, and each server does so by itself. Tests of the start itself
run the command.
"""

import gc
import os
import runpy
import subprocess
import sys
from collections.abc import Mapping
from multiprocessing import get_context
from pathlib import Path

from surroundings import HOME, no_main_module

IMPORTED_BEFORE = [
    "altair",
    "pandas",
    "streamlit.web.server.starlette",
    "uvicorn.main",
    "installation.startup",
    "web.certificates.badges",
    "web.certificates.verify",
    "web.downloads.certificates_zip",
    "web.downloads.records",
    "web.scim.endpoints",
    "web.sign_in.oidc",
]
"""A name that is missing here costs time and nothing else."""

_context = get_context("forkserver")
_context.set_forkserver_preload(IMPORTED_BEFORE)


class Forked:
    """The part of `subprocess.Popen` that tests of a server use."""

    def __init__(self, module: str, arguments: list[str], environment: Mapping[str, str], log: Path) -> None:
        """Run `python -m module arguments` in the project's folder; its output is appended to `log`."""
        self._process = _context.Process(target=_run, args=(module, arguments, dict(environment), log))
        with no_main_module():
            self._process.start()

    @property
    def pid(self) -> int:
        assert self._process.pid is not None
        return self._process.pid

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        self._process.join(timeout)
        if self._process.exitcode is None:
            raise subprocess.TimeoutExpired(self._process.name, timeout or 0)
        return self._process.exitcode

    def terminate(self) -> None:
        self._process.terminate()

    def kill(self) -> None:
        self._process.kill()


def _run(module: str, arguments: list[str], environment: dict[str, str], log: Path) -> None:
    gc.freeze()  # or the collector copies all that was imported before
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(HOME)
    written = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    for standard in (1, 2):
        os.dup2(written, standard)
    os.close(written)
    added = environment.get("PYTHONPATH", "").split(os.pathsep)
    sys.path[:] = [str(HOME), *added, *(each for each in sys.path if not Path(each).is_relative_to(HOME / "tests"))]
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)
