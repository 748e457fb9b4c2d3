"""Every setting, read once from the environment; a wrong one is named at start."""

import math
import os
import secrets
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from email.errors import MessageError
from email.headerregistry import Address
from enum import StrEnum
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from words import Sentence, sentence

HOME = Path(__file__).resolve().parent
SHORTEST_SECRET = 32
LEAST_SECRET_BITS = 90
EXAMPLE_SECRET = "put-the-output-of-openssl-rand-base64-32-here"  # noqa: S105 - it is refused
"""What stands in deploy/kodex.env, to be replaced."""
GRANTED_BY_GROUPS = ("hr", "editor", "auditor")
MATCHED = ("email", "employee_id")
ATTEMPTS_PER_ACCOUNT = range(1, 11)
ATTEMPTS_PER_ADDRESS = range(10, 10_001)
"""Less would keep everybody out, more would hold nobody up."""
LOOPBACK = {"localhost", "127.0.0.1", "::1"}


class Mode(StrEnum):
    DEMONSTRATION = "demonstration"
    PRODUCTION = "production"


@dataclass(frozen=True)
class SingleSignOn:
    """The company's own sign-in: an OpenID Connect provider, and how people are known by what it says."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    claim: str
    matches: str
    """What of the directory the claim is compared with: `email` or `employee_id`."""
    roles_of_groups: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Settings:
    database_url: str
    mode: Mode
    content: Path
    secret: bytes
    checkpoint_key: Path
    """The file of the key that signs checkpoints and certificates; made at its first use."""
    security_log: Path | None
    """The file of the security log; none where it goes to standard error."""
    time_zone: ZoneInfo
    public_url: str | None
    session_hours: int
    session_idle_minutes: int
    attempts_per_account: int
    attempts_per_address: int
    retention_leavers_months: int
    retention_deputies_months: int
    smtp_url: str | None = field(repr=False)
    mail_from: str | None
    single_sign_on: SingleSignOn | None
    scim_token: str | None = field(repr=False)
    lrs_key: str | None
    lrs_secret: str | None = field(repr=False)


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
        checkpoint_key=Path(environment.get("KODEX_CHECKPOINT_KEY") or "var/checkpoint.key"),
        security_log=Path(environment["KODEX_SECURITY_LOG"]) if environment.get("KODEX_SECURITY_LOG") else None,
        time_zone=_time_zone(environment.get("KODEX_TIME_ZONE", "Europe/Prague"), faults),
        public_url=_public_url(environment.get("KODEX_PUBLIC_URL", ""), mode, faults),
        session_hours=_positive("KODEX_SESSION_HOURS", environment.get("KODEX_SESSION_HOURS", "8"), faults),
        session_idle_minutes=_positive(
            "KODEX_SESSION_IDLE_MINUTES", environment.get("KODEX_SESSION_IDLE_MINUTES", "30"), faults
        ),
        attempts_per_account=_among(ATTEMPTS_PER_ACCOUNT, "KODEX_ATTEMPTS_PER_ACCOUNT", "5", environment, faults),
        attempts_per_address=_among(ATTEMPTS_PER_ADDRESS, "KODEX_ATTEMPTS_PER_ADDRESS", "100", environment, faults),
        retention_leavers_months=_positive(
            "KODEX_RETENTION_LEAVERS_MONTHS", environment.get("KODEX_RETENTION_LEAVERS_MONTHS", "120"), faults
        ),
        retention_deputies_months=_positive(
            "KODEX_RETENTION_DEPUTIES_MONTHS", environment.get("KODEX_RETENTION_DEPUTIES_MONTHS", "24"), faults
        ),
        smtp_url=_smtp_url(environment, faults),
        mail_from=_mail_from(environment, faults),
        single_sign_on=_single_sign_on(environment, faults),
        scim_token=_scim_token(environment.get("KODEX_SCIM_TOKEN", ""), mode, faults),
        lrs_key=environment.get("KODEX_LRS_KEY") or None,
        lrs_secret=environment.get("KODEX_LRS_SECRET") or None,
    )
    if (settings.lrs_key is None) != (settings.lrs_secret is None):
        faults.append(
            sentence(
                "{name} is missing; a learning record store needs its key and its secret.",
                name="KODEX_LRS_KEY" if settings.lrs_key is None else "KODEX_LRS_SECRET",
            )
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
    "KODEX_ATTEMPTS_PER_ACCOUNT",
    "KODEX_ATTEMPTS_PER_ADDRESS",
    "KODEX_CHECKPOINT_KEY",
    "KODEX_CONTENT",
    "KODEX_DATABASE_URL",
    "KODEX_LRS_KEY",
    "KODEX_LRS_SECRET",
    "KODEX_MAIL_FROM",
    "KODEX_MODE",
    "KODEX_OIDC_CLAIM",
    "KODEX_OIDC_CLIENT_ID",
    "KODEX_OIDC_CLIENT_SECRET",
    "KODEX_OIDC_GROUPS",
    "KODEX_OIDC_ISSUER",
    "KODEX_PUBLIC_URL",
    "KODEX_RETENTION_DEPUTIES_MONTHS",
    "KODEX_RETENTION_LEAVERS_MONTHS",
    "KODEX_SCIM_TOKEN",
    "KODEX_SECRET",
    "KODEX_SECURITY_LOG",
    "KODEX_SESSION_HOURS",
    "KODEX_SESSION_IDLE_MINUTES",
    "KODEX_SMTP_URL",
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
                "or postgresql+psycopg://user:password@host:port/database; several servers are named by "
                "postgresql+psycopg://user:password@/database?host=first:port&host=second:port."
            )
        )
    prefix = "sqlite:///"
    if value.startswith(prefix) and not Path(value.removeprefix(prefix)).is_absolute():
        return f"{prefix}{HOME / value.removeprefix(prefix)}"
    return value


def _is_url(value: str) -> bool:
    try:
        url = make_url(value)
        if not url.drivername.startswith("sqlite"):
            url.get_dialect()().create_connect_args(url)  # which takes several hosts apart
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


def _public_url(value: str, mode: Mode, faults: list[Sentence]) -> str | None:
    if not value:
        if mode is Mode.PRODUCTION:
            faults.append(
                sentence(
                    "KODEX_PUBLIC_URL is missing; links, certificates and badges would name whatever address a "
                    "request claims. Give the one that people use, such as https://kodex.example.com."
                )
            )
        return None
    if not _is_public_url(value):
        faults.append(
            sentence(
                "KODEX_PUBLIC_URL is “{value}”; it has to be an address such as https://kodex.example.com, "
                "without ? and #.",
                value=value,
            )
        )
    elif mode is Mode.PRODUCTION and not value.startswith("https://") and not _is_on_this_machine(value):
        faults.append(
            sentence("KODEX_PUBLIC_URL is “{value}”; in production it has to begin with https://.", value=value)
        )
    return value.rstrip("/")


def _is_public_url(value: str) -> bool:
    try:
        address = urlsplit(value)
        is_whole = address.scheme in {"http", "https"} and bool(address.hostname) and address.port != 0
    except ValueError:
        return False
    return is_whole and "@" not in address.netloc and not address.query and not address.fragment


def _is_on_this_machine(value: str) -> bool:
    return urlsplit(value).hostname in LOOPBACK


def _positive(name: str, value: str, faults: list[Sentence]) -> int:
    if value.isascii() and value.isdigit() and int(value) > 0:
        return int(value)
    faults.append(sentence("{name} is “{value}”; it has to be a whole number above 0.", name=name, value=value))
    return 1


def _among(numbers: range, name: str, default: str, environment: Mapping[str, str], faults: list[Sentence]) -> int:
    value = environment.get(name, default)
    if value in map(str, numbers):
        return int(value)
    faults.append(
        sentence(
            "{name} is “{value}”; it has to be a whole number from {least} to {most}.",
            name=name,
            value=value,
            least=numbers[0],
            most=numbers[-1],
        )
    )
    return int(default)


def _smtp_url(environment: Mapping[str, str], faults: list[Sentence]) -> str | None:
    value = environment.get("KODEX_SMTP_URL")
    if not value:
        return None
    if not _is_mail_server(value):
        faults.append(
            sentence("KODEX_SMTP_URL has to be smtp://user:password@host:port or smtps://user:password@host:port.")
        )
    # A link in a letter never follows the address of a request, which whoever asks can choose.
    faults += [
        sentence("{name} is missing; letters, which KODEX_SMTP_URL asks for, need it.", name=name)
        for name in ("KODEX_MAIL_FROM", "KODEX_PUBLIC_URL")
        if not environment.get(name)
    ]
    return value


def _is_mail_server(value: str) -> bool:
    try:
        address = urlsplit(value)
        is_whole = address.scheme in {"smtp", "smtps"} and bool(address.hostname) and address.port != 0
    except ValueError:
        return False
    has_both_or_neither = (address.username is None) == (address.password is None)
    return is_whole and has_both_or_neither and not (address.path.strip("/") or address.query or address.fragment)


def _mail_from(environment: Mapping[str, str], faults: list[Sentence]) -> str | None:
    value = environment.get("KODEX_MAIL_FROM")
    if not value:
        return None
    try:
        is_address = bool(Address(addr_spec=value).domain)
    except (MessageError, ValueError, LookupError, AttributeError):
        is_address = False
    if not is_address:
        faults.append(
            sentence(
                "KODEX_MAIL_FROM is “{value}”; it has to be one address, such as kodex@example.com.", value=value
            )
        )
    return value


def _single_sign_on(environment: Mapping[str, str], faults: list[Sentence]) -> SingleSignOn | None:
    given = {name: environment.get(f"KODEX_OIDC_{name}", "") for name in ("ISSUER", "CLIENT_ID", "CLIENT_SECRET")}
    claim, groups = environment.get("KODEX_OIDC_CLAIM", ""), environment.get("KODEX_OIDC_GROUPS", "")
    if not any((*given.values(), claim, groups)):
        return None
    faults += [
        sentence("{name} is missing; single sign-on needs the issuer, the client's id and its secret.", name=name)
        for name in (f"KODEX_OIDC_{name}" for name, value in given.items() if not value)
    ]
    if given["ISSUER"] and not _is_issuer(given["ISSUER"]):
        faults.append(
            sentence(
                "KODEX_OIDC_ISSUER is “{value}”; it has to begin with https://, and have neither ? nor #.",
                value=given["ISSUER"],
            )
        )
    name, matches = _claim(claim or "email", faults)
    return SingleSignOn(
        issuer=given["ISSUER"],
        client_id=given["CLIENT_ID"],
        client_secret=given["CLIENT_SECRET"],
        claim=name,
        matches=matches,
        roles_of_groups=_roles_of_groups(groups, faults),
    )


def _is_issuer(value: str) -> bool:
    """Plain HTTP is for a provider on this machine alone."""
    try:
        address = urlsplit(value)
        is_safe = address.scheme == "https" or (address.scheme == "http" and address.hostname in LOOPBACK)
    except ValueError:
        return False
    return is_safe and bool(address.hostname) and not address.query and not address.fragment


def _claim(value: str, faults: list[Sentence]) -> tuple[str, str]:
    name, _, matches = value.partition(":")
    if value == "email":
        return "email", "email"
    # The claim “email” counts where the provider has verified it, and not otherwise.
    if not name or name == "email" or matches not in MATCHED:
        faults.append(
            sentence(
                "KODEX_OIDC_CLAIM is “{value}”; it has to be “email”, or another claim and what it is compared with, "
                "such as “employee_number:employee_id” or “upn:email”.",
                value=value,
            )
        )
    return name, matches


def _roles_of_groups(value: str, faults: list[Sentence]) -> tuple[tuple[str, str], ...]:
    found: list[tuple[str, str]] = []
    for part in (part.strip() for part in value.split(",") if part.strip()):
        group, _, role = (each.strip() for each in part.rpartition("="))
        if not group or role not in GRANTED_BY_GROUPS:
            faults.append(
                sentence(
                    "KODEX_OIDC_GROUPS has “{part}”; it has to be a group and a role, such as kodex-hr=hr. "
                    "The roles are {roles}.",
                    part=part,
                    roles=", ".join(GRANTED_BY_GROUPS),
                )
            )
        found.append((group, role))
    return tuple(found)


def _scim_token(value: str, mode: Mode, faults: list[Sentence]) -> str | None:
    if value and len(value) < SHORTEST_SECRET:
        faults.append(
            sentence(
                "KODEX_SCIM_TOKEN is too short; give at least {length} random characters.",
                length=SHORTEST_SECRET,
            )
        )
    elif value and mode is Mode.DEMONSTRATION:
        faults.append(
            sentence(
                "KODEX_SCIM_TOKEN is for production; real people do not belong among a demonstration's invented ones."
            )
        )
    return value or None
