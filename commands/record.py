"""The record: checkpoints, its verification, the proof of a certificate, the key."""

import hashlib
import os
from collections.abc import Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Annotated

import typer

from commands.console import bar, check_course, check_is_new, fail, key_of, opened, say, t, whole
from database import written
from installation import Installation, now
from people.access import OPERATOR, Asker
from progress.audit import evidence, proofs, verification
from progress.audit.evidence import NotHeldError, PackOrder, PackRequest, Wanted
from progress.audit.evidence_verifier import Outcome
from progress.audit.findings import Finding
from progress.audit.proofs import NoProofError, Prover
from progress.audit.verification import Verified
from progress.record import checkpoints, signing
from progress.record.checkpoints import Reason, Signed
from progress.record.signing import OWNER_ALONE, Key, NotSignedError, UnusableKeyError, Verifier
from progress.reports import export_log
from progress.reports.tables import Written, sha256_of

app = typer.Typer(help=t("The record: checkpoints, verification, proofs."), no_args_is_help=True)

LARGEST_FILE = 10_000_000
"""Bytes; larger checkpoints and proofs are refused."""
MOST_SAID = 20
"""Lines of the verifier's output to print."""
EVENTS_FOR_PROCESSES = 100_000
"""Events above which worker processes save more time than they take to start."""


@app.command("checkpoint", help=t("Seal the record, and write the signed checkpoint to a file."))
def checkpoint(
    output: Annotated[Path, typer.Option(help=t("The file to write; store it elsewhere."))],
    nightly: Annotated[bool, typer.Option(help=t("Mark it as the nightly checkpoint."))] = False,
) -> None:
    installation = opened()
    check_is_new(output)
    reason = Reason.NIGHTLY if nightly else Reason.COMMAND
    signed = checkpoints.make(installation.database, key_of(installation), now(), reason)
    _write(output, signed.note)
    made = signed.checkpoint
    say(t.plural("{n} event is sealed in {file}.", "{n} events are sealed in {file}.", made.events, file=str(output)))
    say(t("Root {root}, signed by {name}.", root=made.root.hex(), name=made.origin))


@app.command("checkpoints", help=t("List the checkpoints: when each was made, why, and its root."))
def list_checkpoints() -> None:
    installation = opened()
    with installation.database.reading() as connection:
        rows = checkpoints.stored(connection)
    for row in rows:
        why = t.say(checkpoints.REASONS.get(row.reason, checkpoints.REASONS[None]))
        try:
            signed = checkpoints.read(row.note, installation.key.verifiers).checkpoint
        except NotSignedError as error:
            told = [row.made_at, why, t.say(error.reason)]
        else:
            sealed = t.plural("{n} event", "{n} events", signed.events)
            told = [written(signed.at), why, sealed, signed.root.hex()]
        say(f"{row.number}: {', '.join(told)}")


@app.command("verify", help=t("Recompute all chains, roots, enrolments and certificates."))
def verify(
    checkpoint_files: Annotated[
        list[Path] | None, typer.Option("--checkpoint", help=t("A checkpoint kept elsewhere; can be repeated."))
    ] = None,
    since: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help=t("Only people with events on or after this day.")),
    ] = None,
    key: Annotated[
        Path | None, typer.Option(help=t("The public keys to trust (default: this installation’s own)."))
    ] = None,
) -> None:
    installation = opened()
    notes = {str(file): _text(file) for file in checkpoint_files or []}
    verifiers = _verifiers(installation, key)
    begin = _begin_of(installation, since.date()) if since else None
    with installation.database.reading() as connection:
        total = verification.count(connection, begin)
    with bar(t("Events"), total) as progress:
        verified = verification.verify(
            installation.database,
            verifiers,
            notes,
            begin,
            lambda n: progress.advance(progress.task_ids[0], n),
            (os.cpu_count() or 1) if total > EVENTS_FOR_PROCESSES else 1,
        )
    _tell(verified, len(notes))


def _tell(verified: Verified, elsewhere: int) -> None:
    for finding in verified.findings:
        say(_in_words(finding))
    counted = (
        t.plural("{n} event", "{n} events", verified.events),
        t.plural("{n} person", "{n} people", verified.people),
        t.plural("{n} certificate", "{n} certificates", verified.certificates),
        t.plural("{n} checkpoint", "{n} checkpoints", verified.checkpoints),
        t.plural("{n} part of the content", "{n} parts of the content", verified.editions),
        t.plural("{n} note of the directory’s past", "{n} notes of the directory’s past", verified.past.notes),
    )
    say(t("Recomputed: {what}.", what=", ".join(counted)))
    if waiting := verified.past.notes - verified.past.sealed:
        say(
            t.plural(
                "{n} note of the directory’s past is not sealed yet; the next checkpoint will seal it.",
                "{n} notes of the directory’s past are not sealed yet; the next checkpoint will seal them.",
                waiting,
            )
        )
    if verified.findings:
        fail(
            t.plural("{n} check failed.", "{n} checks failed.", len(verified.findings)),
        )
    if not elsewhere:
        say(
            t(
                "All checks passed within this database. But somebody with write access to it could have removed "
                "its last events unnoticed: verify it against a checkpoint kept elsewhere, with --checkpoint."
            )
        )
        return
    say(t("All checks passed, including against your external checkpoint."))


def _in_words(finding: Finding) -> str:
    said = t.say(finding.what)
    if not finding.person_key:
        return said
    if finding.sound_until is None:
        return t("{person}: {what}; no checkpoint matches this chain", person=finding.person_key, what=said)
    return t(
        "{person}: {what}; the chain was intact at the checkpoint of {time}",
        person=finding.person_key,
        what=said,
        time=finding.sound_until.isoformat(timespec="seconds"),
    )


@app.command("proof", help=t("Write the proof of one certificate: its events and their path to a checkpoint."))
def proof(
    number: Annotated[str, typer.Argument(help=t("The certificate's number."))],
    output: Annotated[Path, typer.Option(help=t("The file to write. It contains the answers of the attempt."))],
) -> None:
    installation = opened()
    check_is_new(output)
    key = key_of(installation)
    signed = _sealed(installation, key)
    try:
        with installation.database.snapshot() as connection:
            proved = Prover(connection, signed).prove(number)
    except NoProofError as error:
        fail(t.say(error.reason))
    asker = Asker(OPERATOR, now(), installation.settings.time_zone)
    text = proved.as_file(key, asker.now)
    if faults := proofs.checked(text, key.verifiers).faults:
        fail(
            t("The proof failed its check and was not written. “record verify” says more:"),
            *(t.say(each) for each in faults),
        )
    _write(output, text, OWNER_ALONE)
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    export_log.keep_proof(installation.database, asker, proved.number, output.name, sha256)
    say(
        t.plural(
            "{n} event and the path to the checkpoint are in {file}.",
            "{n} events and the path to the checkpoint are in {file}.",
            len(proved.events),
            file=str(output),
        )
    )


@app.command("evidence", help=t("Write certificates with their proofs, to be verified offline."))
def write_evidence(
    output: Annotated[Path, typer.Option(help=t("The ZIP to write. It contains names and answers."))],
    course: Annotated[str | None, typer.Option(help=t("Only this course."))] = None,
    first: Annotated[
        datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help=t("Issued on or after this day."))
    ] = None,
    last: Annotated[
        datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help=t("Issued on or before this day."))
    ] = None,
) -> None:
    installation = opened()
    check_is_new(output)
    check_course(installation, course)
    wanted = Wanted(course, first and first.date(), last and last.date())
    asked = PackRequest(OPERATOR, now(), installation.settings.time_zone, t.language)
    key = key_of(installation)
    signed = _sealed(installation, key)
    try:
        with (
            whole(output) as unfinished,
            unfinished.open("w+b") as file,
            installation.database.snapshot() as connection,
            bar(t("Certificates"), evidence.count(connection, OPERATOR, wanted)) as progress,
        ):
            told = progress.task_ids[0]
            order = PackOrder(asked, wanted, signed, key)
            packed = evidence.pack(connection, order, file, lambda n: progress.advance(told, n))
            written = Written(packed.certificates, sha256_of(file))
    except NoProofError as error:
        fail(t.say(error.reason))
    except NotHeldError as error:
        fail(
            t("The pack failed its own verifier and was deleted. “record verify” says more:"),
            *error.said[:MOST_SAID],
        )
    selection = {"course": wanted.course_id, "from": wanted.first, "to": wanted.last}
    asker = Asker(OPERATOR, asked.at, installation.settings.time_zone)
    export_log.keep_pack(installation.database, asker, selection, output.name, written)
    say(
        t.plural(
            "{n} certificate is in {file}, with its proof.",
            "{n} certificates are in {file}, with their proofs.",
            packed.certificates,
            file=str(output),
        )
    )
    if packed.exceptions:
        say(
            t.plural(
                "{n} of them was revoked, corrected or is not sealed yet: its index.html says which, and why.",
                "{n} of them were revoked, corrected or are not sealed yet: its index.html says which, and why.",
                packed.exceptions,
            )
        )
    say(t("It passed its own verifier: an auditor runs verify.py, with public keys obtained in another way."))


@app.command("check-proof", help=t("Check a proof in a file, without the database."))
def check_proof(
    file: Annotated[Path, typer.Argument(help=t("The proof."))],
    key: Annotated[Path, typer.Option(help=t("The file of public keys to trust."))],
) -> None:
    try:
        checked = proofs.checked(_text(file), signing.verifiers_in(key))
    except UnusableKeyError as error:
        fail(t.say(error.reason))
    if checked.faults:
        fail(*(t.say(each) for each in checked.faults))
    say(t("The proof is valid: the certificate was in the record when the checkpoint was signed."))
    if checked.exceptions:
        for each in checked.exceptions:
            say(t.say(each))
        raise typer.Exit(Outcome.HOLDS_WITH_EXCEPTIONS)


@app.command("new-key", help=t("Change the signing key; signatures made with the old one stay valid."))
def new_key() -> None:
    installation = opened()
    try:
        changed = signing.changed(installation.settings.checkpoint_key)
    except UnusableKeyError as error:
        fail(t.say(error.reason))
    checkpoints.make(installation.database, changed, now(), Reason.KEY)
    say(t("The new key is {key}. It has sealed the record.", key=str(changed.verifier)))
    say(
        t(
            "Give auditors the file {file} again, in a way that they trust.",
            file=str(signing.public_file(installation.settings.checkpoint_key)),
        )
    )


def _sealed(installation: Installation, key: Key) -> Signed:
    """Return a checkpoint over everything recorded so far, making one if needed."""
    signed = checkpoints.current(installation.database, key, now(), may_seal=True, reason=Reason.EVIDENCE)
    return signed or checkpoints.make(installation.database, key, now(), Reason.EVIDENCE)


def _verifiers(installation: Installation, file: Path | None) -> Sequence[Verifier]:
    try:
        return signing.verifiers_in(file) if file else installation.key.verifiers
    except UnusableKeyError as error:
        fail(t.say(error.reason))


def _begin_of(installation: Installation, day: date) -> datetime:
    return datetime.combine(day, time(), installation.settings.time_zone)


def _text(file: Path) -> str:
    try:
        if file.stat().st_size > LARGEST_FILE:
            fail(t("{file} is too large to be a checkpoint or a proof.", file=str(file)))
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        fail(t("{file} cannot be read.", file=str(file)))


def _write(output: Path, text: str, mode: int = 0o666) -> None:
    try:
        with open(output, "x", encoding="utf-8", opener=lambda path, flags: os.open(path, flags, mode)) as file:
            file.write(text)
    except OSError as error:
        output.unlink(missing_ok=True)
        fail(t("{file} cannot be written: {reason}", file=str(output), reason=error.strerror or ""))
