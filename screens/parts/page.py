"""Elements of a page: its column, opening, position in a course, tables, links and footer."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from html import escape
from typing import Literal, NamedTuple
from urllib.parse import quote, urlencode, urlsplit

import streamlit as st
from sqlalchemy.exc import SQLAlchemyError
from streamlit.delta_generator import DeltaGenerator

from database import UnknownOutcomeError
from people.access import RefusedError
from quizzes.content import in_language
from screens.parts import addresses, session
from screens.parts.session import SignedOutError, Visit
from words import LANGUAGES, NO_BREAK, SaidError, Sentence, Words, sentence

NOT_SAVED = sentence("It could not be saved, and nothing was changed. Try it again.")
UNKNOWN_OUTCOME = sentence(
    "The database stopped answering while this was being saved. See whether it was saved before you try again."
)


def wide(kind: Literal["dashboard", "register"]) -> DeltaGenerator:
    """Return the container of a screen that is wider than a column of text; the style sheet knows how wide."""
    return st.container(gap="medium", key=kind)


_NUMBER = re.compile(r"(?<=\d) (?=\w)|(?<=\d of) (?=\d)")
"""Spaces of a title at which a number would be left alone at a line's end."""


def opening(caption: str, title: str, text: str = "") -> None:
    """Draw the caption, the title (the finding, or what to do next), and Markdown below it.

    One element, because each costs time on every run; the style sheet recognises the caption by its place.
    """
    parts = [caption, f"# {_NUMBER.sub(NO_BREAK, title)}", text]
    st.markdown("\n\n".join(part for part in parts if part), anchors=False)


def about(caption: str, name: str, text: str = "") -> None:
    """Draw the opening of a screen whose title has words from the directory: they are never read as Markdown."""
    st.html(
        f'<p class="kodex-caption">{escape(caption)}</p><h1>{escape(name)}</h1>'
        f"{f'<p>{escape(text)}</p>' if text else ''}"
    )


def explained(title: str, *parts: str) -> None:
    """Draw what was decided, as one element, because each costs time on every answer; `parts` are HTML."""
    st.html(f'<div class="kodex-explained"><h1>{escape(title)}</h1>{"".join(parts)}</div>')


def further(*parts: str) -> None:
    """Draw the rest of what `explained` began, below something that is no HTML."""
    st.html(f'<div class="kodex-explained">{"".join(parts)}</div>')


def progress(share: float, text: str, name: str = "progress") -> None:
    """`name` distinguishes the bars of one screen."""
    st.html(f'<div class="kodex-progress"><p id="{name}">{escape(text)}</p>{_bar(share, name)}</div>')


def do(heading: str, text: str) -> None:
    st.header(f":green[:material/check:] {heading}", anchor=False)
    st.markdown(text)


def dont(heading: str, text: str) -> None:
    st.header(f":red[:material/close:] {heading}", anchor=False)
    st.markdown(text)


def complaint(text: str) -> None:
    """Say what keeps a form from being sent."""
    st.html(f'<p class="kodex-complaint" role="alert">{escape(text)}</p>')


def hint(text: str) -> None:
    st.html(f'<p class="kodex-hint" role="status">{escape(text)}</p>')


def new(text: str) -> None:
    """Say above a card that it is new to somebody who has taken the course before."""
    st.html(f'<p class="kodex-new">{escape(text)}</p>')


def confirmation(text: str) -> None:
    """Say what was saved, as it was read back."""
    st.html(f'<p class="kodex-done" role="status"><span aria-hidden="true">✓</span> {escape(text)}</p>')


class Told(NamedTuple):
    """What became of something that was sent, to be said once where it was written."""

    key: str
    """Distinguishes the forms of a screen."""
    words: Sentence
    is_done: bool = False


def write(key: str, act: Callable[[Visit], None], done: Sentence) -> Told | None:
    """Run `act` in a callback, as the person who is signed in; return what became of it, or None for somebody who
    may not do this any more: the next screen says so."""
    try:
        act(session.in_callback())
    except (SignedOutError, RefusedError):
        return None
    except SaidError as error:
        return Told(key, error.reason)
    except UnknownOutcomeError:
        return Told(key, UNKNOWN_OUTCOME)
    except SQLAlchemyError:
        return Told(key, NOT_SAVED)
    return Told(key, done, is_done=True)


def tell(t: Words, told: Told) -> None:
    (confirmation if told.is_done else complaint)(t.say(told.words))


def heading(text: str) -> None:
    """Draw a heading with words from the directory in it: they are never read as Markdown."""
    st.html(f'<h2 class="kodex-heading">{escape(text)}</h2>')


def steps(found: Sequence[tuple[str, str, bool]]) -> None:
    """Draw (step, state, is done) rows; the first that is not done is marked as next."""
    at = next((number for number, (_, _, done) in enumerate(found) if not done), len(found))
    body = ""
    for number, (step, state, done) in enumerate(found):
        mark = "done" if done else "next" if number == at else "later"
        tick = '<span aria-hidden="true">✓ </span>' if done else ""
        body += f'<tr class="{mark}"><td>{escape(step)}</td><td>{tick}{escape(state)}</td></tr>'
    st.html(f'<table class="kodex-table"><tbody>{body}</tbody></table>')


Cell = str | tuple[str, str]
"""A cell of a table: a text, or (text, address) of a link."""


def rows(table: Sequence[Sequence[Cell]], head: Sequence[str] = (), *, has_figures: bool = False) -> None:
    """Draw a small table of plain text, in HTML that a screen reader can walk. `has_figures` means that every column
    but the first is one of figures."""
    heading = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in head)
    body = "".join("<tr>" + "".join(f"<td>{_cell(cell)}</td>" for cell in row) + "</tr>" for row in table)
    heads = f"<thead><tr>{heading}</tr></thead>" if head else ""
    kind = "kodex-table figures" if has_figures else "kodex-table"
    st.html(f'<table class="{kind}">{heads}<tbody>{body}</tbody></table>')


def listing(columns: Mapping[str, Sequence[Cell]], label: str, minor: Collection[str] = ()) -> None:
    """Draw a long table of plain text that scrolls in its own box, also by keyboard.

    `label` names it for screen readers; the columns in `minor` are left out on a phone. Streamlit's own table would
    offer a download.
    """
    kinds = [' class="minor"' if head in minor else "" for head in columns]
    heads = "".join(f'<th scope="col"{kind}>{escape(head)}</th>' for head, kind in zip(columns, kinds, strict=True))

    is_long = any(len(cells) > MOST_STOPS for cells in columns.values())
    passed_over = ' tabindex="-1"' if is_long else ""

    def row(cells: Sequence[Cell]) -> str:
        drawn = (f"<td{kind}>{_cell(cell, passed_over) or '–'}</td>" for cell, kind in zip(cells, kinds, strict=True))
        return f"<tr>{''.join(drawn)}</tr>"

    body = "".join(row(cells) for cells in zip(*columns.values(), strict=True))
    st.html(
        f'<div class="kodex-scroll" role="region" tabindex="0" aria-label="{escape(label)}">'
        f'<table class="kodex-table"><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div>'
    )


MOST_STOPS = 25
"""Rows up to which the Tab key stops at each link of a list; in a longer one it skips them all."""


def _cell(cell: Cell, attribute: str = "") -> str:
    if isinstance(cell, str):
        return escape(cell)
    text, address = cell
    return f'<a href="{escape(address)}"{attribute}>{escape(text)}</a>'


def bars(columns: Sequence[str], counted: Sequence[tuple[str, float, Sequence[str]]], finding: str | None) -> None:
    """Draw a bar chart that is its own table: (name, share, further cells) rows, the row of `finding` marked."""
    head = "".join(f'<th scope="col">{escape(each)}</th>' for each in columns)
    body = "".join(
        f'<tr{" class=finding" if name == finding else ""}><th scope="row">{escape(name)}'
        f'<progress value="{share:.3f}" aria-hidden="true"></progress></th>'
        f"{''.join(f'<td>{escape(cell)}</td>' for cell in cells)}</tr>"
        for name, share, cells in counted
    )
    st.html(
        f'<table class="kodex-table kodex-bars"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>',
    )


def rows_with_files(table: Sequence[tuple[Sequence[str], str, str]], head: Sequence[str], download: str) -> None:
    """Draw a row for each (cells, address, name) of a file, with a link; a screen reader also hears the name."""
    heading = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in head)
    body = ""
    for cells, address, name in table:
        label = escape(f"{download}: {name}")
        link = f'<a href="{escape(address)}" aria-label="{label}">{escape(download)}</a>'
        body += f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in cells)}<td>{link}</td></tr>"
    st.html(f'<table class="kodex-table"><thead><tr>{heading}</tr></thead><tbody>{body}</tbody></table>')


def said(text: str) -> None:
    """Draw a sentence with words in it that somebody typed: they are never read as Markdown."""
    st.html(f"<p>{escape(text)}</p>")


def link(address: str, label: str) -> None:
    """Draw a link to a screen or to a plain page."""
    st.html(f'<p class="kodex-link"><a href="{escape(address)}">{escape(label)}</a></p>')


def files(found: Sequence[tuple[str, str]], *, first_is_primary: bool = False) -> None:
    """Draw each (address, label) of a file as a button. The addresses are of authenticated routes."""
    kinds = ["kodex-button primary" if first_is_primary else "kodex-button", *["kodex-button"] * len(found)]
    buttons = "".join(
        f'<a class="{kind}" href="{escape(address)}">{escape(label)}</a>'
        for kind, (address, label) in zip(kinds, found, strict=False)
    )
    st.html(f'<p class="kodex-files">{buttons}</p>')


def footer(visit: Visit) -> None:
    """Draw the foot of every screen: contacts, the signed-in person, the other languages, the way out."""
    t = visit.words
    where, out, account = t("Where to turn"), t("Sign out"), t("My account")
    leaving, principles, guide = t("Ways out of the course"), t("Principles"), t("Before you share")
    contacts = visit.content.company.contacts
    turn = "".join(
        f'<span>{escape(in_language(contact.name, t.language))}: <a href="mailto:{escape(contact.email)}">'
        f"{escape(contact.email)}</a>{f' <span>{escape(contact.phone)}</span>' if contact.phone else ''}</span><br>"
        for contact in contacts
    )
    st.html(
        "".join(visit.above_foot)
        # Shown in a course alone, where the style sheet puts it in the menu's place.
        + f'<nav class="kodex-out" aria-label="{escape(leaving)}">'
        f'<a href="{addresses.PRINCIPLES}">{escape(principles)}</a> <a href="{addresses.GUIDE}">{escape(guide)}</a> '
        f'<a href="{addresses.HOME}">{escape(t("Leave"))}</a></nav>'
        f'<section class="kodex-foot" aria-label="{escape(where)}">'
        f"<p><strong>{escape(where)}</strong> {turn}"
        f'<a href="{addresses.GUIDE}">{escape(guide)}</a></p>'
        f'<p class="who"><span>{escape(visit.principal.person.name)}</span> '
        f'<a href="/account">{escape(account)}</a> {_other_languages(t)} '
        f'<a href="/sign-out">{escape(out)}</a></p></section>'
    )


def not_answering(t: Words) -> None:
    """Draw the message for a database that does not answer."""
    complaint(t("The database is not answering. Everything you saved is still there. Reload this page in a minute."))


def unreadable(t: Words) -> None:
    """Say that a certificate of this screen has a row that cannot be read."""
    complaint(
        t(
            "A certificate on this page could not be read, so the page is not shown. Everything you saved is still "
            "there. Tell the operator of Kodex: “manage.py record verify” says what is wrong."
        )
    )


def signed_out(t: Words) -> None:
    """Say that the session has ended, with a way back to this very screen."""
    here = urlsplit(st.context.url or "").path or addresses.HOME
    query = urlencode(st.query_params.to_dict())
    target = quote(f"{here}?{query}" if query else here, safe="")
    with st.container(key="signed_out"):
        opening(
            t("Your session has ended"),
            t("Sign in again to continue"),
            t("Everything you saved is still there; you continue where you stopped."),
        )
        link(f"/sign-in?next={target}", t("Sign in"))


def _bar(share: float, name: str = "progress") -> str:
    return f'<progress value="{share:.2f}" aria-labelledby="{name}"></progress>'


def _other_languages(t: Words) -> str:
    return " ".join(
        f'<a href="/language/{other}" lang="{other}" hreflang="{other}">{name}</a>'
        for other, name in LANGUAGES.items()
        if other != t.language
    )
