"""Every setting, read once from the environment; a wrong one is named at start."""

import math
import os
import secrets
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from words import Sentence, sentence

HOME = Path(__file__).resolve().parent
SHORTEST_SECRET = 32
LEAST_SECRET_BITS = 90
EXAMPLE_SECRET = "put-the-output-of-openssl-rand-base64-32-here"  # noqa: S105 - it is refused
"""What stands in deploy/kodex.env, to be replaced."""


class Mode(StrEnum):
    DEMONSTRATION = "demonstration"
    PRODUCTION = "production"


@dataclass(frozen=True)
class Settings:
    database_url: str
    mode: Mode
    content: Path
    secret: bytes
    time_zone: ZoneInfo
    public_url: str | None
    session_hours: int
    session_idle_minutes: int


class WrongSettingsError(Exception):
    """Carries one sentence for each setting that cannot be used."""

    def __init__(self, faults: list[Sentence]) -> None:
        super().__init__("; ".join(str(fault) for fault in faults))
        self.faults = faults


def read(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings that the environment asks for; raises `WrongSettingsError` naming every wrong one."""
    faults: list[Sentence] = []
    mode = _mode(environment.get("KODEX_MODE", Mode.DEMONSTRATION), faults)
    settings = Settings(
        database_url=_database_url(environment.get("KODEX_DATABASE_URL", "sqlite:///var/kodex.sqlite3"), faults),
        mode=mode,
        content=_folder(environment.get("KODEX_CONTENT", str(HOME)), faults),
        secret=_secret(environment.get("KODEX_SECRET", ""), mode, faults),
        time_zone=_time_zone(environment.get("KODEX_TIME_ZONE", "Europe/Prague"), faults),
        public_url=_public_url(environment.get("KODEX_PUBLIC_URL"), faults),
        session_hours=_positive("KODEX_SESSION_HOURS", environment.get("KODEX_SESSION_HOURS", "8"), faults),
        session_idle_minutes=_positive(
            "KODEX_SESSION_IDLE_MINUTES", environment.get("KODEX_SESSION_IDLE_MINUTES", "30"), faults
        ),
    )
    faults += [
        sentence("{name} is not a setting of Kodex; the README lists them all.", name=name)
        for name in sorted(environment)
        if name.startswith("KODEX_") and name not in NAMES
    ]
    if faults:
        raise WrongSettingsError(faults)
    return settings


NAMES = {
    "KODEX_CONTENT",
    "KODEX_DATABASE_URL",
    "KODEX_MODE",
    "KODEX_PUBLIC_URL",
    "KODEX_SECRET",
    "KODEX_SESSION_HOURS",
    "KODEX_SESSION_IDLE_MINUTES",
    "KODEX_TIME_ZONE",
}


def _mode(value: str, faults: list[Sentence]) -> Mode:
    try:
        return Mode(value)
    except ValueError:
        faults.append(sentence("KODEX_MODE is “{value}”; it has to be “demonstration” or “production”.", value=value))
        return Mode.DEMONSTRATION


def _database_url(value: str, faults: list[Sentence]) -> str:
    if not value.startswith(("sqlite:///", "postgresql+psycopg://")) or not _is_url(value):
        faults.append(
            sentence(
                "KODEX_DATABASE_URL has to be sqlite:/// and a file, "
                "or postgresql+psycopg://user:password@host:port/database."
            )
        )
    prefix = "sqlite:///"
    if value.startswith(prefix) and not Path(value.removeprefix(prefix)).is_absolute():
        return f"{prefix}{HOME / value.removeprefix(prefix)}"
    return value


def _is_url(value: str) -> bool:
    try:
        make_url(value)
    except (ArgumentError, ValueError):
        return False
    return True


def _folder(value: str, faults: list[Sentence]) -> Path:
    folder = Path(value)
    if not (folder / "lessons" / "catalogue.yaml").is_file():
        faults.append(
            sentence(
                "KODEX_CONTENT is {folder}, where there is no lessons/catalogue.yaml; "
                "name the folder that holds lessons/ and quizzes/.",
                folder=str(folder),
            )
        )
    return folder


def _secret(value: str, mode: Mode, faults: list[Sentence]) -> bytes:
    if value:
        if len(value) < SHORTEST_SECRET:
            faults.append(
                sentence(
                    "KODEX_SECRET is too short; give at least {length} random characters.",
                    length=SHORTEST_SECRET,
                )
            )
        elif mode is Mode.PRODUCTION and (value == EXAMPLE_SECRET or _most_bits(value) < LEAST_SECRET_BITS):
            faults.append(
                sentence("KODEX_SECRET can be guessed; make one by chance, as “openssl rand -base64 32” does.")
            )
        return value.encode()
    if mode is Mode.PRODUCTION:
        faults.append(
            sentence(
                "KODEX_SECRET is missing; production needs at least {length} random characters.",
                length=SHORTEST_SECRET,
            )
        )
        return b""
    return _kept_secret(HOME / "var" / "secret")


def _most_bits(value: str) -> float:
    """How many bits of chance `value` can hold at most, by its looks: a repeated or counted-up part holds none.

    Words of a language pass for more than they hold; only a generator's output is known to be good.
    """
    steps = [ord(after) - ord(before) for before, after in pairwise(value)]
    return min(_fresh_bits([ord(character) for character in value]), _fresh_bits(steps))


def _fresh_bits(values: list[int]) -> float:
    """Bits of the values that do not merely repeat three which came before."""
    met: set[tuple[int, ...]] = set()
    fresh = 0
    for end in range(1, len(values) + 1):
        part = tuple(values[max(0, end - 3) : end])
        fresh += part not in met
        if len(part) == 3:
            met.add(part)
    return fresh * math.log2(max(len(set(values)), 1))


def _kept_secret(file: Path) -> bytes:
    """A demonstration's own secret: made at the first start, kept so that a restart signs nobody out."""
    file.parent.mkdir(parents=True, exist_ok=True)
    if not file.exists():
        # Written whole before it gets its name: of two processes that start together, one names it, both read it.
        with tempfile.NamedTemporaryFile("w", dir=file.parent) as new:
            new.write(secrets.token_urlsafe(SHORTEST_SECRET))
            new.flush()
            with suppress(FileExistsError):
                os.link(new.name, file)
    return file.read_bytes()


def _time_zone(value: str, faults: list[Sentence]) -> ZoneInfo:
    try:
        return ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        faults.append(sentence("KODEX_TIME_ZONE is “{value}”; give a name such as Europe/Prague.", value=value))
        return ZoneInfo("UTC")


def _public_url(value: str | None, faults: list[Sentence]) -> str | None:
    if value is not None and not value.startswith(("http://", "https://")):
        faults.append(
            sentence("KODEX_PUBLIC_URL is “{value}”; it has to begin with https:// or http://.", value=value)
        )
    return value.rstrip("/") if value else None


def _positive(name: str, value: str, faults: list[Sentence]) -> int:
    if value.isascii() and value.isdigit() and int(value) > 0:
        return int(value)
    faults.append(sentence("{name} is “{value}”; it has to be a whole number above 0.", name=name, value=value))
    return 1
