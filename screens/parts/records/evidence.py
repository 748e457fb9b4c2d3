"""The evidence pack on the audit trail: its course and period, the making of it, and its file."""

from datetime import date
from urllib.parse import urlencode

import streamlit as st
from sqlalchemy.exc import SQLAlchemyError

from database import UnknownOutcomeError
from people.access import Act, require
from progress.audit import evidence
from progress.audit.evidence import NotHeldError, PackRequest, Wanted
from progress.audit.proofs import NoProofError
from screens.parts import filters, page, progress
from screens.parts.session import Visit
from web.background import StoppedError
from web.downloads.records import NOT_HELD, FinishedPack, Packing, PacksBusyError, packs
from words import Words

MEGABYTE = 1_000_000


def draw(visit: Visit) -> None:
    if not visit.may(Act.TAKE_EVIDENCE):
        return
    t = visit.words
    with st.container(gap="small", key="evidence"):
        st.header(t("Evidence pack"), anchor=False)
        st.markdown(
            t(
                "One ZIP with the certificates of a course and period, the content exactly as it was taught, and "
                "what proves them. An auditor verifies it offline, without Kodex."
            )
        )
        packing = packs.of(visit.principal)
        if packing is not None and not packing.job.has_ended:
            progress.show(visit, packing.job, _how_far, "packed")
            return
        _offer(visit, _chosen(visit), packing)


def _how_far(t: Words, done: int, total: int) -> str:
    if not done:
        return t("The record is being sealed…")
    if done >= total:
        return t("The pack is being checked by its own verifier…")
    return t("{n} {of_total} certificates packed", n=t.number(done), of_total=t.out_of(total))


def _chosen(visit: Visit) -> Wanted:
    t, courses = visit.words, visit.content.courses
    course = st.selectbox(
        t("Course"),
        [None, *courses],
        index=1 if len(courses) == 1 else 0,
        format_func=lambda name: courses[name].title(t.language) if name else t("All courses"),
        key="evidence_course",
    )
    with st.container(horizontal=True, key="filters_evidence"):
        first = _day(visit, t("Issued from"), "evidence_from")
        last = _day(visit, t("Issued to"), "evidence_to")
    return Wanted(course, first, last)


def _day(visit: Visit, label: str, key: str) -> date | None:
    return st.date_input(
        label, None, filters.EARLIEST, visit.today, format=visit.words.date_field, width=180, key=key
    )


def _offer(visit: Visit, wanted: Wanted, packing: Packing | None) -> None:
    t = visit.words
    if wanted.first and wanted.last and wanted.last < wanted.first:
        page.complaint(t("The period ends before it begins. Change one of the days."))
        return
    with visit.database.reading() as connection:
        n = evidence.count(connection, visit.principal, wanted)
    if not n:
        st.markdown(t("No certificate was issued then. Choose another course or period."))
        return
    is_made = packing is not None and packing.wanted == wanted
    if is_made and packing is not None:
        _hand_out(visit, packing)
    else:
        st.markdown(t.plural("{n} certificate will be in it.", "{n} certificates will be in it.", n))
    if st.button(t("Make it again") if is_made else t("Make the evidence pack"), key="make_evidence"):
        require(visit.principal, Act.TAKE_EVIDENCE)
        packs.forget(visit.principal)
        try:
            packs.begin(visit.installation, _asked(visit), wanted)
        except PacksBusyError:
            page.complaint(t("Other evidence packs are being made. Try it again in a minute."))
            return
        st.rerun()


def _asked(visit: Visit) -> PackRequest:
    return PackRequest(visit.principal, visit.now, visit.zone, visit.words.language)


def _hand_out(visit: Visit, packing: Packing) -> None:
    t = visit.words
    try:
        pack: FinishedPack = packing.job.result.result()
    except NoProofError as error:
        page.complaint(t.say(error.reason))
        return
    except NotHeldError:
        page.complaint(t.say(NOT_HELD))
        return
    except (SQLAlchemyError, UnknownOutcomeError, OSError, StoppedError):
        page.complaint(t("The pack could not be made. Nothing was changed; try it again."))
        return
    except Exception:
        packs.forget(visit.principal)
        raise
    _say_what_is_in_it(visit, packing, pack)


def _say_what_is_in_it(visit: Visit, packing: Packing, pack: FinishedPack) -> None:
    t = visit.words
    page.confirmation(
        t.plural(
            "{n} certificate with all that proves it is in the pack of {moment} ({size} MB).",
            "{n} certificates with all that proves them are in the pack of {moment} ({size} MB).",
            pack.packed.certificates,
            moment=t.moment(packing.begun_at, visit.zone),
            size=t.number(max(round(pack.size / MEGABYTE, 1), 0.1)),
        )
    )
    if pack.packed.exceptions:
        page.said(
            t.plural(
                "{n} of them was revoked, corrected or is not sealed yet: index.html in it says which, and why.",
                "{n} of them were revoked, corrected or are not sealed yet: index.html in it says which, and why.",
                pack.packed.exceptions,
            )
        )
    page.files([(address(packing.wanted), t("Download the evidence pack"))])
    st.markdown(
        t(
            "It contains names and answers: give it only to the auditor, and delete it afterwards. The "
            "auditor unpacks it and opens `index.html`; `python verify.py --key` checks it with the "
            "public keys, which the auditor must have from another source."
        )
    )


def address(wanted: Wanted) -> str:
    asked = {"course": wanted.course_id, "from": wanted.first, "to": wanted.last}
    query = urlencode({name: str(value) for name, value in asked.items() if value})
    return f"/export/evidence.zip?{query}" if query else "/export/evidence.zip"
