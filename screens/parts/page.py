"""The page around what is said: its column, its opening, the position in a course, where to turn."""

from collections.abc import Sequence
from html import escape

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from quizzes.content import in_language
from screens.session import Visit
from words import LANGUAGES, Words

READING = 600
"""Pixels: about 73 characters."""
DASHBOARD = 960
REGISTER = 1080


def column(width: int = READING) -> DeltaGenerator:
    return st.container(horizontal_alignment="center").container(width=width, gap="medium")


def opening(caption: str, title: str, lead: str = "") -> None:
    """What the screen is about, what it finds or asks for next, and one sentence more."""
    with st.container(gap="xsmall"):
        st.caption(caption)
        st.title(title, anchor=False)
        if lead:
            st.markdown(lead)


def position(visit: Visit, share: float, text: str) -> None:
    """Where one is in the course, and the way out, which loses nothing."""
    with st.container(horizontal=True, vertical_alignment="top", gap="medium", key="position"):
        st.progress(share, text=text)
        st.page_link("home.py", label=visit.words("Save and leave"))


def rows(table: Sequence[Sequence[str]], head: Sequence[str] = (), caption: str = "") -> None:
    """A small table of plain text, as real HTML that a screen reader can walk."""
    title = f"<caption>{escape(caption)}</caption>" if caption else ""
    heading = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in head)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in table
    )
    st.html(
        f'<table class="kodex-table">{title}{f"<thead><tr>{heading}</tr></thead>" if head else ""}'
        f"<tbody>{body}</tbody></table>"
    )


def link(address: str, label: str, before: str = "") -> None:
    """A link out of the screens, opened in its own tab by the browser's own means."""
    said = f"{escape(before)} " if before else ""
    st.html(f'<p class="kodex-link">{said}<a href="{escape(address)}">{escape(label)}</a></p>')


def footer(visit: Visit) -> None:
    """Where to turn, who is signed in, the other language, the way out: on every screen."""
    t = visit.words
    contacts = visit.content.company.contacts
    turn = "".join(
        f'<span>{escape(in_language(contact.name, t.language))}: <a href="mailto:{escape(contact.email)}">'
        f"{escape(contact.email)}</a>{escape(f', {contact.phone}') if contact.phone else ''}</span><br>"
        for contact in contacts
    )
    with column():
        st.html(
            f'<section class="kodex-foot" aria-label="{escape(t("Where to turn"))}">'
            f"<p><strong>{escape(t('Where to turn'))}</strong> {turn}</p>"
            f"<p>{escape(visit.principal.person.name)} · {_other_language(t)} · "
            f'<a href="/sign-out">{escape(t("Sign out"))}</a></p></section>'
        )


def signed_out(t: Words) -> None:
    with column():
        opening(
            t("Your session has ended"),
            t("Sign in again to go on"),
            t("Everything you saved is there; you go on where you stopped."),
        )
        st.html(f'<p><a href="/sign-in">{escape(t("Sign in"))}</a></p>')


def _other_language(t: Words) -> str:
    other = next(language for language in LANGUAGES if language != t.language)
    return f'<a href="/language/{other}" lang="{other}" hreflang="{other}">{LANGUAGES[other]}</a>'
