"""Every setting, read once from the environment; a wrong one is named at start."""

import math
import os
import secrets
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from email.errors import MessageError
from email.headerregistry import Address
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, ValidationInfo
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from words import SaidError, Sentence, sentence

HOME = Path(__file__).resolve().parent
PREFIX = "KODEX_"
SHORTEST_SECRET = 32
"""Characters."""
LEAST_SECRET_BITS = 75
"""As zxcvbn estimates them: of 32 random hexadecimal digits it finds a little less than their 128."""
LONGEST_ESTIMATED = 72
"""Characters: zxcvbn takes no more."""
EXAMPLE_SECRET = "put-the-output-of-openssl-rand-base64-32-here"  # noqa: S105 - it is refused
"""The placeholder in deploy/kodex.env."""
CHECKPOINT_KEY = Path("var/checkpoint.key")
GRANTED_BY_GROUPS = ("hr", "editor", "auditor")
MATCHED = ("email", "employee_id")
LONGEST_NUMBER = 6
"""Digits of a number: every bound has fewer."""
LOOPBACK = {"localhost", "127.0.0.1", "::1"}


class Mode(StrEnum):
    DEMONSTRATION = "demonstration"
    PRODUCTION = "production"


@dataclass(frozen=True)
class SingleSignOn:
    """The company's OpenID Connect provider, and the claim by which it identifies people."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    claim: str
    matches: str
    """The column of the directory that the claim is compared with: `email` or `employee_id`."""
    roles_of_groups: tuple[tuple[str, str], ...]


class WrongSettingsError(SaidError):
    """There is a sentence for each setting that cannot be used."""


class _Refused(ValueError):  # noqa: N818 - pydantic collects it; nobody else meets it
    def __init__(self, *faults: Sentence) -> None:
        super().__init__()
        self.faults = faults


def refused(text: str, **values: object) -> _Refused:
    return _Refused(Sentence(text, tuple(values.items())))


# Checks of single values


def _mode(value: str) -> str:
    if value not in set(Mode):
        raise refused("KODEX_MODE is “{value}”; it has to be “demonstration” or “production”.", value=value)
    return value


def _database_url(value: str) -> str:
    if not value.startswith(("sqlite:///", "postgresql+psycopg://")) or not _is_url(value):
        raise refused(
            "KODEX_DATABASE_URL has to be sqlite:/// and a file, "
            "or postgresql+psycopg://user:password@host:port/database; several servers are named by "
            "postgresql+psycopg://user:password@/database?host=first:port&host=second:port."
        )
    prefix = "sqlite:///"
    if value.startswith(prefix) and not Path(value.removeprefix(prefix)).is_absolute():
        return f"{prefix}{HOME / value.removeprefix(prefix)}"
    return value


def _is_url(value: str) -> bool:
    try:
        url = make_url(value)
        if not url.drivername.startswith("sqlite"):
            url.get_dialect()().create_connect_args(url)  # parses a list of several hosts
    except (ArgumentError, ValueError):
        return False
    return True


def _content(folder: Path) -> Path:
    if not (folder / "lessons" / "catalogue.yaml").is_file():
        raise refused(
            "KODEX_CONTENT is {folder}, where there is no lessons/catalogue.yaml; "
            "name the folder that holds lessons/ and quizzes/.",
            folder=str(folder),
        )
    return folder


def _time_zone(value: str | ZoneInfo) -> ZoneInfo:
    try:
        return value if isinstance(value, ZoneInfo) else ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        raise refused("KODEX_TIME_ZONE is “{value}”; give a name such as Europe/Prague.", value=value) from None


def _whole(least: int, most: int) -> BeforeValidator:
    """A whole number from `least` to `most`, in plain digits."""

    def check(value: str, info: ValidationInfo) -> int:
        is_number = value.isascii() and value.isdigit() and len(value) <= LONGEST_NUMBER and value == str(int(value))
        if not is_number or not least <= int(value) <= most:
            raise refused(
                "{name} is “{value}”; it has to be a whole number from {least} to {most}.",
                name=_variable(info.field_name or ""),
                value=value,
                least=least,
                most=most,
            )
        return int(value)

    return BeforeValidator(check)


def _is_address(value: str, schemes: Iterable[str]) -> bool:
    """True if `value` has one of `schemes`, a host, a possible port, and neither ? nor #."""
    try:
        address = urlsplit(value)
        is_whole = address.scheme in schemes and bool(address.hostname) and address.port != 0
    except ValueError:
        return False
    return is_whole and not address.query and not address.fragment


def _public_url(value: str | None, info: ValidationInfo) -> str | None:
    if value is None:
        return None
    if not _is_address(value, {"http", "https"}) or "@" in urlsplit(value).netloc:
        raise refused(
            "KODEX_PUBLIC_URL is “{value}”; it has to be an address such as https://kodex.example.com, "
            "without ? and #.",
            value=value,
        )
    if _is_production(info) and not value.startswith("https://") and urlsplit(value).hostname not in LOOPBACK:
        raise refused("KODEX_PUBLIC_URL is “{value}”; in production it has to begin with https://.", value=value)
    return value.rstrip("/")


def _smtp_url(value: str | None) -> str | None:
    if value is not None and not _is_mail_server(value):
        raise refused("KODEX_SMTP_URL has to be smtp://user:password@host:port or smtps://user:password@host:port.")
    return value


def _is_mail_server(value: str) -> bool:
    if not _is_address(value, {"smtp", "smtps"}):
        return False
    address = urlsplit(value)
    has_both_or_neither = (address.username is None) == (address.password is None)
    return has_both_or_neither and not address.path.strip("/")


def _mail_from(value: str | None) -> str | None:
    try:
        is_address = value is None or bool(Address(addr_spec=value).domain)
    except (MessageError, ValueError, LookupError, AttributeError):
        is_address = False
    if not is_address:
        raise refused(
            "KODEX_MAIL_FROM is “{value}”; it has to be one address, such as kodex@example.com.", value=value
        )
    return value


# Secrets


def _is_production(info: ValidationInfo) -> bool:
    return info.data.get("mode") is Mode.PRODUCTION


def _secret(value: bytes, info: ValidationInfo) -> bytes:
    if not value:
        # Without one production does not start: see `_missing`.
        return b"" if _is_production(info) else _own_secret(HOME / "var" / "secret")
    text = value.decode()
    if len(text) < SHORTEST_SECRET:
        raise refused("KODEX_SECRET is too short; give at least {length} random characters.", length=SHORTEST_SECRET)
    if _is_production(info) and (text == EXAMPLE_SECRET or _bits(text) < LEAST_SECRET_BITS):
        raise refused("KODEX_SECRET is guessable; generate one with “openssl rand -base64 32”.")
    return value


def _bits(value: str) -> float:
    """Return an estimate of the entropy of `value` in bits."""
    # Imported here: its dictionaries take time, which a demonstration and its commands do not need to spend.
    from zxcvbn import zxcvbn

    return float(zxcvbn(value[:LONGEST_ESTIMATED])["guesses_log10"]) * math.log2(10)


def _own_secret(file: Path) -> bytes:
    """Return a demonstration's own secret, made at the first start and stored so that a restart signs nobody out."""
    file.parent.mkdir(parents=True, exist_ok=True)
    if not file.exists():
        # Written completely before it gets its name: of two processes that start together one names it, both read it.
        with tempfile.NamedTemporaryFile("w", dir=file.parent) as new:
            new.write(secrets.token_urlsafe(SHORTEST_SECRET))
            new.flush()
            with suppress(FileExistsError):
                os.link(new.name, file)
    return file.read_bytes()


def _scim_token(value: str | None, info: ValidationInfo) -> str | None:
    if value is not None and len(value) < SHORTEST_SECRET:
        raise refused(
            "KODEX_SCIM_TOKEN is too short; give at least {length} random characters.", length=SHORTEST_SECRET
        )
    if value is not None and info.data.get("mode") is Mode.DEMONSTRATION:
        raise refused(
            "KODEX_SCIM_TOKEN is for production; real people do not belong among a demonstration's invented ones."
        )
    return value


# Single sign-on


def _issuer(value: str | None) -> str | None:
    """Plain HTTP is for a provider on this machine alone."""
    if value is None:
        return None
    is_safe = _is_address(value, {"https"}) or (_is_address(value, {"http"}) and urlsplit(value).hostname in LOOPBACK)
    if not is_safe:
        raise refused(
            "KODEX_OIDC_ISSUER is “{value}”; it has to begin with https://, and have neither ? nor #.",
            value=value,
        )
    return value


def _claim(value: str) -> str:
    name, _, matches = value.partition(":")
    # The claim “email” counts only where the provider has verified it, and so is never compared with anything else.
    if value != "email" and (not name or name == "email" or matches not in MATCHED):
        raise refused(
            "KODEX_OIDC_CLAIM is “{value}”; it has to be “email”, or another claim and what it is compared with, "
            "such as “employee_number:employee_id” or “upn:email”.",
            value=value,
        )
    return value


def _groups(value: str) -> tuple[tuple[str, str], ...]:
    found = [_group(part.strip()) for part in value.split(",") if part.strip()]
    faults = [
        sentence(
            "KODEX_OIDC_GROUPS has “{part}”; it has to be a group and a role, such as kodex-hr=hr. "
            "The roles are {roles}.",
            part="=".join(part),
            roles=", ".join(GRANTED_BY_GROUPS),
        )
        for part in found
        if not part[0] or part[1] not in GRANTED_BY_GROUPS
    ]
    if faults:
        raise _Refused(*faults)
    return tuple(found)


def _group(part: str) -> tuple[str, str]:
    group, _, role = part.rpartition("=")
    return group.strip(), role.strip()


# All of them


def _or(default: Any) -> BeforeValidator:
    """An empty variable counts as one that is not set."""
    return BeforeValidator(lambda value: value or default)


Text = Annotated[str | None, _or(None)]


def _variable(name: str) -> str:
    return f"{PREFIX}{name.upper()}"


class Settings(BaseModel):
    """Plain pydantic: pydantic-settings was weighed, but it ignores unknown variables, which are to be named."""

    model_config = ConfigDict(alias_generator=_variable, extra="forbid", frozen=True)

    mode: Annotated[Mode, BeforeValidator(_mode)] = Mode.DEMONSTRATION
    """The first: the checks of others depend on it."""
    database_url: Annotated[str, AfterValidator(_database_url)] = f"sqlite:///{HOME}/var/kodex.sqlite3"
    content: Annotated[Path, AfterValidator(_content)] = HOME
    secret: Annotated[bytes, AfterValidator(_secret)] = Field(b"", repr=False, validate_default=True)
    checkpoint_key: Annotated[Path, _or(CHECKPOINT_KEY)] = CHECKPOINT_KEY
    """The file of the key that signs checkpoints and certificates; made when it is first needed."""
    security_log: Annotated[Path | None, _or(None)] = None
    """The file of the security log; None for standard error."""
    time_zone: Annotated[ZoneInfo, BeforeValidator(_time_zone)] = ZoneInfo("Europe/Prague")
    public_url: Annotated[Text, AfterValidator(_public_url)] = None
    session_hours: Annotated[int, _whole(1, 8760)] = 8
    session_idle_minutes: Annotated[int, _whole(1, 525_600)] = 30
    attempts_per_account: Annotated[int, _whole(1, 10)] = 5
    attempts_per_address: Annotated[int, _whole(10, 10_000)] = 100
    """A lower limit would lock out a company behind one address, a higher one would stop nobody."""
    attempts_a_day: Annotated[int, _whole(1, 100)] = 5
    """At the assessment of one course."""
    pause_between_attempts_minutes: Annotated[int, _whole(0, 10_080)] = 0
    retention_leavers_months: Annotated[int, _whole(1, 1200)] = 120
    retention_deputies_months: Annotated[int, _whole(1, 1200)] = 24
    retention_leave_months: Annotated[int, _whole(1, 1200)] = 24
    retention_remarks_months: Annotated[int, _whole(1, 1200)] = 24
    retention_notes_months: Annotated[int, _whole(1, 1200)] = 24
    retention_reminders_months: Annotated[int, _whole(1, 1200)] = 24
    escalate_after_days: Annotated[int, _whole(1, 365)] = 14
    """How long somebody is overdue before HR gets a letter about it."""
    smtp_url: Annotated[Text, AfterValidator(_smtp_url)] = Field(None, repr=False)
    mail_from: Annotated[Text, AfterValidator(_mail_from)] = None
    oidc_issuer: Annotated[Text, AfterValidator(_issuer)] = None
    oidc_client_id: Text = None
    oidc_client_secret: Text = Field(None, repr=False)
    oidc_claim: Annotated[str, AfterValidator(_claim), _or("email")] = "email"
    oidc_groups: Annotated[tuple[tuple[str, str], ...], BeforeValidator(_groups)] = ()
    scim_token: Annotated[Text, AfterValidator(_scim_token)] = Field(None, repr=False)
    lrs_key: Text = None
    lrs_secret: Text = Field(None, repr=False)

    @property
    def single_sign_on(self) -> SingleSignOn | None:
        issuer, client_id, client_secret = self.oidc_issuer, self.oidc_client_id, self.oidc_client_secret
        if issuer is None or client_id is None or client_secret is None:
            return None
        name, _, matches = self.oidc_claim.partition(":")
        return SingleSignOn(issuer, client_id, client_secret, name, matches or "email", self.oidc_groups)


NAMES = frozenset(_variable(name) for name in Settings.model_fields)


def read(environment: Mapping[str, str] = os.environ) -> Settings:
    """Return the settings of the environment; raises `WrongSettingsError` naming every wrong one."""
    faults = list(_missing(environment))
    given = {name: value for name, value in environment.items() if name.startswith(PREFIX)}
    try:
        settings = Settings.model_validate(given)
    except ValidationError as error:
        for each in error.errors(include_url=False, include_input=False):
            faults += _in_words(str(each["loc"][0]), each.get("ctx", {}).get("error"))
    if faults:
        raise WrongSettingsError(*faults)  # never with the validation error, which repeats secrets
    return settings


def _in_words(name: str, cause: object) -> tuple[Sentence, ...]:
    if isinstance(cause, _Refused):
        return cause.faults
    return (sentence("{name} is not a setting of Kodex; the README lists them all.", name=name),)


def _missing(environment: Mapping[str, str]) -> Iterator[Sentence]:
    """Yield a sentence for each setting that the mode or another setting needs."""
    given = {name for name, value in environment.items() if value}
    if environment.get("KODEX_MODE") == Mode.PRODUCTION:
        if "KODEX_SECRET" not in given:
            yield sentence(
                "KODEX_SECRET is missing; production needs at least {length} random characters.",
                length=SHORTEST_SECRET,
            )
        if "KODEX_PUBLIC_URL" not in given:
            yield sentence(
                "KODEX_PUBLIC_URL is missing; links, certificates and badges would name whatever address a "
                "request claims. Give the one that people use, such as https://kodex.example.com."
            )
    if "KODEX_SMTP_URL" in given:
        # A link in a letter never follows the address of a request, which the sender of the request can choose.
        for name in sorted({"KODEX_MAIL_FROM", "KODEX_PUBLIC_URL"} - given):
            yield sentence("{name} is missing; letters, which KODEX_SMTP_URL asks for, need it.", name=name)
    if any(name.startswith("KODEX_OIDC_") for name in given & NAMES):
        for name in sorted({"KODEX_OIDC_ISSUER", "KODEX_OIDC_CLIENT_ID", "KODEX_OIDC_CLIENT_SECRET"} - given):
            yield sentence(
                "{name} is missing; single sign-on needs the issuer, the client's id and its secret.", name=name
            )
    if len(missing := {"KODEX_LRS_KEY", "KODEX_LRS_SECRET"} - given) == 1:
        yield sentence("{name} is missing; a learning record store needs its key and its secret.", name=missing.pop())
