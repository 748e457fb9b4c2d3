"""Verification on the audit trail: started by one person, watched by all who look, and its result in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape
from threading import Lock
from zoneinfo import ZoneInfo

import streamlit as st
from sqlalchemy.exc import SQLAlchemyError

from database import Database, UnknownOutcomeError
from installation import now
from people.access import Act, require
from people.directory import Person
from progress.audit import verification, verification_history
from progress.audit.findings import Finding
from progress.audit.verification import Verified
from progress.audit.verification_history import Verification
from progress.record import checkpoints
from progress.record.signing import Key, NotSignedError, Verifier
from screens.parts import page, progress
from screens.parts.session import Visit
from web import background
from web.background import Job, Report, StoppedError
from words import Sentence, Words, sentence

MOST_SHOWN = 100
"""Findings that are listed; all of them are counted."""
LARGEST_FILE = 100_000
"""Bytes of a checkpoint's file; most have a few hundred."""


@dataclass(frozen=True)
class VerificationResult:
    verified: Verified
    """With the first findings only."""
    stored: Verification


@dataclass(frozen=True)
class Run:
    elsewhere: tuple[str, ...]
    """Names of the uploaded checkpoint files."""
    job: Job[VerificationResult]


class Verifications:
    """One verification at a time in this process; people who come meanwhile watch the same one."""

    def __init__(self) -> None:
        self._lock = Lock()
        self.last: Run | None = None

    def begin(self, database: Database, verifiers: Sequence[Verifier], notes: Mapping[str, str]) -> None:
        with self._lock:
            if self.last is not None and not self.last.job.has_ended:
                return
            with database.reading() as connection:
                total = verification.count(connection, None)
            job = background.start(lambda report: _outcome(database, verifiers, notes, report), total)
            self.last = Run(tuple(notes), job)

    def clear(self, run: Run) -> None:
        with self._lock:
            if self.last is run:
                self.last = None


_desk = Verifications()


def _outcome(
    database: Database, verifiers: Sequence[Verifier], notes: Mapping[str, str], report: Report
) -> VerificationResult:
    verified = verification.verify(database, verifiers, notes, on_progress=report)
    stored = verification_history.keep(database, verified, len(notes), now())
    return VerificationResult(replace(verified, findings=tuple(verified.findings[:MOST_SHOWN])), stored)


def is_under_way() -> bool:
    return _desk.last is not None and not _desk.last.job.has_ended


def draw(visit: Visit, key: Key, last: Verification | None) -> None:
    t = visit.words
    with st.container(gap="small", key="verify"):
        st.header(t("Verify the record"), anchor=False)
        if _desk.last is not None and not _desk.last.job.has_ended:
            progress.show(visit, _desk.last.job, _how_far, "verified")
            return
        if _desk.last is not None:
            _say_what_came(visit, _desk.last, last)
        st.markdown(
            t(
                "Every event is recomputed with its hash, and every chain and checkpoint with its "
                "root; so are the content and the directory’s past. Everybody’s status and each "
                "certificate are compared with the events."
            )
        )
        uploaded = st.file_uploader(
            t("Checkpoints that you kept yourself (optional)"), accept_multiple_files=True, key="verify_files"
        )
        notes, faults = _notes([(each.name, each.getvalue()) for each in uploaded], key.verifiers)
        for fault in faults:
            page.complaint(t.say(fault))
        if st.button(t("Verify the record"), type="primary", key="verify_record") and not faults:
            require(visit.principal, Act.VERIFY)
            _desk.begin(visit.database, key.verifiers, notes)
            st.rerun()


def _how_far(t: Words, done: int, total: int) -> str:
    if not done:
        return t("The checkpoints are being recomputed…")
    return t("{n} {of_total} events recomputed", n=t.number(done), of_total=t.out_of(total))


def _notes(
    files: Sequence[tuple[str, bytes]], verifiers: Sequence[Verifier]
) -> tuple[dict[str, str], list[Sentence]]:
    """Return the checkpoints by file name, and the faults of files that are none."""
    notes: dict[str, str] = {}
    faults: list[Sentence] = []
    for name, data in files:
        called = name if name not in notes else f"{name} ({len(notes) + 1})"
        try:
            if len(data) > LARGEST_FILE:
                raise NotSignedError(sentence("this is no checkpoint"))
            text = data.decode()
            checkpoints.read(text, verifiers)
        except UnicodeDecodeError:
            faults.append(sentence("{file}: {reason}", file=name, reason=sentence("this is no checkpoint")))
        except NotSignedError as error:
            faults.append(sentence("{file}: {reason}", file=name, reason=error.reason))
        else:
            notes[called] = text
    return notes, faults


# What came of it


def _say_what_came(visit: Visit, run: Run, last: Verification | None) -> None:
    """Say the verdict, unless another process has verified since."""
    t = visit.words
    try:
        outcome = run.job.result.result()
    except (SQLAlchemyError, UnknownOutcomeError, StoppedError):
        page.complaint(t("The verification was not finished: the database did not answer. Begin it once more."))
        return
    except Exception:
        _desk.clear(run)
        raise
    if outcome.stored != last:
        return
    if outcome.stored.findings:
        _tell_findings(visit, outcome)
        return
    page.confirmation(
        t("All checks passed, including against your external checkpoint.")
        if run.elsewhere
        else t("All checks within this database passed.")
    )
    _count(t, outcome, run.elsewhere)
    if not run.elsewhere:
        page.said(
            t(
                "Someone with access to the database could have removed its last events unnoticed, "
                "together with the checkpoints. A checkpoint stored elsewhere would show that: upload "
                "it below and verify again."
            )
        )


def _count(t: Words, outcome: VerificationResult, elsewhere: Sequence[str]) -> None:
    stored, past = outcome.stored, outcome.verified.past
    table = [
        [t("Events, each with the hash that it had"), t.number(stored.events)],
        [t("People, each chain without a gap"), t.number(stored.people)],
        [t("Certificates, as they were issued"), t.number(stored.certificates)],
        [t("Checkpoints, by signature and root"), t.number(stored.checkpoints)],
        [t("Parts of the content, each with the hash that it had"), t.number(outcome.verified.editions)],
        [t("Notes of the directory’s past"), t.number(past.notes)],
        [t("Of these under a checkpoint"), t.number(past.sealed)],
    ]
    if elsewhere:
        table.append([t("Of these kept elsewhere: {files}", files=t.list(elsewhere)), t.number(len(elsewhere))])
    with st.container(key="counts_verified"):
        page.rows(table)


def _tell_findings(visit: Visit, outcome: VerificationResult) -> None:
    t, zone = visit.words, visit.zone
    findings = outcome.verified.findings
    counted = t.plural("{n} check failed.", "{n} checks failed.", outcome.stored.findings)
    st.html(f'<p class="kodex-complaint" role="alert"><span aria-hidden="true">✕</span> {escape(counted)}</p>')
    with visit.database.reading() as connection:
        persons = verification_history.persons(connection, visit.principal, {each.person_key for each in findings})
    items = "".join(
        f"<li><strong>{escape(_capitalised(t.say(each.what, zone)))}</strong>"
        f"<span>{escape(_whose(t, each, persons))}</span>"
        f"<span>{escape(_since(t, each, zone))}</span></li>"
        for each in findings
    )
    st.html(f'<ul class="kodex-findings">{items}</ul>')
    if outcome.stored.findings > len(findings):
        st.caption(t("The first {n} are shown.", n=t.number(len(findings))))


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]


def _whose(t: Words, finding: Finding, persons: Mapping[str, Person]) -> str:
    if not finding.person_key:
        return t("In the checkpoints, the content or the directory’s past")
    person = persons.get(finding.person_key)
    if person is None or not person.name:
        return t("In the chain {key}", key=finding.person_key)
    return t("In the chain of {name}, {id} ({key})", name=person.name, id=person.employee_id, key=person.key)


def _since(t: Words, finding: Finding, zone: ZoneInfo) -> str:
    if finding.sound_until is not None:
        return t("It was right at the checkpoint of {moment}.", moment=t.moment(finding.sound_until, zone))
    return t("No checkpoint has the chain as it is.") if finding.person_key else t("No earlier checkpoint agrees.")
