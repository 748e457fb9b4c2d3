"""My record: everything that is stored about the reader, in words and as files."""

import streamlit as st

from progress.personal import my_record
from progress.personal.my_record import MyRecord
from progress.personal.my_record_words import RecordWords
from progress.personal.notes import NOTES
from progress.personal.overview_words import Section, Wording
from screens.parts import addresses, page
from screens.parts.course import noting
from screens.parts.result import attempts
from screens.parts.session import Visit, current


def readers(visit: Visit, record: MyRecord) -> str:
    t = visit.words
    others = len({reading.body["by"] for reading in record.readings})
    if not others:
        return t("Nobody else has opened your record")
    return t.plural("{n} person has opened your record", "{n} people have opened your record", others)


def draw(visit: Visit, number: int, section: Section) -> None:
    with st.container(gap="small", key=f"told_{number}" if section.head else None):
        if section.is_long:
            with st.expander(_folded(visit, section)):
                page.rows(section.rows, section.head)
        else:
            page.heading(section.heading)
            if section.rows:
                page.rows(section.rows, section.head)
        if section.note:
            page.said(section.note)


def _folded(visit: Visit, section: Section) -> str:
    t = visit.words
    entries = t.plural("{n} entry", "{n} entries", len(section.rows))
    return t("{heading} ({entries})", heading=section.heading, entries=entries)


def record(visit: Visit) -> None:
    t = visit.words
    own = my_record.gather(visit.database, visit.asker)
    page.opening(
        readers(visit, own),
        t("My record"),
        t(
            "This is everything that Kodex stores about you. Your manager sees only your status and "
            "dates. Of others, only an auditor can open an attempt with its answers, never how sure you were, and "
            "you see here that they did. The evidence that proves a certificate to an auditor contains them too."
        ),
    )
    page.files([("/my-record.pdf", t("Download PDF")), ("/my-record.json", t("Download JSON"))])
    page.link(addresses.PRINCIPLES, t("Look up the principles"))
    noting.tell(visit)
    attempts.links(visit, visit.principal.person)
    wording = Wording(t, visit.content, visit.today, visit.zone)
    in_words = RecordWords(own, wording)
    for number, section in enumerate(in_words.sections()):
        draw(visit, number, section)
        if section == in_words.notes():
            noting.withdrawals(visit, own.of(NOTES))


visit = current()
record(visit)
