"""The script that every run begins with: the visit, its screens, and the one that was asked for."""

import logging

import streamlit as st

from database import NOT_ANSWERED
from progress.completion.certificates import NotConfirmedError
from screens.parts import addresses, page, progress, session
from words import Words


def draw() -> None:
    if origin := st.context.headers.get("Origin"):
        # By its address, which a browser always gives: from a file, the whole picture would be sent on every run.
        st.logo(f"{origin}/brand/logo", size="medium")
    try:
        visit = session.of_this_run()
    except session.SignedOutError:
        page.signed_out(Words.of(session.language()))
        return
    t = visit.words
    st.navigation(addresses.screens(t, visit.may), position="top").run()
    page.footer(visit)
    progress.follow(visit)


try:
    draw()
except NOT_ANSWERED:
    logging.getLogger("kodex").exception("A screen could not be drawn: the database did not answer.")
    page.not_answering(Words.of(session.language()))
except NotConfirmedError as error:
    logging.getLogger("kodex").error("A screen could not be drawn: the certificate %s cannot be read.", error.number)
    page.unreadable(Words.of(session.language()))
