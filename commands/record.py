"""The record: checkpoints, its verification, the proof of a certificate, the key."""

import os
from collections.abc import Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Annotated

import typer

from commands.console import bar, check_course, check_is_new, fail, key_of, opened, say, t, whole
from database import written
from installation import Installation, now
from people.access import OPERATOR
from people.sign_in import security_log
from progress.audit import evidence, proofs, verification
from progress.audit.evidence import Asked, NotHeldError, Wanted
from progress.audit.evidence_verifier import Outcome
from progress.audit.findings import Finding
from progress.audit.proofs import NoProofError, Prover
from progress.audit.verification import Verified
from progress.record import checkpoints, signing
from progress.record.checkpoints import Reason, Signed
from progress.record.signing import OWNER_ALONE, Key, NotSignedError, UnusableKeyError, Verifier
from progress.reports import export_log, exports

app = typer.Typer(help=t("The record: checkpoints, verification, proofs."), no_args_is_help=True)

LARGEST_FILE = 10_000_000
"""Bytes of a checkpoint or a proof that is read."""
MOST_SAID = 20
"""Lines of the verifier that are printed."""
EVENTS_FOR_PROCESSES = 100_000
"""From so many events on, the time that more processes take to begin is won back."""


@app.command("checkpoint", help=t("Seal the record as it is, and write the signed checkpoint to a file."))
def checkpoint(
    output: Annotated[Path, typer.Option(help=t("The file to write; keep it elsewhere."))],
    nightly: Annotated[bool, typer.Option(help=t("Note that it is the one of every night."))] = False,
) -> None:
    house = opened()
    check_is_new(output)
    reason = Reason.NIGHTLY if nightly else Reason.COMMAND
    signed = checkpoints.make(house.database, key_of(house), now(), reason)
    _write(output, signed.note)
    made = signed.checkpoint
    say(t.plural("{n} event is sealed in {file}.", "{n} events are sealed in {file}.", made.events, file=str(output)))
    say(t("Root {root}, signed by {name}.", root=made.root.hex(), name=made.origin))


@app.command("checkpoints", help=t("List the checkpoints: when each was made, why, and its root."))
def list_checkpoints() -> None:
    house = opened()
    with house.database.reading() as connection:
        rows = checkpoints.kept(connection)
    for row in rows:
        why = t.say(checkpoints.REASONS.get(row.reason, checkpoints.REASONS[None]))
        try:
            signed = checkpoints.read(row.note, house.key.verifiers).checkpoint
        except NotSignedError as error:
            told = [row.made_at, why, t.say(error.reason)]
        else:
            sealed = t.plural("{n} event", "{n} events", signed.events)
            told = [written(signed.at), why, sealed, signed.root.hex()]
        say(f"{row.number}: {', '.join(told)}")


@app.command("verify", help=t("Recompute every chain, the roots, the enrolments and the certificates."))
def verify(
    checkpoint_files: Annotated[
        list[Path] | None, typer.Option("--checkpoint", help=t("A checkpoint kept elsewhere; more than one is fine."))
    ] = None,
    since: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help=t("Only people of whom something was recorded from this day on.")),
    ] = None,
    key: Annotated[
        Path | None, typer.Option(help=t("The public keys to trust, unless they are the own ones."))
    ] = None,
) -> None:
    house = opened()
    notes = {str(file): _text(file) for file in checkpoint_files or []}
    verifiers = _verifiers(house, key)
    begin = _begin_of(house, since.date()) if since else None
    with house.database.reading() as connection:
        total = verification.count(connection, begin)
    with bar(t("Events"), total) as progress:
        verified = verification.verify(
            house.database,
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
                "{n} note of the directory’s past is under no checkpoint yet; the next one seals it.",
                "{n} notes of the directory’s past are under no checkpoint yet; the next one seals them.",
                waiting,
            )
        )
    if verified.findings:
        fail(
            t.plural("{n} thing does not hold.", "{n} things do not hold.", len(verified.findings)),
        )
    if not elsewhere:
        say(
            t(
                "Everything holds within this database. Whoever holds the database can have removed its last events "
                "unseen: verify against a checkpoint that was kept elsewhere, with --checkpoint."
            )
        )
        return
    say(t("Everything holds, up to the newest checkpoint kept elsewhere and beyond."))


def _in_words(finding: Finding) -> str:
    said = t.say(finding.what)
    if not finding.person_key:
        return said
    if finding.sound_until is None:
        return t("{person}: {what}; no checkpoint has the chain as it is", person=finding.person_key, what=said)
    return t(
        "{person}: {what}; the chain was right at the checkpoint of {time}",
        person=finding.person_key,
        what=said,
        time=finding.sound_until.isoformat(timespec="seconds"),
    )


@app.command("proof", help=t("Write what proves one certificate: its events and the path to a checkpoint."))
def proof(
    number: Annotated[str, typer.Argument(help=t("The certificate's number."))],
    output: Annotated[Path, typer.Option(help=t("The file to write. It holds the answers of the attempt."))],
) -> None:
    house = opened()
    check_is_new(output)
    key = key_of(house)
    signed = _sealed(house, key)
    try:
        with house.database.snapshot() as connection:
            proved = Prover(connection, signed).prove(number)
    except NoProofError as error:
        fail(t.say(error.reason))
    _write(output, proved.as_file(key, now()), OWNER_ALONE)
    security_log.note("proof", person=OPERATOR.key, certificate=proved.number)
    say(
        t.plural(
            "{n} event and the path to the checkpoint are in {file}.",
            "{n} events and the path to the checkpoint are in {file}.",
            len(proved.events),
            file=str(output),
        )
    )


@app.command("evidence", help=t("Write certificates with all that proves them, to be verified offline."))
def write_evidence(
    output: Annotated[Path, typer.Option(help=t("The ZIP to write. It holds names and answers."))],
    course: Annotated[str | None, typer.Option(help=t("Only this course."))] = None,
    first: Annotated[
        datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help=t("Issued on this day or later."))
    ] = None,
    last: Annotated[
        datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help=t("Issued on this day or earlier."))
    ] = None,
) -> None:
    house = opened()
    check_is_new(output)
    check_course(house, course)
    wanted = Wanted(course, first and first.date(), last and last.date())
    asked = Asked(OPERATOR, now(), house.settings.time_zone, t.language)
    key = key_of(house)
    signed = _sealed(house, key)
    try:
        with (
            whole(output) as unfinished,
            unfinished.open("w+b") as file,
            house.database.snapshot() as connection,
            bar(t("Certificates"), evidence.count(connection, OPERATOR, wanted)) as progress,
        ):
            told = progress.task_ids[0]
            packed = evidence.pack(connection, asked, wanted, signed, key, file, lambda n: progress.advance(told, n))
            sha256 = exports.sha256_of(file)
    except NoProofError as error:
        fail(t.say(error.reason))
    except NotHeldError as error:
        fail(
            t("The pack does not hold by its own verifier, and was deleted. “record verify” says more:"),
            *error.said[:MOST_SAID],
        )
    selection = {"course": wanted.course_id, "from": wanted.first, "to": wanted.last}
    export_log.keep_pack(house.database, OPERATOR, selection, output.name, packed.certificates, sha256, asked.at)
    say(
        t.plural(
            "{n} certificate with all that proves it is in {file}.",
            "{n} certificates with all that proves them are in {file}.",
            packed.certificates,
            file=str(output),
        )
    )
    if packed.exceptions:
        say(
            t.plural(
                "{n} of them was revoked, corrected or is not sealed yet: index.html in it says which, and why.",
                "{n} of them were revoked, corrected or are not sealed yet: index.html in it says which, and why.",
                packed.exceptions,
            )
        )
    say(t("It holds by its own verifier: an auditor runs verify.py, with public keys that they got by another way."))


@app.command("check-proof", help=t("Check a proof that was written to a file; the database is not asked."))
def check_proof(
    file: Annotated[Path, typer.Argument(help=t("The proof."))],
    key: Annotated[Path, typer.Option(help=t("The public keys to trust."))],
) -> None:
    try:
        checked = proofs.checked(_text(file), signing.verifiers_in(key))
    except UnusableKeyError as error:
        fail(t.say(error.reason))
    if checked.faults:
        fail(*(t.say(each) for each in checked.faults))
    say(t("The proof holds: the certificate stood in the record when the checkpoint was signed."))
    if checked.exceptions:
        for each in checked.exceptions:
            say(t.say(each))
        raise typer.Exit(Outcome.HOLDS_WITH_EXCEPTIONS)


@app.command("new-key", help=t("Change the key that signs; what the old one has signed stays good."))
def new_key() -> None:
    house = opened()
    try:
        changed = signing.changed(house.settings.checkpoint_key)
    except UnusableKeyError as error:
        fail(t.say(error.reason))
    checkpoints.make(house.database, changed, now(), Reason.KEY)
    say(t("The new key is {key}. It has sealed the record.", key=str(changed.verifier)))
    say(
        t(
            "Give auditors the file {file} anew, by a way that they trust.",
            file=str(signing.public_file(house.settings.checkpoint_key)),
        )
    )


def _sealed(house: Installation, key: Key) -> Signed:
    """A checkpoint that holds everything recorded up to now."""
    signed = checkpoints.current(house.database, key, now(), may_seal=True, reason=Reason.EVIDENCE)
    return signed or checkpoints.make(house.database, key, now(), Reason.EVIDENCE)


def _verifiers(house: Installation, file: Path | None) -> Sequence[Verifier]:
    try:
        return signing.verifiers_in(file) if file else house.key.verifiers
    except UnusableKeyError as error:
        fail(t.say(error.reason))


def _begin_of(house: Installation, day: date) -> datetime:
    return datetime.combine(day, time(), house.settings.time_zone)


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
