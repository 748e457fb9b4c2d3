"""Start-up: an installation made ready to serve, or the reasons why it cannot."""

import os
import sys
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path

from sqlalchemy.exc import OperationalError

from database import Database, rewriting
from installation import Installation, descriptors, installation, logs, now, schema
from people import directory
from progress import demonstration
from progress.completion import editions
from progress.record.signing import UnusableKeyError
from settings import Mode
from words import SaidError, Sentence, Words, chosen, sentence

DEMONSTRATION_EMPLOYEES = 240
DEMONSTRATION_SEED = 1
EXAMPLE = "example.com"
"""Domain of the contacts in the bundled content; nobody can be reached there."""


class NotReadyError(SaidError):
    """The installation may not serve."""


def operator_words() -> Words:
    """Return the words of the terminal's language, or else of English."""
    wishes = (os.environ.get(name, "").replace("_", "-") for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return Words.of(chosen(*wishes, "en"))


def warning() -> str | None:
    """Return a warning about a limit that does not keep the server from starting, or None."""
    if descriptors.limit() >= descriptors.ENOUGH:
        return None
    t = operator_words()
    return t(
        "This process may open {n} files, which is enough for about {tabs} open tabs. "
        "Raise the limit to at least {enough} (LimitNOFILE in a systemd unit, or “ulimit -n”).",
        n=descriptors.limit(),
        tabs=descriptors.most_tabs(),
        enough=descriptors.ENOUGH,
    )


def fault() -> str | None:
    """Open the installation and make it ready; returns why it cannot serve, one line per reason, or None."""
    words = operator_words()
    try:
        installed = installation()
        begin_security_log(installed.settings.security_log)
        prepare(installed)
        for warning in warnings(installed):
            sys.stderr.write(words.say(warning) + "\n")
    except SaidError as error:
        return "\n".join(error.lines(words))
    except OperationalError as error:
        return words("The database does not answer: {reason}", reason=str(error.orig).strip())
    return None


def begin_security_log(file: Path | None) -> None:
    """Write the security log to `file`, or to standard error. Raises `NotReadyError` if it cannot be written."""
    try:
        logs.begin_security_log(file)
    except OSError as error:
        raise NotReadyError(
            sentence(
                "KODEX_SECURITY_LOG: {file} cannot be written: {reason}", file=str(file), reason=error.strerror or ""
            )
        ) from error


def warnings(installed: Installation) -> Iterator[Sentence]:
    """Yield problems that a production can start with, and should not keep."""
    if installed.settings.mode is not Mode.PRODUCTION:
        return
    if not rewriting.is_rewritten(installed.database):
        yield sentence(
            "What was deleted from the database earlier may still be in its file; run “manage.py migrate”."
        )
    if installed.database.is_sqlite and _lies_beside(installed.settings.checkpoint_key, installed.database):
        yield sentence(
            "The key {file} lies in the folder of the database: whoever gets one gets both, and can forge the "
            "record. Move it, and set KODEX_CHECKPOINT_KEY.",
            file=str(installed.settings.checkpoint_key),
        )
    company = installed.content.company
    if any(contact.email.endswith(f"@{EXAMPLE}") for contact in company.contacts):
        yield sentence(
            "The content is that of “{company}”, whose contacts are invented; certificates are issued in its name. "
            "Set KODEX_CONTENT to a folder with your own company.",
            company=next(iter(company.name.values())),
        )


def _lies_beside(key: Path, database: Database) -> bool:
    folder = Path(database.engine.url.database or "").resolve().parent
    return folder in key.resolve().parents


def prepare(installed: Installation) -> None:
    """Bring a demonstration to the newest schema, and fill it if it is empty; check a production."""
    if installed.settings.mode is Mode.PRODUCTION:
        _check_production(installed)
    else:
        if not schema.is_newest(installed.database):
            schema.bring_up_to_date(installed.database)
        _fill_when_empty(installed)
    editions.keep(installed.database, installed.content)
    try:
        installed.key  # noqa: B018 - made at its first use; one that cannot be used is named now
    except UnusableKeyError as error:
        raise NotReadyError(error.reason) from error


def _check_production(installed: Installation) -> None:
    faults = []
    if not schema.is_newest(installed.database):
        faults.append(sentence("The database has an older schema; run “manage.py migrate” first."))
    else:
        with installed.database.reading() as connection:
            if directory.has_invented_people(connection):
                faults.append(
                    sentence("The database holds a demonstration's invented people; production needs its own.")
                )
    if (fault := fault_of_bind()) is not None:
        faults.append(fault)
    if faults:
        raise NotReadyError(*faults)


def fault_of_bind() -> Sentence | None:
    """Return the problem with the listen address, or None.

    It is known when uvicorn's command runs this. Otherwise nothing is known before the first request, and
    `web/transport.py` refuses plain HTTP.
    """
    # Imported here: a command of the operator's has no use for them.
    import click
    import uvicorn

    context = click.get_current_context(silent=True)
    if context is None or context.command.callback is not uvicorn.main.callback:
        return None
    asked = context.params
    proxies = asked["forwarded_allow_ips"] or os.environ.get("FORWARDED_ALLOW_IPS", "")
    trusted = {proxy.strip() for proxy in proxies.split(",")} - {""}
    if asked["uds"] is not None:
        return None
    if asked["proxy_headers"] and "*" in trusted:
        return sentence(
            "--forwarded-allow-ips is “*”: whoever connects could claim to come over HTTPS. Name the proxy's address."
        )
    is_behind_proxy = asked["proxy_headers"] and not all(is_loopback(proxy) for proxy in trusted)
    if asked["fd"] is not None or is_loopback(asked["host"]) or asked["ssl_certfile"] or is_behind_proxy:
        return None
    return sentence(
        "The server is to listen on {host}, where others reach it, without TLS and without a trusted proxy. "
        "Listen on 127.0.0.1 behind a proxy, or give --ssl-certfile and --ssl-keyfile, "
        "or name the proxy by --forwarded-allow-ips.",
        host=asked["host"],
    )


def is_loopback(host: str) -> bool:
    """True if the host can only be this machine itself."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _fill_when_empty(installed: Installation) -> None:
    with installed.database.reading() as connection:
        if directory.has_real_people(connection):
            raise NotReadyError(
                sentence(
                    "The database holds real people; a demonstration, where anybody may choose to be "
                    "anybody, must not run on it. Set KODEX_MODE=production."
                )
            )
        is_empty = directory.is_empty(connection)
    if is_empty:
        t = operator_words()
        sys.stderr.write(
            t("The database is empty. Inventing a company of {n} people…", n=DEMONSTRATION_EMPLOYEES) + "\n"
        )
        demonstration.fill(
            installed.database,
            installed.content,
            DEMONSTRATION_EMPLOYEES,
            DEMONSTRATION_SEED,
            installed.settings.time_zone,
            now(),
        )
