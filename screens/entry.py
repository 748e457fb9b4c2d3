"""Where every run begins: who is looking, which screens are theirs, and the one they asked for."""

import streamlit as st

from people.access import Act
from screens import session
from screens.parts import page
from words import Words

WIDTHS = {"team": page.DASHBOARD, "certifications": page.REGISTER}
"""Screens that are wider than a column for reading."""

try:
    visit = session.of_this_run()
except session.SignedOutError:
    page.signed_out(Words.of(session.language()))
    st.stop()

t = visit.words
st.logo(visit.content.logo or "static/kodex.svg", size="medium")
learn = visit.may(Act.LEARN)
pages = [
    st.Page("home.py", title=t("Home"), default=True),
    *([st.Page("team.py", title=t("Team"), url_path="team")] if visit.may(Act.SEE_TEAM) else []),
    *(
        [st.Page("certifications.py", title=t("Certifications"), url_path="certifications")]
        if visit.may(Act.SEE_CERTIFICATIONS)
        else []
    ),
    *([st.Page("content.py", title=t("Content"), url_path="content")] if visit.may(Act.SEE_CONTENT) else []),
    st.Page("lesson.py", title=t("Lesson"), url_path="lesson", visibility="hidden"),
    st.Page("assessment.py", title=t("Assessment"), url_path="assessment", visibility="hidden"),
    st.Page("commitment.py", title=t("Commitment"), url_path="commitment", visibility="hidden"),
]
asked = st.navigation(pages, position="top")
asked.run()
page.footer(visit, WIDTHS.get(asked.url_path, page.READING))
