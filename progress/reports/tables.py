"""Records and the layout of a table of them, from which every form of an export is written."""

import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO, Any

from progress.reports.columns import COLUMNS

Record = Sequence[Any]
"""The cells of a row: text, whole numbers and None."""
RECORDS_AT_A_TIME = 500


@dataclass(frozen=True)
class Layout:
    """The columns of a table by name, and the heading of each."""

    columns: tuple[str, ...]
    heads: tuple[str, ...]


FIELDS = Layout(COLUMNS, COLUMNS)


@dataclass(frozen=True)
class Written:
    """The number of records in a finished file, and the SHA-256 that its export statement names."""

    records: int
    sha256: str


def sha256_of(file: IO[bytes]) -> str:
    """Of the whole file, which is left at its end."""
    file.flush()
    file.seek(0)
    digest = hashlib.sha256()
    while piece := file.read(io.DEFAULT_BUFFER_SIZE * 32):
        digest.update(piece)
    file.seek(0, io.SEEK_END)
    return digest.hexdigest()
