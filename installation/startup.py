"""Makes an installation ready to serve, or says in words why it cannot."""

import os
import sys
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path

from sqlalchemy.exc import OperationalError

from database import Database
from installation import Installation, descriptors, installation, logs, now, schema
from people import directory
from progress import demonstration
from progress.completion import editions
from progress.record.signing import UnusableKeyError
from settings import Mode
from words import SaidError, Sentence, Words, chosen, sentence

DEMONSTRATION_EMPLOYEES = 240
DEMONSTRATION_SEED = 1


class NotReadyError(SaidError):
    """The installation may not serve."""


def operator_words() -> Words:
    """The operator's language, as the terminal has it; English where it says none of ours."""
    wishes = (os.environ.get(name, "").replace("_", "-") for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return Words.of(chosen(*wishes, "en"))


def warning() -> str | None:
    """What does not keep it from serving, but will be felt; none where all is well."""
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
    """Opens the installation and makes it ready; gives why it cannot serve, one line a fault, or none."""
    words = operator_words()
    try:
        house = installation()
        begin_security_log(house.settings.security_log)
        prepare(house)
        for warning in warnings(house):
            sys.stderr.write(words.say(warning) + "\n")
    except SaidError as error:
        return "\n".join(error.lines(words))
    except OperationalError as error:
        return words("The database does not answer: {reason}", reason=str(error.orig).strip())
    return None


def begin_security_log(file: Path | None) -> None:
    """Writes the security log to `file`, or to standard error; raises `NotReadyError` where it cannot be written."""
    try:
        logs.begin_security_log(file)
    except OSError as error:
        raise NotReadyError(
            sentence(
                "KODEX_SECURITY_LOG: {file} cannot be written: {reason}", file=str(file), reason=error.strerror or ""
            )
        ) from error


def warnings(house: Installation) -> Iterator[Sentence]:
    """What keeps no production from serving, and should not stay so."""
    if house.settings.mode is not Mode.PRODUCTION:
        return
    if not house.database.is_rewritten():
        yield sentence(
            "What was deleted from the database earlier may still be in its file; run “manage.py migrate”."
        )
    if house.database.is_sqlite and _lies_beside(house.settings.checkpoint_key, house.database):
        yield sentence(
            "The key {file} lies in the folder of the database: whoever gets one gets both, and can forge the "
            "record. Move it, and set KODEX_CHECKPOINT_KEY.",
            file=str(house.settings.checkpoint_key),
        )


def _lies_beside(key: Path, database: Database) -> bool:
    folder = Path(database.engine.url.database or "").resolve().parent
    return folder in key.resolve().parents


def prepare(house: Installation) -> None:
    """Brings a demonstration to the newest schema and fills it when it is empty; checks a production."""
    if house.settings.mode is Mode.PRODUCTION:
        _check_production(house)
    else:
        if not schema.is_newest(house.database):
            schema.bring_up_to_date(house.database)
        _fill_when_empty(house)
    editions.keep(house.database, house.content)
    try:
        house.key  # noqa: B018 - made at its first use; one that cannot be used is named now
    except UnusableKeyError as error:
        raise NotReadyError(error.reason) from error


def _check_production(house: Installation) -> None:
    faults = []
    if not schema.is_newest(house.database):
        faults.append(sentence("The database has an older schema; run “manage.py migrate” first."))
    else:
        with house.database.reading() as connection:
            if directory.has_invented_people(connection):
                faults.append(
                    sentence("The database holds a demonstration's invented people; production needs its own.")
                )
    if (fault := _fault_of_bind()) is not None:
        faults.append(fault)
    if faults:
        raise NotReadyError(*faults)


def _fault_of_bind() -> Sentence | None:
    """What is wrong with where the server is told to listen, as far as that is known here.

    uvicorn's command knows it, from its options and its environment, and runs this. Of a server that was begun
    otherwise nothing is known before the first request; `web/transport.py` refuses plain HTTP there.
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
    """Whether only this machine itself can be meant."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _fill_when_empty(house: Installation) -> None:
    with house.database.reading() as connection:
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
            house.database,
            house.content,
            DEMONSTRATION_EMPLOYEES,
            DEMONSTRATION_SEED,
            house.settings.time_zone,
            now(),
        )
