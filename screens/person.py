"""One person's record, for HR and auditors: where they stand, and never what they answered. Opening it is noted, and
HR corrects it here."""

from collections.abc import Mapping, Sequence

import streamlit as st

from people.access import Act, Asker, RefusedError, require
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
)
from screens.parts import addresses, corrections, page
from screens.parts.page import Cell
from screens.parts.session import Visit, visit


def find(seen: Visit, title: str, text: str) -> None:
    """One box to look somebody up by."""
    t = seen.words
    page.opening(t("A person’s record"), title, text)
    search = st.text_input(
        t("Search"), placeholder=t("Name or employee number"), icon=":material/search:", key="search_person"
    )
    if not search:
        return
    with seen.database.reading() as connection:
        found = find_people(connection, seen.principal, search)
    if not found:
        page.said(t("Nobody whom you may see has this name or number."))
        return
    with st.container(gap="xsmall"):
        for person in found:
            page.link(addresses.person(person.employee_id), f"{person.name}, {person.unit}, {person.employee_id}")
    if len(found) == MOST_FOUND:
        page.said(t("There may be more. Write more of the name."))


def opened(seen: Visit, employee_id: str) -> Overview | None:
    """None where there is nobody whom the reader may see: which of the two is not told."""
    with seen.database.reading() as connection:
        person: Person | None = by_employee_id(connection, employee_id)
    if person is None:
        return None
    try:
        asker = Asker(seen.principal, seen.now, seen.house.settings.time_zone)
        return open_record(seen.database, asker, person.key)
    except RefusedError:
        return None


def show(seen: Visit, overview: Overview) -> None:
    t = seen.words
    zone = seen.house.settings.time_zone
    wording = Wording(t, seen.content, seen.today, zone)
    stand = validity.of(overview.certificates, overview.enrolments, seen.today, zone)
    held = sum(each.is_valid for each in stand.values())
    count = t.plural("{n} valid certificate", "{n} valid certificates", held) if held else t("No valid certificate")
    page.about(
        t("A person’s record · {count}", count=count),
        overview.person.name or t("Somebody whose name was erased"),
        t("That you opened this record stands in it, and the person can see it. Answers are not shown here."),
    )
    with st.container(gap="small", key="told_person"):
        page.heading(t("What the directory says"))
        page.rows(directory_rows(t, overview.person, overview.manager))
    for number, taken in enumerate(overview.enrolments):
        draw(f"told_course_{number}", enrolment(wording, overview, taken))
    if not overview.enrolments:
        draw("told_courses", enrolments(wording, overview))
    held_ones = certificates(wording, overview)
    draw("told_certificates", held_ones, with_documents(held_ones, stand))
    draw("told_decisions", Decisions(overview.decisions, overview.named, t).section(wording))
    corrections.draw(seen, overview.person)
    page.link(addresses.PERSON, t("Find somebody else"))


def with_documents(section: Section, stand: Mapping[str, Validity]) -> list[Sequence[Cell]]:
    """The certificates, each number a link to its document; one that was revoked has none any more."""
    return [
        (number if stand[number].state is State.REVOKED else (number, f"/certificate/{number}.pdf"), *cells)
        for number, *cells in section.rows
    ]


def draw(key: str, section: Section, rows: Sequence[Sequence[Cell]] | None = None) -> None:
    """`rows` stand in the place of the section's own, with links in them."""
    with st.container(gap="small", key=key):
        page.heading(section.heading)
        if section.rows:
            page.rows(rows or section.rows, section.head)
        if section.note:
            page.said(section.note)


def person(seen: Visit) -> None:
    t = seen.words
    require(seen.principal, Act.SEE_RECORD)
    asked = st.query_params.get("id")
    if not asked:
        find(seen, t("Whose record do you need?"), t("Opening a record is noted in it, and the person can see it."))
        return
    overview = opened(seen, asked)
    if overview is None:
        find(seen, t("There is nobody here with this number"), t("Look the person up by their name or number."))
        return
    show(seen, overview)


seen = visit()
person(seen)
