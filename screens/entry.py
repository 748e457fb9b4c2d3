"""The script that every run begins with: the visit, its screens, and the one that was asked for."""

import logging

import streamlit as st

from database import NOT_ANSWERED
from screens.parts import addresses, page, progress, session
from words import Words


def draw() -> None:
    try:
        visit = session.of_this_run()
    except session.SignedOutError:
        page.signed_out(Words.of(session.language()))
        return
    t = visit.words
    if origin := st.context.headers.get("Origin"):
        # By its address, which a browser always gives: from a file, the whole picture would be sent on every run.
        st.logo(f"{origin}/brand/logo", size="medium")
    st.navigation(addresses.screens(t, visit.may), position="top").run()
    page.footer(visit)
    progress.follow(visit)


try:
    draw()
except NOT_ANSWERED:
    logging.getLogger("kodex").exception("A screen could not be drawn: the database did not answer.")
    page.not_answering(Words.of(session.language()))
