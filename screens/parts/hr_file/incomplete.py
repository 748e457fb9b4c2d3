"""Accounts from the identity system without an employee number, shown to HR."""

import streamlit as st

from people.sign_in import identity_system
from people.sign_in.identity_system import Incomplete
from screens.parts import page
from screens.parts.session import Visit


def draw(visit: Visit) -> None:
    """Draw the accounts, or nothing if there are none."""
    with visit.database.reading() as connection:
        waiting = identity_system.without_number(connection)
    if waiting:
        _draw(visit, waiting)


def _draw(visit: Visit, waiting: list[Incomplete]) -> None:
    t = visit.words
    heading = t.plural("{n} account has no employee number", "{n} accounts have no employee number", len(waiting))
    with st.expander(heading):
        st.caption(
            t(
                "The identity system sent these people without an employee number. They cannot sign in, and nothing "
                "is assigned to them, until it sends the number. Have it set there."
            )
        )
        page.listing(
            {
                t("Name"): [each.name for each in waiting],
                t("User name"): [each.user_name for each in waiting],
                t("E-mail"): [each.email for each in waiting],
                t("Unit"): [each.unit for each in waiting],
                t("Since"): [t.date(visit.installation.today(each.since)) for each in waiting],
            },
            t("Accounts without an employee number, by name"),
            minor=(t("User name"), t("Unit")),
        )
