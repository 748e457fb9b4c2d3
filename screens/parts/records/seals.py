"""Checkpoints and public keys on the screen of the record: sealing, and what is to be taken away and kept."""

import hashlib

import streamlit as st
from sqlalchemy.exc import SQLAlchemyError

from database import UnknownOutcomeError
from people.access import Act, require
from progress.record import checkpoints, signing
from progress.record.checkpoints import Checkpoint, Reason
from progress.record.signing import Key, NotSignedError, Verifier
from screens.parts import page
from screens.parts.session import Visit
from words import Sentence, Words, sentence

MOST_SHOWN = 10
"""Checkpoints in the list."""
SHORT = 8
"""Bytes of a root that are shown: enough to tell two apart by eye."""
_SEALED = "sealed_checkpoint"
_REFUSED = "seal_refused"


def last(visit: Visit, events: int, key: Key) -> list[list[str]]:
    """Rows about the checkpoint that was made last."""
    t = visit.words
    with visit.database.reading() as connection:
        newest = checkpoints.newest(connection, 1)
    if not newest:
        return [[t("Last checkpoint"), t("none yet")]]
    row = newest[0]
    try:
        signed, by = _read(row.note, key)
    except NotSignedError as error:
        which = sentence("checkpoint {n}", n=row.number)
        said = t.say(sentence("{checkpoint}: {reason}", checkpoint=which, reason=error.reason))
        return [[t("Last checkpoint"), said]]
    called = t("number {n}, {moment}", n=row.number, moment=t.moment(signed.at, visit.zone))
    return [
        [t("Last checkpoint"), called],
        [t("Events sealed in it"), t.number(signed.events)],
        [t("Events since then"), _since(t, events - signed.events)],
        [t("Size of its tree"), t.plural("{n} leaf", "{n} leaves", signed.size)],
        [t("Its root begins with"), _short(signed.root)],
        [t("Signed by the key"), _called(by)],
    ]


def _since(t: Words, n: int) -> str:
    return t.number(n) if n >= 0 else t.plural("{n} of them is missing", "{n} of them are missing", -n)


def _read(note: str, key: Key) -> tuple[Checkpoint, Verifier]:
    signed = checkpoints.read(note, key.verifiers)
    return signed.checkpoint, signing.opened_note(note, key.verifiers)[1]


def _short(root: bytes) -> str:
    return root[:SHORT].hex(" ", 2)


def _called(verifier: Verifier) -> str:
    return f"{verifier.name} {verifier.id.hex()}"


def address(number: int) -> str:
    return f"/export/checkpoint/{number}.txt"


# Sealing


def draw(visit: Visit, key: Key) -> None:
    t = visit.words
    with st.container(gap="small", key="seals"):
        st.header(t("Checkpoints"), anchor=False)
        st.markdown(
            t(
                "A checkpoint seals all that is recorded up to then, under the company’s signature. Keep its file "
                "where nobody who runs Kodex reaches it: whatever is changed, removed or backdated afterwards will "
                "not fit it."
            )
        )
        _say_what_came(t)
        if visit.may(Act.SEAL) and st.button(t("Seal a checkpoint"), key="seal_record"):
            _seal(visit)
            st.rerun()
        _list(visit, key)
    with st.container(gap="small", key="keys"):
        st.header(t("Public keys"), anchor=False)
        st.markdown(
            t(
                "With them an auditor checks the signatures. Give them once, by a way that the auditor trusts: in "
                "person, or on a signed letter. Old keys stay good for what they signed."
            )
        )
        _keys(visit, key)


def _seal(visit: Visit) -> None:
    """Seals the record as it is. Pressed twice, it seals twice, which does no harm."""
    require(visit.principal, Act.SEAL)
    try:
        checkpoints.make(visit.database, visit.installation.key, visit.now, Reason.HR)
        with visit.database.reading() as connection:
            st.session_state[_SEALED] = checkpoints.newest(connection, 1)[0].number
    except UnknownOutcomeError:
        st.session_state[_REFUSED] = page.UNKNOWN_OUTCOME
    except SQLAlchemyError:
        st.session_state[_REFUSED] = sentence("It could not be sealed: the database did not answer. Try it again.")


def _say_what_came(t: Words) -> None:
    refused: Sentence | None = st.session_state.pop(_REFUSED, None)
    if refused is not None:
        page.complaint(t.say(refused))
    number: int | None = st.session_state.pop(_SEALED, None)
    if number is not None:
        page.confirmation(
            t("The record is sealed in checkpoint {n}. Download the file and keep it elsewhere.", n=number)
        )
        page.files([(address(number), t("Download checkpoint {n}", n=number))])


def _list(visit: Visit, key: Key) -> None:
    t, zone = visit.words, visit.zone
    with visit.database.reading() as connection:
        newest = checkpoints.newest(connection, MOST_SHOWN)
    if not newest:
        st.markdown(t("There is none yet."))
        return
    table = []
    for row in newest:
        why = t.say(checkpoints.REASONS.get(row.reason, checkpoints.REASONS[None]))
        try:
            signed, _ = _read(row.note, key)
            said = [t.moment(signed.at, zone), why, t.number(signed.events), _short(signed.root)]
        except NotSignedError as error:
            said = [t.say(error.reason), why, "", ""]
        table.append(([t.number(row.number), *said], address(row.number), t("checkpoint {n}", n=row.number)))
    head = [t("No."), t("Sealed"), t("Why"), t("Events"), t("Root"), t("File")]
    with st.container(key="checkpoints"):
        page.rows_with_files(table, head, t("Download"))
    if len(newest) == MOST_SHOWN:
        st.caption(
            t("The last {n} are shown. The nightly ones are kept as files by whoever runs Kodex.", n=MOST_SHOWN)
        )


# Keys


def _keys(visit: Visit, key: Key) -> None:
    t, zone = visit.words, visit.zone
    table = []
    with visit.database.reading() as connection:
        for each in reversed(key.verifiers):
            first = checkpoints.first_by(connection, each)
            state = t("signs now") if each == key.verifier else t("retired")
            since = t.moment(first, zone) if first else t("no checkpoint yet")
            table.append([_called(each), since, state])
    with st.container(key="told_keys"):
        page.rows(table, [t("Name and id"), t("First checkpoint"), t("Now")])
    digest = hashlib.sha256(signing.as_lines(key.verifiers).encode()).hexdigest()
    with st.container(key="fingerprint"):
        page.said(t("SHA-256 of the file: {hash}", hash=digest))
    page.files([("/export/public-keys.txt", t("Download the public keys"))])
