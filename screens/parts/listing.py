"""A list of people with their status and dates, and its download."""

from datetime import date
from typing import Any

import streamlit as st

from progress.reports import Entry, Selection
from screens.parts import exported, filters, page, statuses
from screens.session import Visit

LONGEST = 500
"""Rows on a screen. All of them are in the download."""


def draw(seen: Visit, entries: list[Entry], total: int, alt_text: str, *, with_certificate: bool = False) -> None:
    """The entries in their order; a click on a column's head sorts by it."""
    import pandas as pd

    t = seen.words
    if not entries:
        st.markdown(t("Nobody matches. Change or clear a filter."))
        return
    columns: dict[str, Any] = {
        t("Name"): [entry.name or t("erased") for entry in entries],
        t("Unit"): [entry.unit for entry in entries],
        t("Status"): [statuses.said(t, entry.status) for entry in entries],
        t("Due"): [entry.due_on for entry in entries],
        t("Score"): [entry.score for entry in entries],
        t("Completed"): [entry.completed_on for entry in entries],
        t("Valid until"): [entry.valid_until for entry in entries],
    }
    if with_certificate:
        columns[t("Certificate")] = [entry.certificate_no for entry in entries]
    frame = pd.DataFrame(columns)
    frame[t("Score")] = frame[t("Score")].astype("Int64")
    day = st.column_config.DateColumn(format="D. M. YYYY" if t.language == "cs" else "D MMM YYYY")
    percent = "%d %%" if t.language == "cs" else "%d%%"
    st.dataframe(
        frame,
        hide_index=True,
        row_height=40,
        height="content" if len(entries) <= 12 else 560,
        placeholder="–",
        alt=alt_text,
        column_config={
            t("Score"): st.column_config.NumberColumn(format=percent, width="small"),
            t("Due"): day,
            t("Completed"): day,
            t("Valid until"): day,
        },
    )
    if total > len(entries):
        st.caption(
            t(
                "The first {shown} {of_total} people are shown. Narrow the list, or download all of it.",
                shown=t.number(len(entries)),
                of_total=t.out_of(total),
            )
        )
    else:
        st.caption(t.plural("{n} person", "{n} people", total))


def downloads(seen: Visit, export: str, selection: Selection, day: date) -> None:
    """Excel or CSV of all that is selected, with the signed statement unless it is not wanted."""
    t = seen.words
    as_of = None if day == seen.today else day
    with_statement = st.checkbox(
        t("With the signed statement, both in one ZIP"),
        value=True,
        key="with_statement",
    )
    st.caption(t("The statement shows whose records the file has, and that nothing in it was changed since."))
    how = {"headers": "local", **({"statement": "beside"} if with_statement else {})}
    page.files(
        [
            (filters.address(f"{export}.xlsx", selection, as_of, how), t("Download Excel")),
            (filters.address(f"{export}.csv", selection, as_of, how), t("Download CSV")),
        ],
        first_is_primary=True,
    )
    if export == "certifications":
        files = [(filters.address(f"{export}.json", selection, as_of), t("Download JSON"))]
        if as_of is None:
            files.append((filters.address("certificates.zip", selection), t("Download certificates (ZIP)")))
        page.files(files)
    exported.own_statements(seen)
