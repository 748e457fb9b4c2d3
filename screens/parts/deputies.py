"""Deputies on the Team screen: who stands in for the manager, naming somebody, and for whom one stands in."""

from datetime import date, timedelta

import streamlit as st
from sqlalchemy.exc import SQLAlchemyError

from database import UnknownOutcomeError
from people import deputies
from people.access import RefusedError
from people.deputies import Deputy, NotNamedError
from people.directory import Person
from screens.parts import navigation, page, session
from screens.parts.session import SignedOutError, Visit
from words import Words, sentence

_NOTICE = "deputy_notice"
_DONE = "deputy_done"
USUAL = timedelta(days=13)


def standing_in(visit: Visit) -> None:
    """For whom one stands in: otherwise a deputy would not know whose people these are."""
    if not visit.principal.stands_in_for:
        return
    t = visit.words
    with visit.database.reading() as connection:
        periods = deputies.periods_of(connection, visit.principal.key, visit.today)
    for manager, until_on in periods:
        page.said(
            t(
                "You stand in for {name} until {day} and see the status and dates of their team.",
                name=manager.name,
                day=t.date(until_on),
            )
        )


def draw(visit: Visit) -> None:
    """Who stands in for the manager, and the naming of somebody. Nothing for whoever has no team of their own."""
    t = visit.words
    with visit.database.reading() as connection:
        if not deputies.leads_own_team(connection, visit.principal):
            return
        named = deputies.with_names(connection, visit.asker)
    with st.container(gap="small"):
        st.header(t("Who stands in for you"), anchor=False)
        if held := st.session_state.pop(_NOTICE, None):
            page.complaint(t.say(held))
        if done := st.session_state.pop(_DONE, None):
            page.confirmation(t.say(done))
        if not named:
            st.markdown(t("Nobody. Name a deputy when you will be away, so that somebody keeps an eye on due dates."))
        for each, person in named:
            _named(t, each, person)
        with st.expander(t("Name a deputy")):
            _form(visit)


def _named(t: Words, deputy: Deputy, person: Person) -> None:
    with st.container(
        horizontal=True, vertical_alignment="center", key=f"standing_{deputy.deputy_key}_{deputy.from_on}"
    ):
        page.said(
            t(
                "{name}, from {first} to {last}",
                name=person.name,
                first=t.date(deputy.from_on),
                last=t.date(deputy.until_on),
            )
        )
        held = (deputy.deputy_key, deputy.from_on)
        if st.button(t("End"), key=f"end_deputy_{deputy.deputy_key}_{deputy.from_on}", on_click=end, args=held):
            navigation.again(end, *held)


def _form(visit: Visit) -> None:
    t = visit.words
    st.markdown(
        t(
            "Your deputy sees the status and dates of your team, and its list to download, from the first day to the "
            "last. They see nobody’s answers, and cannot name a deputy in their turn."
        )
    )
    search = st.text_input(t("Whom"), placeholder=t("At least three letters of the name"), key="deputy_search")
    with visit.database.reading() as connection:
        found = deputies.candidates(connection, visit.asker, search)
    if not found:
        if len(search.strip()) >= deputies.SHORTEST_SEARCH:
            st.markdown(t("Nobody of that name works here."))
        elif search:
            st.markdown(t("Write at least three letters of the name."))
        return
    people = {each.key: f"{each.name}, {each.unit}" for each in found}
    chosen = st.selectbox(t("Person"), list(people), format_func=people.__getitem__, key="deputy_person")
    form = "DD.MM.YYYY" if t.language == "cs" else "DD/MM/YYYY"
    with st.container(horizontal=True, vertical_alignment="bottom"):
        first = st.date_input(t("First day"), value=visit.today, format=form, width=180, key="deputy_from")
        last = st.date_input(t("Last day"), value=visit.today + USUAL, format=form, width=180, key="deputy_until")
    wanted = (chosen, first, last)
    if st.button(t("Name as deputy"), key="name_deputy", type="primary", on_click=name, args=wanted):
        navigation.again(name, *wanted)


def name(deputy_key: str, from_on: date, until_on: date) -> None:
    try:
        now = session.in_callback()
        wanted = Deputy(now.principal.key, deputy_key, from_on, until_on)
        named = deputies.appoint(now.database, now.asker, wanted)
    except NotNamedError as error:
        st.session_state[_NOTICE] = error.reason
    except (SignedOutError, RefusedError):
        return
    except UnknownOutcomeError:
        st.session_state[_NOTICE] = page.UNKNOWN_OUTCOME
    except SQLAlchemyError:
        st.session_state[_NOTICE] = page.NOT_SAVED
    else:
        if wanted in named:
            st.session_state[_DONE] = sentence("Saved. Your deputy sees your team on the days given below.")
        st.session_state["deputy_search"] = ""


def end(deputy_key: str, from_on: date) -> None:
    try:
        now = session.in_callback()
        left = deputies.dismiss(now.database, now.asker, deputy_key, from_on)
    except (SignedOutError, RefusedError):
        return
    except UnknownOutcomeError:
        st.session_state[_NOTICE] = page.UNKNOWN_OUTCOME
        return
    except SQLAlchemyError:
        st.session_state[_NOTICE] = page.NOT_SAVED
        return
    if not any((each.deputy_key, each.from_on) == (deputy_key, from_on) for each in left):
        st.session_state[_DONE] = sentence("Ended. That deputy does not see your team any more.")
