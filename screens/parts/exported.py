"""Who exported what: to HR and auditors all of it, page by page; to anybody the statements of their own files."""

import streamlit as st
from sqlalchemy import Connection

from people.access import Act, require
from progress.reports import export_log, export_words
from progress.reports.export_log import Entry
from screens.parts import page
from screens.parts.session import Visit
from words import Words

ON_A_PAGE = 20
OWN_SHOWN = 5
SHORT = 8
"""Letters of a SHA-256 that are shown: enough to tell two files apart by eye."""
_PAGE = "page_of_exports"


def draw(seen: Visit) -> None:
    t = seen.words
    require(seen.principal, Act.VERIFY)
    with st.container(gap="small", key="exported"):
        st.header(t("Who exported what"), anchor=False)
        st.markdown(
            t(
                "Every file of records that left Kodex, the newest first: tables, xAPI statements and evidence "
                "packs, from the screens and from the command line."
            )
        )
        with seen.database.reading() as connection:
            total = export_log.count(connection)
            number = _page(t, total)
            entries = export_log.newest(connection, ON_A_PAGE, (number - 1) * ON_A_PAGE)
        if entries:
            _table(seen, entries)
        else:
            st.markdown(t("Nothing has been exported yet."))


def _page(t: Words, total: int) -> int:
    """The page that is looked at; where there is one alone, nothing is to be chosen."""
    pages = max(1, -(-total // ON_A_PAGE))
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


def _table(seen: Visit, entries: list[Entry]) -> None:
    t, zone = seen.words, seen.zone
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
                given.sha256[:SHORT],
            ]
        )
    page.rows(table, head)


def _who(t: Words, entry: Entry) -> str:
    if entry.person is None:
        return t("whoever runs Kodex")
    if not entry.person.name:
        return t("somebody whose name was erased")
    return f"{entry.person.name} ({entry.person.employee_id})"


def own_statements(seen: Visit, connection: Connection) -> None:
    """The statements of what the reader downloaded last, each to be had by itself."""
    t, zone = seen.words, seen.zone
    entries = export_log.of_person(connection, seen.principal.key, OWN_SHOWN)
    stated = [each for each in entries if each.handed_out.statement]
    if not stated:
        return
    with st.expander(t("Statements of your last downloads")):
        st.markdown(t("Keep a statement beside its file: it shows that nothing in the file was changed."))
        table = [
            ([t.moment(each.at, zone), each.handed_out.file], address(each.number), each.handed_out.file)
            for each in stated
        ]
        page.rows_with_files(table, [t("When"), t("File"), t("Statement")], t("Download"))


def address(number: int) -> str:
    return f"/export/statement/{number}"
