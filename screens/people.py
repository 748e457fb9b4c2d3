"""People: the directory to look through, and HR's file that brings it in step."""

import streamlit as st

from people import directory
from people.access import Act, require, visible
from people.directory import Found
from screens.parts import addresses, filters, hr_file, incomplete, listing, page
from screens.session import Visit, visit

FEW = 5
"""Up to how many people found each one's record is a link below: the list itself is a picture to the keyboard."""


def people(seen: Visit) -> None:
    t = seen.words
    everybody = visible(seen.principal, Act.SEE_PEOPLE)
    with seen.database.reading() as connection:
        here = directory.find(connection, everybody, 0).total
        units = directory.units(connection, everybody)
    page.opening(
        t("Directory · as of {today}", today=t.date(seen.today)),
        t.plural("{n} person can sign in", "{n} people can sign in", here),
    )
    hr_file.say_what_was_done(t)
    with st.container(gap="small"):
        search, unit, with_left = narrowed(seen, units)
        with seen.database.reading() as connection:
            found = directory.find(connection, everybody, listing.LONGEST, search, unit, with_left=with_left)
        draw(seen, found)
    if seen.may(Act.CHANGE_PEOPLE):
        incomplete.draw(seen)
        hr_file.draw(seen)
    else:
        st.caption(t("You see the people of your units. HR of the whole company changes them."))


def narrowed(seen: Visit, units: list[str]) -> tuple[str, str | None, bool]:
    t = seen.words
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


def draw(seen: Visit, found: Found) -> None:
    import pandas as pd

    t = seen.words
    if not found.persons:
        st.markdown(t("Nobody matches. Change or clear a filter."))
        return
    persons = found.persons
    day = st.column_config.DateColumn(format="D. M. YYYY" if t.language == "cs" else "D MMM YYYY")
    st.dataframe(
        pd.DataFrame(
            {
                t("Name"): [person.name for person in persons],
                t("Number"): [person.employee_id for person in persons],
                t("Unit"): [person.unit for person in persons],
                t("Manager"): [found.managers.get(person.manager_key or "") for person in persons],
                t("E-mail"): [person.email for person in persons],
                t("First day"): [person.starts_on for person in persons],
                t("Last day"): [person.ends_on for person in persons],
                t("Access"): [t("yes") if person.has_access(seen.today) else t("no") for person in persons],
            }
        ).dropna(axis="columns", how="all"),
        hide_index=True,
        row_height=40,
        height="content" if len(persons) <= 12 else 480,
        placeholder="–",
        alt=t("People of the directory, by name"),
        column_config={t("First day"): day, t("Last day"): day},
    )
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
    if len(persons) <= FEW and seen.may(Act.SEE_RECORD):
        with st.container(gap="xsmall", key="records"):
            for person in persons:
                page.link(addresses.person(person), t("Open the record of {name}", name=person.name))


seen = visit()
require(seen.principal, Act.SEE_PEOPLE)
with page.wide("register"):
    people(seen)
