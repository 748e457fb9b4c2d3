"""My record: all that is stored about the reader, in words, and to take along."""

import streamlit as st

from people.access import Asker
from progress.personal import my_record
from progress.personal.my_record import MyRecord
from progress.personal.my_record_words import RecordWords
from progress.personal.overview_words import Section, Wording
from screens.parts import page
from screens.parts.session import Visit, visit


def title(seen: Visit, record: MyRecord) -> str:
    t = seen.words
    readers = len({reading.body["by"] for reading in record.readings})
    if not readers:
        return t("Nobody else has opened your record")
    return t.plural("{n} person has opened your record", "{n} people have opened your record", readers)


def draw(seen: Visit, number: int, section: Section) -> None:
    with st.container(gap="small", key=f"told_{number}" if section.head else None):
        if section.is_long:
            with st.expander(_folded(seen, section)):
                page.rows(section.rows, section.head)
        else:
            page.heading(section.heading)
            if section.rows:
                page.rows(section.rows, section.head)
        if section.note:
            page.said(section.note)


def _folded(seen: Visit, section: Section) -> str:
    t = seen.words
    entries = t.plural("{n} entry", "{n} entries", len(section.rows))
    return t("{heading} ({entries})", heading=section.heading, entries=entries)


def record(seen: Visit) -> None:
    t = seen.words
    asker = Asker(seen.principal, seen.now, seen.house.settings.time_zone)
    own = my_record.gather(seen.database, asker)
    page.opening(
        t("My record"),
        title(seen, own),
        t(
            "Here is all that Kodex stores about you. Your manager sees status and dates alone. No screen shows "
            "anybody else what you answered; the evidence that proves a certificate to an auditor holds it."
        ),
    )
    page.files([("/my-record.pdf", t("Download PDF")), ("/my-record.json", t("Download JSON"))])
    wording = Wording(t, seen.content, asker.today, asker.zone)
    for number, section in enumerate(RecordWords(own, wording).sections()):
        draw(seen, number, section)


seen = visit()
record(seen)
