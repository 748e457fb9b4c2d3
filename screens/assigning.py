"""Assign: the rules by which people get courses, and a new one, previewed before it is made."""

import streamlit as st

from people import directory
from people.access import Act, require, visible
from progress.assigning import rules
from screens.parts import page
from screens.parts.assigning import form, given, reach
from screens.parts.session import Visit, current


def assigning(visit: Visit) -> None:
    t = visit.words
    reach.take_outcome()
    with visit.database.reading() as connection:
        found = rules.open_ones(connection)
        named = directory.by_keys(connection, {rule.made_by for rule in found})
        units = directory.units(connection, visible(visit.principal, Act.CHANGE_PEOPLE))
    page.opening(
        t("Assign · as of {today}", today=t.date(visit.today)),
        t.plural("{n} rule assigns courses", "{n} rules assign courses", len(found))
        if found
        else t("No course is assigned by a rule yet"),
        t(
            "A rule gives a course at once to those whom it names. Who joins them later gets it in the next daily "
            "run."
        ),
    )
    is_at_work = reach.say_outcome(visit)
    given.draw(visit, found, {key: person.name for key, person in named.items()})
    if is_at_work:
        return
    replaced = st.session_state.get(given.REPLACED)
    page.heading(t("Change rule {number}", number=replaced) if replaced else t("New rule"))
    left, right = st.columns([5, 4], gap="medium")
    with left:
        wish = form.draw(visit, units)
    with right, st.container(key="assigning_reach"):
        reach.draw(visit, wish)
    if replaced and st.button(t("Leave the rule as it is"), key="change_left"):
        del st.session_state[given.REPLACED]
        form.clear()
        st.rerun()


visit = current()
require(visit.principal, Act.ASSIGN)
with page.wide("dashboard"):
    assigning(visit)
