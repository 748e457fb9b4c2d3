"""The export log, page by page, for HR and auditors; for everybody the statements of their own files."""

import streamlit as st
from sqlalchemy import Connection

from people.access import Act, require
from progress.reports import export_log, export_words
from progress.reports.export_log import LoggedExport
from screens.parts import page
from screens.parts.session import Visit
from words import Words

ENTRIES_ON_A_PAGE = 20
OWN_SHOWN = 5
SHA256_DIGITS_SHOWN = 8
"""Enough to tell two files apart by eye."""
_PAGE = "page_of_exports"


def draw(visit: Visit) -> None:
    t = visit.words
    require(visit.principal, Act.VERIFY)
    with st.container(gap="small", key="exported"):
        st.header(t("Who exported what"), anchor=False)
        st.markdown(
            t(
                "Every file of records that left Kodex, the newest first: tables, xAPI statements, certificates of "
                "many people, proofs and evidence packs, from the screens and from the command line."
            )
        )
        with visit.database.reading() as connection:
            total = export_log.count(connection)
            number = _page(t, total)
            entries = export_log.newest(connection, ENTRIES_ON_A_PAGE, (number - 1) * ENTRIES_ON_A_PAGE)
        if entries:
            _table(visit, entries)
        else:
            st.markdown(t("Nothing has been exported yet."))


def _page(t: Words, total: int) -> int:
    """The page shown; with a choice where there is more than one."""
    pages = max(1, -(-total // ENTRIES_ON_A_PAGE))
    if pages == 1:
        return 1
    chosen: int = st.selectbox(
        t("Page"),
        range(1, pages + 1),
        format_func=lambda n: t("{n} {of_total}", n=t.number(n), of_total=t.out_of(pages)),
        width=180,
        key=_PAGE,
    )
    return chosen


def _table(visit: Visit, entries: list[LoggedExport]) -> None:
    t, zone = visit.words, visit.zone
    head = [
        t("When"),
        t("Who"),
        t("What"),
        t("Whose records"),
        t("Selected"),
        t("Number of records"),
        t("SHA-256 begins with"),
    ]
    table = []
    for each in entries:
        given = each.handed_out
        table.append(
            [
                t.moment(each.at, zone),
                _who(t, each),
                f"{t.say(export_words.KINDS[given.kind])} ({given.format.upper()})",
                export_words.extent(t, given.extent),
                export_words.selection(t, given.selection),
                t.number(given.records),
                given.sha256[:SHA256_DIGITS_SHOWN],
            ]
        )
    page.rows(table, head)


def _who(t: Words, entry: LoggedExport) -> str:
    if entry.person is None:
        return t("the operator of Kodex")
    if not entry.person.name:
        return t("somebody whose name was erased")
    return f"{entry.person.name} ({entry.person.employee_id})"


def own_statements(visit: Visit, connection: Connection) -> None:
    """The export statements of the reader's last downloads, each with a link."""
    t, zone = visit.words, visit.zone
    entries = export_log.of_person(connection, visit.principal.key, OWN_SHOWN)
    stated = [each for each in entries if each.handed_out.statement]
    if not stated:
        return
    with st.expander(t("Statements of your last downloads")):
        st.markdown(t("Keep a statement with its file: it shows that nothing in the file was changed."))
        table = [
            ([t.moment(each.at, zone), each.handed_out.file], address(each.number), each.handed_out.file)
            for each in stated
        ]
        page.rows_with_files(table, [t("When"), t("File"), t("Statement")], t("Download"))


def address(number: int) -> str:
    return f"/export/statement/{number}"
