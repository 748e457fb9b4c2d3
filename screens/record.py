"""My record: all that is stored about the reader, in words, and to take along."""

import streamlit as st

from progress.personal import my_record
from progress.personal.my_record_words import Section, Teller
from screens.parts import page
from screens.parts.session import Visit, current


def title(visit: Visit, teller: Teller) -> str:
    t = visit.words
    readers = len({reading.body["by"] for reading in teller.kept.readings})
    if not readers:
        return t("Nobody else has opened your record")
    return t.plural("{n} person has opened your record", "{n} people have opened your record", readers)


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
    kept = my_record.gather(visit.database, visit.principal, visit.now)
    teller = Teller(kept, visit.content, t, visit.zone, visit.today)
    page.opening(
        t("My record"),
        title(visit, teller),
        t(
            "Here is all that Kodex stores about you. Your manager sees status and dates alone. No screen shows "
            "anybody else what you answered; the evidence that proves a certificate to an auditor holds it."
        ),
    )
    page.files([("/my-record.pdf", t("Download PDF")), ("/my-record.json", t("Download JSON"))])
    for number, section in enumerate(teller.sections()):
        draw(visit, number, section)


visit = current()
record(visit)
