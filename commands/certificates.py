"""Certificates: verify one, or write many to one file."""

from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import select

import settings
from commands.console import bar, check_folder, check_names, fail, faults_in_words, key_of, opened, say, t, whole
from commands.options import SelectionOptions, with_options
from installation import Installation, now
from people.access import OPERATOR, Asker
from people.directory import has_access, people
from progress.completion.certificates import decoded, number_in
from progress.documents import certificate_files, certificate_pdf, certificate_signature, typesetting
from progress.documents.certificate_files import Draw, Gathering
from progress.documents.certificate_signature import SignedCertificate, signed_address
from progress.record import signing
from progress.record.signing import NotSignedError, UnusableKeyError
from progress.reports.tables import Written, sha256_of
from settings import Settings

app = typer.Typer(help=t("Certificates."), no_args_is_help=True)

FILES = (".pdf", ".txt")
"""Endings that mark an argument as a file name, even if the file does not exist."""


@app.command(help=t("Check a certificate’s PDF, or the text of its QR code, with the public key alone."))
def verify(
    what: Annotated[str, typer.Argument(metavar="FILE|TEXT", help=t("A PDF, a text file, or the text."))],
    name: Annotated[str | None, typer.Option(help=t("The name that it must be issued to."))] = None,
    key: Annotated[Path | None, typer.Option(help=t("The file with the public keys."))] = None,
) -> None:
    with faults_in_words():
        read = settings.read()
    try:
        verifiers = signing.verifiers_in(key or signing.public_file(read.checkpoint_key))
        found = certificate_signature.read_as_sent(_text(what, read), verifiers)
    except UnusableKeyError as error:
        fail(t.say(error.reason))
    except NotSignedError as error:
        fail(t("This certificate could not be verified: {reason}.", reason=t.say(error.reason)))
    _say_what_holds(found, read)
    if name is None:
        say(t("Nothing else on the paper is signed: compare it with these lines, and the name by --name NAME."))
    elif found.is_held_by(name):
        say(t("It was issued to {name}.", name=name))
    else:
        fail(t("It was not issued to {name}.", name=name))


def _say_what_holds(found: SignedCertificate, read: Settings) -> None:
    say(t("The signature is valid: “{key}” signed this, and nobody has altered it since.", key=found.verifier.name))
    say(
        t(
            "Certificate {number}, course {course}, version {version}.",
            number=found.number,
            course=found.course_id,
            version=found.course_version,
        )
    )
    dates = {"first": t.date(found.valid_from), "last": t.date(found.valid_until)}
    today = now().astimezone(read.time_zone).date()
    if today > found.valid_until:
        say(t("It was valid from {first} to {last}, and has expired.", **dates))
    elif today < found.valid_from:
        say(t("It will be valid from {first} to {last}.", **dates))
    else:
        say(t("It is valid from {first} to {last}.", **dates))
    say(t("Only {address} can tell whether it has been revoked since.", address=found.address))


def _text(what: str, read: Settings) -> str:
    """Return the signed text: from the file, or `what` itself if it is the text."""
    number = number_in(what)
    if "://" not in what:
        try:
            return certificate_signature.signed_text_in(Path(what).read_bytes())
        except OSError as error:
            if number is None or what.lower().endswith(FILES):
                fail(t("{file} cannot be read: {reason}", file=what, reason=error.strerror or ""))
    if number is not None and "#" not in decoded(what):
        fail(
            t(
                "{number} is only a number; nothing in it is signed. Check it at {address}, or give the "
                "certificate’s PDF or the text of its QR code.",
                number=number,
                address=f"{read.public_url or ''}/verify/{number}",
            )
        )
    return what


@app.command("zip", help=t("Write the certificates of a unit, or any other selection, to one ZIP."))
@with_options
def zip_up(output: Annotated[Path, typer.Option(help=t("The file to write."))], options: SelectionOptions) -> None:
    installation, selection = opened(), options.selection
    check_folder(output)
    with installation.database.reading() as connection:
        check_names(connection, installation, selection.unit, selection.course_id)
    draw = _drawer(installation)
    wanted = certificate_files.numbers(installation.database, OPERATOR, selection, installation.today(now()))
    if not wanted:
        fail(t("Nobody in the selection has a certificate. Nothing was written."))
    asker = Asker(OPERATOR, now(), installation.settings.time_zone)
    gathered = Gathering(installation.database, draw, asker.today, asker.zone, t)
    written = _write(gathered, wanted, output)
    certificate_files.note(installation.database, asker, selection, output.name, written)
    n = written.records
    say(t.plural("{n} certificate written to {file}.", "{n} certificates written to {file}.", n, file=str(output)))
    for line in gathered.said_of_boxed():
        say(line)
    if left_out := gathered.said_of_not_confirmed():
        fail("\n".join(left_out))


def _write(gathered: Gathering, wanted: list[str], output: Path) -> Written:
    """Write the whole file or none of it; return the number of certificates in it, and its SHA-256."""
    n = 0
    with (
        whole(output) as unfinished,
        bar(t("Certificates"), len(wanted)) as progress,
        unfinished.open("w+b") as file,
    ):
        for number, part in gathered.zipped(wanted):
            file.write(part)
            n += number is not None
            progress.update(progress.task_ids[0], completed=n)
        return Written(n, sha256_of(file))


@app.command(help=t("List the people whose certificates would show a box in place of a letter."))
def letters() -> None:
    installation = opened()
    with installation.database.reading() as connection:
        here = has_access(installation.today(now()))
        rows = connection.execute(select(people).where(here).order_by(people.c.employee_id)).all()
    n = 0
    for row in rows:
        if boxed := typesetting.boxed(row.name, row.unit):
            n += 1
            say(t("{id} {name}: {letters}", id=row.employee_id, name=row.name, letters=boxed))
    if n:
        say(t.plural("{n} name would be printed with a box.", "{n} names would be printed with a box.", n))
    else:
        say(t("Every name can be printed as it is written."))


def _drawer(installation: Installation) -> Draw:
    base = installation.settings.public_url
    if base is None:
        fail(t("KODEX_PUBLIC_URL is missing; certificates name it as the address where they are checked."))
    key = key_of(installation)
    return lambda found: certificate_pdf.draw(found, signed_address(found, f"{base}/verify/{found.number}", key))
