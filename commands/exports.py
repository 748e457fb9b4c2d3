"""Export certification records to files or to a learning record store, and check exports."""

import time
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated
from urllib.parse import urlsplit

import httpx
import typer

from commands.console import (
    bar,
    check_course,
    check_folder,
    check_unit,
    counted,
    fail,
    key_of,
    opened,
    say,
    t,
    whole,
)
from commands.options import SelectionOptions, typed_day, with_options
from installation import Installation, now
from people.access import OPERATOR, Asker
from progress.record.signing import UnusableKeyError, verifiers_in
from progress.reports import as_of as past
from progress.reports import csv_file, export_statements, exporting, json_file, lists
from progress.reports.as_of import NotYetError, View, end_of
from progress.reports.export_log import ExportKind
from progress.reports.export_statements import ENDING, NotStatedError
from progress.reports.exporting import Desk, FileFormat, Order
from progress.reports.lrs import xapi
from progress.reports.lrs.delivery import Delivered, Delivery
from progress.reports.lrs.store import VERSION, NotDeliveredError, Store
from progress.reports.lrs.xapi import Actor, Namer, Withdrawal
from settings import LOOPBACK

app = typer.Typer(help=t("Export records to files."), no_args_is_help=True)

ANSWER_SECONDS = 30
"""A learning record store has to answer within."""


class Format(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"
    JSON = "json"
    CMI5 = "cmi5"


class Headings(StrEnum):
    FIELD = "field"
    LOCAL = "local"


class Delimiter(StrEnum):
    SEMICOLON = "semicolon"
    COMMA = "comma"
    TAB = "tab"


@dataclass(frozen=True, kw_only=True)
class ExportOptions:
    output: Annotated[Path | None, typer.Option(help=t("The file to write."))] = None
    form: Annotated[Format, typer.Option("--format")] = Format.CSV
    headers: Annotated[
        Headings | None,
        typer.Option(help=t("Names of the fields, or headings in your language (the default in a workbook).")),
    ] = None
    delimiter: Annotated[Delimiter, typer.Option(help=t("With csv: the separator of the columns."))] = (
        Delimiter.SEMICOLON
    )
    selected: SelectionOptions
    as_of: Annotated[str, typer.Option(help=t("As of the end of this day (default: now)."))] = ""
    actor: Annotated[Actor, typer.Option(help=t("With cmi5: how people are identified in the store."))] = (
        Actor.PSEUDONYM
    )
    push: Annotated[
        str | None, typer.Option(metavar="URL", help=t("With cmi5: the learning record store to send them to."))
    ] = None

    @property
    def is_in_words(self) -> bool:
        """Headings in words by default in workbooks, which are for people; the other formats are for programs."""
        usual = Headings.LOCAL if self.form is Format.XLSX else Headings.FIELD
        return self.form is not Format.JSON and (self.headers or usual) is Headings.LOCAL


@app.command("certifications", help=t("Write certification records to a file, or send them as xAPI statements."))
@with_options
def certifications(options: ExportOptions) -> None:
    installation, selection = opened(), options.selected.selection
    today = installation.today(now())
    day = typed_day(options.as_of) if options.as_of else today
    if day > today:
        fail(t.say(NotYetError.reason))
    if options.output is not None:
        check_folder(options.output)
    if options.form is Format.CMI5:
        _as_statements(installation, Order(ExportKind.XAPI, OPERATOR, selection, day, FileFormat.JSON), options)
    elif options.push is not None:
        fail(t("Only --format cmi5 can be sent with --push."))
    elif options.output is None:
        fail(t("Name the file to write, with --output."))
    else:
        form, words = FileFormat(options.form.value), t if options.is_in_words else None
        separator = csv_file.DELIMITERS[options.delimiter.value]
        order = Order(ExportKind.CERTIFICATIONS, OPERATOR, selection, day, form, words, separator)
        _as_records(installation, order, options.output)
    if day < today:
        say(t("Records as of the end of {day}.", day=t.date(day)))


def _desk(installation: Installation) -> Desk:
    return Desk(installation.database, key_of(installation), installation.content, installation.settings.time_zone)


def _as_of(installation: Installation, order: Order) -> AbstractContextManager[View]:
    asker = Asker(OPERATOR, now(), installation.settings.time_zone)
    return past.as_of(installation.database, asker, order.act, order.day)


def _check_names(installation: Installation, order: Order, view: View) -> None:
    check_unit(order.selection.unit, lists.units(view))
    check_course(installation, order.selection.course_id)


def _as_records(installation: Installation, order: Order, output: Path) -> None:
    with _as_of(installation, order) as view:
        _check_names(installation, order, view)
        total = lists.summary(view, order.selection).people
    with ExitStack() as held:
        # Entered first and so left last: no statement appears without its file.
        statement_file = output.with_name(output.name + ENDING)
        statement = held.enter_context(whole(statement_file)) if order.form is not FileFormat.JSON else None
        unfinished = held.enter_context(whole(output))
        progress = held.enter_context(bar(t("Certification records"), total))
        with unfinished.open("w+b") as file:
            finished = exporting.carry_out(
                _desk(installation), order, file, now(), lambda n: progress.advance(progress.task_ids[0], n)
            )
        if statement is not None:
            statement.write_text(finished.statement, "utf-8")
    n = finished.records
    say(t.plural("{n} record written to {file}.", "{n} records written to {file}.", n, file=str(output)))


# xAPI


def _as_statements(installation: Installation, order: Order, options: ExportOptions) -> None:
    output, push = options.output, options.push
    if output is None and push is None:
        fail(t("Name the file to write, with --output, or the learning record store to send to, with --push."))
    base = installation.settings.public_url
    if base is None:
        fail(t("KODEX_PUBLIC_URL is missing; xAPI statements name people and courses by it."))
    address = _address(push) if push is not None else None
    if address and not (installation.settings.lrs_key and installation.settings.lrs_secret):
        fail(
            t(
                "KODEX_LRS_KEY and KODEX_LRS_SECRET are missing; ask the operator of the learning record store "
                "for both."
            )
        )
    titles = {course.id: dict(course.entry.title) for course in installation.content.courses.values()}
    namer = Namer(base, options.actor, titles)
    # Written before it is sent, so that no transaction stays open while another server answers.
    with TemporaryDirectory() as folder:
        file = output or Path(folder) / "statements.json"
        total, withdrawals = _write_statements(installation, order, namer, file)
        if output is not None:
            say(
                t.plural(
                    "{n} statement written to {file}.", "{n} statements written to {file}.", total, file=str(output)
                )
            )
        if address is not None:
            _push(installation, address, file, total, withdrawals)


def _write_statements(
    installation: Installation, order: Order, namer: Namer, file: Path
) -> tuple[int, list[Withdrawal]]:
    """Return the number of statements in the file, and the withdrawals."""
    end = end_of(order.day, installation.settings.time_zone)
    with whole(file) as unfinished, unfinished.open("w+b") as data, bar(t("Statements"), 0) as progress:
        with _as_of(installation, order) as view:
            _check_names(installation, order, view)
            found = xapi.statements(view, order.selection, end, namer)
            written = json_file.write_json(counted(found, progress), data, xapi.STATEMENTS, "statements")
            stated = order.stated(view.connection, Asker(OPERATOR, now(), installation.settings.time_zone))
            withdrawals = [
                each for actor in Actor for each in xapi.withdrawals(view.connection, end, Namer(namer.base, actor))
            ]
        exporting.finish(_desk(installation), order, stated, written, data)
    return written.records, withdrawals


def _push(installation: Installation, address: str, file: Path, total: int, withdrawals: list[Withdrawal]) -> None:
    delivered = _delivered(installation, address, file, total, withdrawals)
    say(t.plural("{n} statement sent.", "{n} statements sent.", delivered.sent))
    if delivered.known:
        say(t.plural("{n} statement was there already.", "{n} statements were there already.", delivered.known))
    if delivered.voided:
        say(
            t.plural(
                "{n} statement that is no longer true was voided there.",
                "{n} statements that are no longer true were voided there.",
                delivered.voided,
            )
        )


def _delivered(
    installation: Installation, address: str, file: Path, total: int, withdrawals: list[Withdrawal]
) -> Delivered:
    key = (installation.settings.lrs_key or "", installation.settings.lrs_secret or "")
    headers = {"X-Experience-API-Version": VERSION, "User-Agent": "Kodex"}
    try:
        with (
            httpx.Client(auth=key, headers=headers, timeout=ANSWER_SECONDS) as client,
            file.open("rb") as data,
            bar(t("Statements sent"), total) as progress,
        ):
            store = Store(client, address, time.sleep)
            advance = partial(progress.advance, progress.task_ids[0])
            return Delivery(installation.database, store, now, advance).carry_out(
                json_file.entries_in(data), withdrawals
            )
    except NotDeliveredError as error:
        fail(t.say(error.reason))


def _address(text: str) -> str:
    """The base address of a learning record store, without /statements."""
    try:
        url = urlsplit(text.strip())
        # Encoding the name for DNS finds every kind of invalid name.
        host, is_whole = url.hostname, url.port != 0 and bool(httpx.URL(text.strip()).host.encode("idna"))
    except (ValueError, httpx.InvalidURL):
        host, is_whole = None, False
    if host is None or not is_whole or url.scheme not in {"https", "http"} or url.query or url.fragment:
        fail(
            t(
                "“{url}” is not the address of a learning record store; give one such as https://lrs.example.com/xapi.",
                url=text,
            )
        )
    if url.username is not None or url.password is not None:
        fail(t("Put no key into the address, where others can see it: set KODEX_LRS_KEY and KODEX_LRS_SECRET."))
    if url.scheme == "http" and host not in LOOPBACK:
        fail(
            t(
                "{host} would be sent people’s records over plain HTTP, which others can read. Give an address that "
                "begins with https://.",
                host=host,
            )
        )
    return f"{url.scheme}://{url.netloc}{url.path.rstrip('/').removesuffix('/statements')}"


# Checking


@app.command("check", help=t("Check that an exported file is unchanged, using its signed statement."))
def check(
    file: Annotated[Path, typer.Argument(help=t("The CSV, XLSX or JSON, or a ZIP of one with its statement."))],
    key: Annotated[Path, typer.Option(help=t("The file of public keys to trust."))],
    statement: Annotated[
        Path | None, typer.Option(help=t("The statement, if it is not next to the file as FILE.statement."))
    ] = None,
) -> None:
    try:
        said = export_statements.checked(file, verifiers_in(key), statement)
    except (UnusableKeyError, NotStatedError) as error:
        fail(t.say(error.reason))
    except OSError:
        fail(t("{file} cannot be read.", file=str(file)))
    for name, value in said.items():
        say(f"{name} {value}")
    say(t("The file is unchanged and its signature is valid."))
