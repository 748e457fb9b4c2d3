"""The faults of HR's file and the changes that it would make, on the screen and to download."""

from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from people import security_log
from people.access import Act
from people.hr_file import fault_file, reader
from people.hr_file.columns import Field
from people.hr_file.plan import FIELDS_SAID, SAID, ChangeKind
from screens.parts import page
from screens.parts.hr_file.preview import (
    MOST_URGENT_FIRST,
    Preview,
    Upload,
    mapping_of,
    most_urgent_first,
    planned_by,
)
from screens.parts.session import Visit, still
from words import Words

ALARMING_SHARE = 0.1
"""Share of all who have access. If as many would lose it, HR is asked whether the file has everybody in it."""
SKIP_BAD = "people_skip_bad"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def show_faults(visit: Visit, upload: Upload, preview: Preview) -> None:
    t = visit.words
    page.heading(
        t.plural(
            "{n} fault in the file: correct it there and upload it again",
            "{n} faults in the file: correct them there and upload it again",
            preview.fault_count,
        )
    )
    rows = [[t.number(fault.line) if fault.line else "", fault.column, t.say(fault.what)] for fault in preview.faults]
    with st.container(key="faults"):
        page.rows(rows, [t("Line"), t("Column"), t("What is wrong")])
    if preview.fault_count > len(preview.faults):
        st.caption(t("The first {n} are shown.", n=t.number(len(preview.faults))))
    if preview.taken:
        _offer_faults(visit, upload, preview)
    if preview.can_skip:
        st.checkbox(t("Leave these rows out and go on with the others"), key=SKIP_BAD)


def _offer_faults(visit: Visit, upload: Upload, preview: Preview) -> None:
    """Offer the file with all of its faults in a column, to correct or to send back."""
    t, source = visit.words, preview.source

    def data() -> bytes:
        _, planned, _ = planned_by(visit.database, upload, source.choices, source.today)
        mapped = mapping_of(upload)
        return reader.with_faults(upload.file, planned.faults, t.language, mapped, source.choices.encoding)

    _offer_download(
        visit, t("Download the file with its faults (XLSX)"), "kodex-faults.xlsx", "faults of a file", data
    )


def show_changes(visit: Visit, upload: Upload, preview: Preview) -> None:
    t = visit.words
    page.heading(_finding(t, preview))
    if preview.lost >= ALARMING_SHARE * preview.active:
        share = t.percent(100 * preview.lost / preview.active)
        page.complaint(t("That is {share} of all who have access now. Is everybody in the file?", share=share))
    count(t, preview.counts, [(t("unchanged"), preview.unchanged)], key="counts_before")
    if preview.not_read:
        page.said(t("Columns that are not read: {columns}.", columns=t.list(preview.not_read)))
    if preview.held_back:
        page.said(
            t("One skipped row has no employee number, so nobody will lose access for being absent from the file.")
        )
    if preview.changes:
        _show_people(t, preview)
        _offer_changes(visit, upload, preview)


def _finding(t: Words, preview: Preview) -> str:
    """Return what HR has to know first."""
    if lost := preview.lost:
        return t.plural("{n} person would lose access", "{n} people would lose access", lost)
    return t("Nobody would lose access") if preview.written else t("The file changes nothing")


def count(t: Words, counts: Mapping[ChangeKind, int], more: Sequence[tuple[str, int]], key: str) -> None:
    rows = [(t.say(SAID[kind]), counts[kind]) for kind in MOST_URGENT_FIRST if counts.get(kind)]
    with st.container(width=420, key=key):
        page.rows([[what, t.number(n)] for what, n in [*rows, *more]])


def _show_people(t: Words, preview: Preview) -> None:
    changes = preview.changes
    page.listing(
        {
            t("What"): [t.say(SAID[each.kind]) for each in changes],
            t("Name"): [each.name for each in changes],
            t("Number"): [each.employee_id for each in changes],
            t("Unit"): [each.unit for each in changes],
            t("Changed fields"): [_fields(t, each.kind, each.fields) for each in changes],
        },
        t("People whom the file changes, those who lose access first"),
        minor={t("Number"), t("Unit")},
    )
    if sum(preview.counts.values()) > len(changes):
        st.caption(t("The first {n} are shown.", n=t.number(len(changes))))


def _fields(t: Words, kind: ChangeKind, fields: tuple[Field, ...]) -> str:
    return ", ".join(t.say(FIELDS_SAID[each]) for each in fields) if kind is not ChangeKind.ADDED else ""


def _offer_changes(visit: Visit, upload: Upload, preview: Preview) -> None:
    """Offer all changes: the screen shows only the first ones."""
    t, source = visit.words, preview.source

    def data() -> bytes:
        _, planned, _ = planned_by(visit.database, upload, source.choices, source.today)
        rows = (
            [t.say(SAID[each.kind]), each.name, each.employee_id, each.unit, _fields(t, each.kind, each.fields)]
            for each in most_urgent_first(planned.changes)
        )
        head = [t("What"), t("Name"), t("Number"), t("Unit"), t("Changed fields")]
        return fault_file.as_xlsx([fault_file.Sheet(t("Changes"), head, rows)])

    _offer_download(visit, t("Download all changes (XLSX)"), "kodex-changes.xlsx", "changes by a file", data)


def _offer_download(visit: Visit, label: str, name: str, what: str, data: Callable[[], bytes]) -> None:
    """Offer a file that is made when it is asked for, if the person may still change people then."""
    check = still(Act.CHANGE_PEOPLE)

    def made() -> bytes:
        check()
        security_log.note("download", person=visit.principal.key, what=what)
        return data()

    st.download_button(label, made, name, XLSX, on_click="ignore", icon=":material/download:", key=f"people_{name}")
