"""One person's record, for HR and auditors: status and dates, never answers. Auditors are led to finished attempts.

Opening it is recorded, and HR corrects it here.
"""

from collections.abc import Mapping, Sequence

import streamlit as st

from people.access import Act, RefusedError, require
from people.directory import Person, by_employee_id
from progress.completion import validity
from progress.completion.validity import State, Validity
from progress.personal.decision_words import Decisions
from progress.personal.overview import MOST_FOUND, Overview, find_people, open_record
from progress.personal.overview_words import (
    Section,
    Wording,
    certificates,
    directory_rows,
    enrolment,
    enrolments,
    leave_periods,
    letters,
)
from screens.parts import addresses, corrections, page
from screens.parts.assigning import leave
from screens.parts.page import Cell
from screens.parts.result import attempts
from screens.parts.session import Visit, current


def find(visit: Visit, title: str, text: str) -> None:
    """Draw the search for a person."""
    t = visit.words
    page.opening(t("A person’s record"), title, text)
    search = st.text_input(
        t("Search"), placeholder=t("Name or employee number"), icon=":material/search:", key="search_person"
    )
    if not search:
        return
    with visit.database.reading() as connection:
        found = find_people(connection, visit.principal, search)
    if not found:
        page.said(t("Nobody you may see has this name or number."))
        return
    with st.container(gap="xsmall"):
        for person in found:
            page.link(addresses.person(person.employee_id), f"{person.name}, {person.unit}, {person.employee_id}")
    if len(found) == MOST_FOUND:
        page.said(t("There may be more. Write more of the name."))


def opened(visit: Visit, employee_id: str) -> Overview | None:
    """Return the person's record.

    None if there is no such person, or if the reader may not see them: the two look alike.
    """
    with visit.database.reading() as connection:
        person: Person | None = by_employee_id(connection, employee_id)
    if person is None:
        return None
    try:
        return open_record(visit.database, visit.asker, person.key)
    except RefusedError:
        return None


def show(visit: Visit, overview: Overview) -> None:
    t = visit.words
    zone = visit.zone
    wording = Wording(t, visit.content, visit.today, zone)
    stand = validity.of(overview.certificates, overview.enrolments, visit.today, zone)
    held = sum(each.is_valid for each in stand.values())
    count = t.plural("{n} valid certificate", "{n} valid certificates", held) if held else t("No valid certificate")
    page.about(
        t("A person’s record · {count}", count=count),
        overview.person.name or t("Somebody whose name was erased"),
        t("It is recorded that you opened this record, and the person can see that. Answers are not shown here."),
    )
    with st.container(gap="small", key="told_person"):
        page.heading(t("What the directory says"))
        page.rows(directory_rows(t, overview.person, overview.manager, visit.today))
    for number, taken in enumerate(overview.enrolments):
        draw(f"told_course_{number}", enrolment(wording, overview, taken))
    if not overview.enrolments:
        draw("told_courses", enrolments(wording, overview))
    held_ones = certificates(wording, overview)
    draw("told_certificates", held_ones, with_documents(held_ones, stand))
    draw("told_decisions", Decisions(overview.decisions, overview.named, t).section(wording))
    if overview.leave:
        draw("told_leave", leave_periods(wording, overview.leave))
    if overview.letters:
        draw("told_letters", letters(wording, overview.letters))
    attempts.links(visit, overview.person)
    leave.draw(visit, overview)
    corrections.draw(visit, overview.person)
    page.link(addresses.PERSON, t("Find somebody else"))


def with_documents(section: Section, stand: Mapping[str, Validity]) -> list[Sequence[Cell]]:
    """Return the certificates, each number linked to its document; a revoked one has none."""
    return [
        (number if stand[number].state is State.REVOKED else (number, f"/certificate/{number}.pdf"), *cells)
        for number, *cells in section.rows
    ]


def draw(key: str, section: Section, rows: Sequence[Sequence[Cell]] | None = None) -> None:
    """`rows` replace the section's own; they have links in them."""
    with st.container(gap="small", key=key):
        page.heading(section.heading)
        if section.rows:
            page.rows(rows or section.rows, section.head)
        if section.note:
            page.said(section.note)


def person(visit: Visit) -> None:
    t = visit.words
    require(visit.principal, Act.SEE_RECORD)
    asked = st.query_params.get("id")
    if not asked:
        find(visit, t("Whose record do you need?"), t("Opening a record is noted in it, and the person can see it."))
        return
    overview = opened(visit, asked)
    if overview is None:
        find(visit, t("There is nobody here with this number"), t("Look the person up by their name or number."))
        return
    show(visit, overview)


visit = current()
person(visit)
