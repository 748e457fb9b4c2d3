"""A disk that the power can be cut from: what was not synced is lost, kept, or torn, each sector by chance."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import apsw

SECTORS = (512, 4096)


class PowerCutError(Exception):
    """The power went."""


@dataclass
class Stored:
    """One file: what is on the disk for certain, what is seen, and what was done to it since it was synced."""

    synced: bytearray = field(default_factory=bytearray)
    seen: bytearray = field(default_factory=bytearray)
    unsynced: list[tuple[int, bytes | None]] = field(default_factory=list)
    """(offset, what was written there), or (size, nothing) for a file cut to that size."""

    def write(self, data: bytes, offset: int) -> None:
        _write(self.seen, data, offset)
        self.unsynced.append((offset, data))

    def truncate(self, size: int) -> None:
        del self.seen[size:]
        self.unsynced.append((size, None))

    def sync(self) -> None:
        self.synced = bytearray(self.seen)
        self.unsynced.clear()

    def after_a_cut(self, chance: random.Random, sector: int) -> bytes:
        """What is found when the power is back: of each unsynced sector the old or the new, in whatever order the
        disk had got to, and the last of them written half."""
        left = bytearray(self.synced)
        share = chance.choice([0.0, 0.3, 0.7, 0.95])
        for offset, data in self.unsynced:
            if data is None:
                if chance.random() < share:
                    del left[offset:]
                continue
            for at, piece in _in_sectors(data, offset, sector):
                if chance.random() < share:
                    _write(left, piece, at)
                elif chance.random() < 0.1:
                    _write(left, piece[: chance.randrange(len(piece))], at)
        return bytes(left)


def _write(into: bytearray, data: bytes, offset: int) -> None:
    if len(into) < offset:
        into.extend(bytes(offset - len(into)))
    into[offset : offset + len(data)] = data


def _in_sectors(data: bytes, offset: int, sector: int) -> Iterator[tuple[int, bytes]]:
    at = offset
    while at < offset + len(data):
        end = min(offset + len(data), (at // sector + 1) * sector)
        yield at, data[at - offset : end - offset]
        at = end


class Disk(apsw.VFS):
    """Files in memory, for one connection alone; the power goes at the operation numbered `cut_at`."""

    def __init__(self, name: str, files: dict[str, bytes], sector: int) -> None:
        self.files = {file: Stored(bytearray(data), bytearray(data)) for file, data in files.items()}
        self.sector = sector
        self.name = name
        self.operations = 0
        self.cut_at: int | None = None
        super().__init__(name, "")

    @property
    def was_off(self) -> bool:
        """Whether the power had gone before the last operation."""
        return self.cut_at is not None and self.operations > self.cut_at

    def happens(self) -> None:
        """Something reaches the disk; from the cut on nothing does."""
        self.operations += 1
        if self.cut_at is not None and self.operations >= self.cut_at:
            raise PowerCutError

    def xOpen(self, name: Any, flags: list[int]) -> "File":  # noqa: N802
        path = Path(name.filename() if isinstance(name, apsw.URIFilename) else str(name)).name
        flags[1] = flags[0]
        return File(self, self.files.setdefault(path, Stored()))

    def xAccess(self, pathname: str, flags: int) -> bool:  # noqa: ARG002, N802
        return Path(pathname).name in self.files

    def xDelete(self, filename: str, syncdir: bool) -> None:  # noqa: ARG002, N802
        self.happens()
        self.files.pop(Path(filename).name, None)

    def xFullPathname(self, name: str) -> str:  # noqa: N802
        return name if name.startswith("/") else f"/{name}"

    def after_a_cut(self, chance: random.Random) -> dict[str, bytes]:
        return {name: file.after_a_cut(chance, self.sector) for name, file in self.files.items()}


class File:
    def __init__(self, disk: Disk, stored: Stored) -> None:
        self.disk, self.stored = disk, stored

    def xRead(self, amount: int, offset: int) -> bytes:  # noqa: N802
        return bytes(self.stored.seen[offset : offset + amount])

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
        try:
            self.disk.happens()
        finally:
            if not self.disk.was_off:  # what is under way when the power goes may have reached the disk
                self.stored.write(bytes(data), offset)

    def xTruncate(self, size: int) -> None:  # noqa: N802
        self.disk.happens()
        self.stored.truncate(size)

    def xSync(self, flags: int) -> None:  # noqa: ARG002, N802
        self.disk.happens()
        self.stored.sync()

    def xFileSize(self) -> int:  # noqa: N802
        return len(self.stored.seen)

    def xSectorSize(self) -> int:  # noqa: N802
        return self.disk.sector

    def xDeviceCharacteristics(self) -> int:  # noqa: N802
        """As SQLite takes a disk under Linux to be: what lies beside a write in its sector is not harmed."""
        return apsw.SQLITE_IOCAP_POWERSAFE_OVERWRITE

    def xFileControl(self, op: int, pointer: int) -> bool:  # noqa: ARG002, N802
        return False

    def xCheckReservedLock(self) -> bool:  # noqa: N802
        return False

    def xLock(self, level: int) -> None: ...  # noqa: N802

    def xUnlock(self, level: int) -> None: ...  # noqa: N802

    def xClose(self) -> None: ...  # noqa: N802
