"""Certificates: whether one is genuine, and many of them in one file."""

from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import select

import settings
from commands.console import bar, check_folder, check_names, fail, faults_in_words, key_of, opened, say, t, whole
from installation import Installation, now
from people.access import OPERATOR
from people.directory import people
from progress.completion.certificates import decoded, number_in
from progress.completion.rules import Status
from progress.documents import certificate_files, certificate_pdf, certificate_signature, typesetting
from progress.documents.certificate_files import Draw, Gathering
from progress.documents.certificate_signature import SignedCertificate, signed_address
from progress.record import signing
from progress.record.signing import NotSignedError, UnusableKeyError
from progress.reports.selection import Selection
from settings import Settings

app = typer.Typer(help=t("Certificates."), no_args_is_help=True)

FILES = (".pdf", ".txt")
"""How the name of a file ends that is meant as one, whether it is there or not."""


@app.command(help=t("Check a certificate’s PDF, or the text of its QR code, by the public key alone."))
def verify(
    what: Annotated[str, typer.Argument(metavar="FILE|TEXT", help=t("A PDF, a text file, or the text."))],
    name: Annotated[str | None, typer.Option(help=t("Whom it has to be issued to."))] = None,
    key: Annotated[Path | None, typer.Option(help=t("The file of the public keys."))] = None,
) -> None:
    with faults_in_words():
        read = settings.read()
    try:
        verifiers = signing.verifiers_in(key or signing.public_file(read.checkpoint_key))
        found = certificate_signature.read_as_sent(_text(what, read), verifiers)
    except UnusableKeyError as error:
        fail(t.say(error.reason))
    except NotSignedError as error:
        fail(t("This certificate does not hold: {reason}.", reason=t.say(error.reason)))
    _say_what_holds(found, read)
    if name is None:
        say(t("Nothing else is signed of what stands on the paper. Compare it; the name with --name NAME."))
    elif found.is_held_by(name):
        say(t("It was issued to {name}.", name=name))
    else:
        fail(t("It was not issued to {name}.", name=name))


def _say_what_holds(found: SignedCertificate, read: Settings) -> None:
    say(t("The signature holds: “{key}” has signed this, and nobody has altered it since.", key=found.verifier.name))
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
    say(t("Whether it was revoked since then is said at {address} alone.", address=found.address))


def _text(what: str, read: Settings) -> str:
    """What is to be checked, out of a file unless it is the text itself."""
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
                "{number} is a number alone, and nothing in it is signed. Check it at {address}, or give the "
                "certificate’s PDF or the text of its QR code.",
                number=number,
                address=f"{read.public_url or ''}/verify/{number}",
            )
        )
    return what


@app.command("zip", help=t("Write the certificates of a unit, or of any selection, into one ZIP."))
def zip_up(
    output: Annotated[Path, typer.Option(help=t("The file to write."))],
    unit: Annotated[str | None, typer.Option(help=t("Only this unit."))] = None,
    status: Annotated[Status | None, typer.Option(help=t("Only this status."))] = None,
    course: Annotated[str | None, typer.Option(help=t("Only this course."))] = None,
    every_cycle: Annotated[bool, typer.Option(help=t("Earlier cycles too."))] = False,
    leavers: Annotated[bool, typer.Option("--leavers", help=t("People who have left too."))] = False,
) -> None:
    house = opened()
    check_folder(output)
    with house.database.reading() as connection:
        check_names(connection, house, unit, course)
    draw = _drawer(house)
    selection = Selection(course_id=course, unit=unit, status=status, every_cycle=every_cycle, leavers=leavers)
    wanted = certificate_files.numbers(house.database, OPERATOR, selection, house.today(now()))
    if not wanted:
        fail(t("Nobody in the selection has a certificate. Nothing was written."))
    gathered = Gathering(house.database, draw, house.today(now()), house.settings.time_zone, t)
    n = _write(gathered, wanted, output)
    say(t.plural("{n} certificate written to {file}.", "{n} certificates written to {file}.", n, file=str(output)))
    for line in gathered.said_of_boxed():
        say(line)
    if left_out := gathered.said_of_not_confirmed():
        fail("\n".join(left_out))


def _write(gathered: Gathering, wanted: list[str], output: Path) -> int:
    """The whole file or none of it; returns how many certificates are in it."""
    written = 0
    with (
        whole(output) as unfinished,
        bar(t("Certificates"), len(wanted)) as progress,
        unfinished.open("wb") as file,
    ):
        for number, part in gathered.zipped(wanted):
            file.write(part)
            written += number is not None
            progress.update(progress.task_ids[0], completed=written)
    return written


@app.command(help=t("Name the people in whose certificate a box would stand for a letter."))
def letters() -> None:
    house = opened()
    with house.database.reading() as connection:
        rows = connection.execute(select(people).where(people.c.active).order_by(people.c.employee_id)).all()
    n = 0
    for row in rows:
        if boxed := typesetting.boxed(row.name, row.unit):
            n += 1
            say(t("{id} {name}: {letters}", id=row.employee_id, name=row.name, letters=boxed))
    if n:
        say(t.plural("In {n} name a box would be drawn.", "In {n} names a box would be drawn.", n))
    else:
        say(t("Every name can be drawn as it is written."))


def _drawer(house: Installation) -> Draw:
    base = house.settings.public_url
    if base is None:
        fail(t("KODEX_PUBLIC_URL is missing; the certificates name it as the place where they are checked."))
    key = key_of(house)
    return lambda found: certificate_pdf.draw(found, signed_address(found, f"{base}/verify/{found.number}", key))
