"""The destination of the security log: a file for its owner alone, or standard error."""

import logging
import os
from datetime import UTC, datetime
from io import TextIOWrapper
from logging.handlers import WatchedFileHandler
from pathlib import Path

from people.security_log import log

OWNER_ALONE = 0o600


def begin_security_log(file: Path | None) -> None:
    """Write the security log to `file`, or else to standard error.

    A file that is moved away is created again. Raises `OSError` if it cannot be written.
    """
    handler = _OwnersFile(file, encoding="utf-8") if file else logging.StreamHandler()
    handler.setFormatter(_WithTime())
    for before in log.handlers:
        before.close()
    log.handlers[:] = [handler]
    log.setLevel(logging.INFO)


class _WithTime(logging.Formatter):
    """Put the time in front of the other members of an entry."""

    def format(self, record: logging.LogRecord) -> str:
        time = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        return f'{{"time": "{time}", {record.getMessage().removeprefix("{")}'


class _OwnersFile(WatchedFileHandler):
    def _open(self) -> TextIOWrapper:
        file = os.open(self.baseFilename, os.O_WRONLY | os.O_APPEND | os.O_CREAT, OWNER_ALONE)
        os.fchmod(file, OWNER_ALONE)
        return TextIOWrapper(os.fdopen(file, "ab"), encoding=self.encoding)
