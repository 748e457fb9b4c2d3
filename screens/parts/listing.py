"""A list of people with their status and dates, and its downloads."""

from datetime import date

import streamlit as st

from people.access import Act
from progress.reports.as_of import View
from progress.reports.lists import ListEntry
from progress.reports.selection import Selection
from screens.parts import addresses, exported, filters, page, statuses
from screens.parts.page import Cell
from screens.parts.session import Visit

MOST_ROWS = 500
"""On a screen. The download has all of them."""


def draw(
    visit: Visit, entries: list[ListEntry], total: int, alt_text: str, *, with_certificate: bool = False
) -> None:
    """The entries in their order. A name links to the person's record for readers who may open it."""
    t = visit.words
    if not entries:
        st.markdown(t("Nobody matches. Change or clear a filter."))
        return

    def name(entry: ListEntry) -> Cell:
        if entry.name and visit.may(Act.SEE_RECORD):
            return entry.name, addresses.person(entry.employee_id)
        return entry.name or t("erased")

    def course(entry: ListEntry) -> str:
        found = visit.content.courses.get(entry.course_id or "")
        return found.title(t.language) if found else entry.course_id or ""

    def day(on: date | None) -> str:
        return t.short_date(on) if on else ""

    columns: dict[str, list[Cell]] = {
        t("Name"): [name(entry) for entry in entries],
        t("Number"): [entry.employee_id if entry.name else "" for entry in entries],
        t("Unit"): [entry.unit for entry in entries],
        **({t("Course"): [course(entry) for entry in entries]} if len(visit.content.courses) > 1 else {}),
        t("Status"): [statuses.said(t, entry.status) for entry in entries],
        t("Due"): [day(entry.due_on) for entry in entries],
        t("Completed"): [day(entry.completed_on) for entry in entries],
        t("Valid until"): [day(entry.valid_until) for entry in entries],
    }
    minor = {t("Number"), t("Unit"), t("Course"), t("Completed"), t("Valid until"), t("Certificate")}
    if with_certificate:
        columns[t("Certificate")] = [
            (entry.certificate_no, f"/certificate/{entry.certificate_no}.pdf") if entry.certificate_no else ""
            for entry in entries
        ]
    page.listing(columns, alt_text, minor)
    if total > len(entries):
        st.caption(
            t(
                "The first {shown} {of_total} rows are shown. Narrow the list, or download all of it.",
                shown=t.number(len(entries)),
                of_total=t.out_of(total),
            )
        )
    elif len({entry.person_key for entry in entries}) == total:
        st.caption(t.plural("{n} person", "{n} people", total))
    else:
        st.caption(t.plural("{n} row", "{n} rows", total))


def downloads(visit: Visit, view: View, export: str, selection: Selection) -> None:
    """Links to Excel and CSV files of all that is selected, with the signed statement unless it is not wanted. Each
    address names the day shown, today's too: the file is what was on the screen."""
    t, day = visit.words, view.day
    with_statement = st.checkbox(
        t("With the signed statement, both in one ZIP"),
        value=True,
        key="with_statement",
    )
    st.caption(t("The statement shows whose records the file has, and that nothing in it was changed since."))
    how = {"headers": "local", **({"statement": "beside"} if with_statement else {})}
    page.files(
        [
            (filters.address(f"{export}.xlsx", selection, day, how), t("Download Excel")),
            (filters.address(f"{export}.csv", selection, day, how), t("Download CSV")),
        ],
        first_is_primary=True,
    )
    if export == "certifications":
        files = [(filters.address(f"{export}.json", selection, day), t("Download JSON"))]
        if day == visit.today:
            files.append((filters.address("certificates.zip", selection), t("Download certificates (ZIP)")))
        page.files(files)
    exported.own_statements(visit, view.connection)
