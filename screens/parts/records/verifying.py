"""The record verified on its screen: begun by somebody, watched by whoever looks, and what came of it in words."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
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
from screens.parts import following, page
from screens.parts.session import Visit
from web import beside
from web.beside import EndedError, Tell, UnderWay
from words import Sentence, Words, sentence

MOST_SHOWN = 100
"""Findings in words; all of them are counted."""
LARGEST_FILE = 100_000
"""Bytes of a checkpoint that is read: it has a few hundred."""
_WRITTEN = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
"""A moment as the record has it, within a sentence."""


@dataclass(frozen=True)
class Outcome:
    verified: Verified
    """With the first of its findings."""
    kept: Verification


@dataclass(frozen=True)
class Run:
    elsewhere: tuple[str, ...]
    """The files of the checkpoints that were brought along."""
    under_way: UnderWay[Outcome]


class Desk:
    """One verification at a time in this process: whoever comes meanwhile watches the same one."""

    def __init__(self) -> None:
        self._lock = Lock()
        self.last: Run | None = None

    def begin(self, database: Database, verifiers: Sequence[Verifier], notes: Mapping[str, str]) -> None:
        with self._lock:
            if self.last is not None and not self.last.under_way.has_ended:
                return
            with database.reading() as connection:
                total = verification.count(connection, None)
            under_way = beside.begin(lambda tell: _outcome(database, verifiers, notes, tell), total)
            self.last = Run(tuple(notes), under_way)

    def clear(self, run: Run) -> None:
        with self._lock:
            if self.last is run:
                self.last = None


_desk = Desk()


def _outcome(database: Database, verifiers: Sequence[Verifier], notes: Mapping[str, str], tell: Tell) -> Outcome:
    verified = verification.verify(database, verifiers, notes, on_progress=tell)
    kept = verification_history.keep(database, verified, len(notes), now())
    return Outcome(replace(verified, findings=tuple(verified.findings[:MOST_SHOWN])), kept)


def is_under_way() -> bool:
    return _desk.last is not None and not _desk.last.under_way.has_ended


def draw(seen: Visit, key: Key, last: Verification | None) -> None:
    t = seen.words
    with st.container(gap="small", key="verify"):
        st.header(t("Verify the record"), anchor=False)
        if _desk.last is not None and not _desk.last.under_way.has_ended:
            following.show(seen, _desk.last.under_way, _how_far, "verified")
            return
        if _desk.last is not None:
            _say_what_came(seen, _desk.last, last)
        st.markdown(
            t(
                "Every event is recomputed with its hash, every chain and every checkpoint with its root, and so are "
                "the content and the directory’s past. Where everybody stands, and each certificate, is held against "
                "the events."
            )
        )
        uploaded = st.file_uploader(
            t("Checkpoints that you kept yourself (optional)"), accept_multiple_files=True, key="verify_files"
        )
        notes, faults = _notes([(each.name, each.getvalue()) for each in uploaded], key.verifiers)
        for fault in faults:
            page.complaint(t.say(fault))
        if st.button(t("Verify the record"), type="primary", key="verify_record") and not faults:
            require(seen.principal, Act.VERIFY)
            _desk.begin(seen.database, key.verifiers, notes)
            st.rerun()


def _how_far(t: Words, done: int, total: int) -> str:
    if not done:
        return t("The checkpoints are being recomputed…")
    return t("{n} {of_total} events recomputed", n=t.number(done), of_total=t.out_of(total))


def _notes(
    files: Sequence[tuple[str, bytes]], verifiers: Sequence[Verifier]
) -> tuple[dict[str, str], list[Sentence]]:
    """The checkpoints by the names of their files, and what is wrong with those that are none."""
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


def _say_what_came(seen: Visit, run: Run, last: Verification | None) -> None:
    """The verdict, unless another process has verified since."""
    t = seen.words
    try:
        outcome = run.under_way.result.result()
    except (SQLAlchemyError, UnknownOutcomeError, EndedError):
        page.complaint(t("The verification was not finished: the database did not answer. Begin it once more."))
        return
    except Exception:
        _desk.clear(run)
        raise
    if outcome.kept != last:
        return
    if outcome.kept.findings:
        _tell_findings(seen, outcome)
        return
    page.confirmation(
        t("Everything holds, up to the newest checkpoint kept elsewhere and beyond.")
        if run.elsewhere
        else t("Everything within this database holds.")
    )
    _count(t, outcome, run.elsewhere)
    if not run.elsewhere:
        page.said(
            t(
                "Whoever holds the database can have removed its last events unseen, together with the checkpoints. "
                "A checkpoint that was kept elsewhere shows that: give it below and verify once more."
            )
        )


def _count(t: Words, outcome: Outcome, elsewhere: Sequence[str]) -> None:
    kept, past = outcome.kept, outcome.verified.past
    table = [
        [t("Events, each with the hash that it had"), t.number(kept.events)],
        [t("People, each chain without a gap"), t.number(kept.people)],
        [t("Certificates, as they were issued"), t.number(kept.certificates)],
        [t("Checkpoints, by signature and root"), t.number(kept.checkpoints)],
        [t("Parts of the content, each with the hash that it had"), t.number(outcome.verified.editions)],
        [t("Notes of the directory’s past"), t.number(past.notes)],
        [t("Of these under a checkpoint"), t.number(past.sealed)],
    ]
    if elsewhere:
        table.append([t("Of these kept elsewhere: {files}", files=t.list(elsewhere)), t.number(len(elsewhere))])
    with st.container(key="counts_verified"):
        page.rows(table)


def _tell_findings(seen: Visit, outcome: Outcome) -> None:
    t, zone = seen.words, seen.house.settings.time_zone
    findings = outcome.verified.findings
    counted = t.plural("{n} thing does not hold.", "{n} things do not hold.", outcome.kept.findings)
    st.html(f'<p class="kodex-complaint" role="alert"><span aria-hidden="true">✕</span> {escape(counted)}</p>')
    with seen.database.reading() as connection:
        persons = verification_history.persons(connection, seen.principal, {each.person_key for each in findings})
    items = "".join(
        f"<li><strong>{escape(_in_words(t.say(each.what), seen))}</strong>"
        f"<span>{escape(_whose(t, each, persons))}</span>"
        f"<span>{escape(_since(t, each, zone))}</span></li>"
        for each in findings
    )
    st.html(f'<ul class="kodex-findings">{items}</ul>')
    if outcome.kept.findings > len(findings):
        st.caption(t("The first {n} are shown.", n=t.number(len(findings))))


def _in_words(said: str, seen: Visit) -> str:
    """With its moments as people write them, where the company is."""
    t, zone = seen.words, seen.house.settings.time_zone
    said = _WRITTEN.sub(lambda found: t.moment(datetime.fromisoformat(found[0]), zone), said)
    return said[:1].upper() + said[1:]


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
