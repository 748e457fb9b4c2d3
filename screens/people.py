"""People: the directory, and HR's file, which updates it."""

from datetime import date

import streamlit as st
from sqlalchemy import Connection

from people import directory
from people.access import Act, require, visible
from people.directory import Found, Person, Search
from people.sign_in import passwords
from screens.parts import addresses, filters, listing, page
from screens.parts.hr_file import applying, incomplete, upload
from screens.parts.page import Cell
from screens.parts.session import Visit, current
from settings import Mode


def people(visit: Visit) -> None:
    t = visit.words
    applying.take_outcome()
    everybody = visible(visit.principal, Act.SEE_PEOPLE)
    with visit.database.reading() as connection:
        here = directory.with_access(connection, everybody, visit.today)
        units = directory.units(connection, everybody)
        can_enter = here if is_demonstration(visit) else with_a_way_in(visit, connection)
    page.opening(
        t("Directory · as of {today}", today=t.date(visit.today)),
        t.plural("{n} person can sign in", "{n} people can sign in", can_enter),
        without_a_way_in(visit, here - can_enter),
    )
    applying.say_what_was_done(t)
    with st.container(gap="small"):
        search, unit, with_left = narrowed(visit, units)
        with visit.database.reading() as connection:
            wanted = Search(search, unit, with_access_on=None if with_left else visit.today)
            found = directory.find(connection, everybody, wanted, listing.MOST_ROWS, visit.language)
        draw(visit, found)
    if visit.may(Act.CHANGE_PEOPLE):
        incomplete.draw(visit)
        upload.draw(visit)
    else:
        st.caption(t("You see the people in your units. Only HR of the whole company can change them."))


def is_demonstration(visit: Visit) -> bool:
    """Return whether people choose who to be, without a password."""
    return visit.installation.settings.mode is Mode.DEMONSTRATION


def with_a_way_in(visit: Visit, connection: Connection) -> int:
    provider = visit.installation.settings.single_sign_on
    known_by = provider.matches if provider else None
    return passwords.with_a_way_in(connection, visible(visit.principal, Act.SEE_PEOPLE), known_by, visit.today)


def without_a_way_in(visit: Visit, n: int) -> str:
    """Return what to do about people who cannot sign in yet; empty if there are none."""
    if not n:
        return ""
    t = visit.words
    have_none = t.plural(
        "{n} more person is in the directory, with no password yet and no single sign-on.",
        "{n} more people are in the directory, with no password yet and no single sign-on.",
        n,
    )
    invited = t("The operator of Kodex invites them: {command}.", command="`manage.py people invite --all`")
    return f"{have_none} {invited}"


def narrowed(visit: Visit, units: list[str]) -> tuple[str, str | None, bool]:
    t = visit.words
    with st.container(horizontal=True, vertical_alignment="bottom", key="filters"):
        search = st.text_input(
            t("Search"),
            placeholder=t("Name, number or e-mail"),
            icon=":material/search:",
            width=260,
            key="search",
        )
        with st.container(width=220):
            unit = filters.unit(t, units)
        with_left = st.checkbox(t("Those who have left too"), key="with_left")
    return search, unit, with_left


def draw(visit: Visit, found: Found) -> None:
    t = visit.words
    if not found.persons:
        st.markdown(t("Nobody matches. Change or clear a filter."))
        return
    persons = found.persons

    def name(person: Person) -> Cell:
        return (person.name, addresses.person(person.employee_id)) if visit.may(Act.SEE_RECORD) else person.name

    def day(on: date | None) -> str:
        return t.short_date(on) if on else ""

    columns: dict[str, list[Cell]] = {
        t("Name"): [name(person) for person in persons],
        t("Number"): [person.employee_id for person in persons],
        t("Unit"): [person.unit for person in persons],
        t("Manager"): [found.managers.get(person.manager_key or "", "") for person in persons],
        t("E-mail"): [person.email for person in persons],
        t("First day"): [day(person.starts_on) for person in persons],
        t("Last day"): [day(person.ends_on) for person in persons],
        t("Access"): [t("yes") if person.has_access(visit.today) else t("no") for person in persons],
    }
    shown = {head: cells for head, cells in columns.items() if any(cells)}
    page.listing(shown, t("People of the directory, by name"), minor=set(shown) - {t("Name"), t("Unit"), t("Access")})
    if found.total > len(persons):
        st.caption(
            t(
                "The first {shown} {of_total} people are shown. Narrow the list.",
                shown=t.number(len(persons)),
                of_total=t.out_of(found.total),
            )
        )
    else:
        st.caption(t.plural("{n} person", "{n} people", found.total))


visit = current()
require(visit.principal, Act.SEE_PEOPLE)
with page.wide("register"):
    people(visit)
