"""Principles as rows that unfold: the rule, what helps, what to avoid, and whom to call."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import streamlit as st

from lessons.lesson import Points, Principle, points
from quizzes.content import in_language
from screens.parts.content.prose import block, inline
from screens.parts.session import Visit
from words import Words


@dataclass(frozen=True)
class PrincipleRow:
    """A principle in the reader's language, and the address of its card if the reader may read that again."""

    principle: Principle
    card: str | None = None
    mark: str = ""
    """HTML of its drawing, where it has one."""
    shows_rule: bool = True
    """False where the rule stands above it already."""


def draw(visit: Visit, rows: Sequence[PrincipleRow]) -> None:
    """Draw all of them as one element, which is cheap, and which a browser prints as it stands."""
    st.html(f'<div class="kodex-principles">{"".join(_row(visit, row) for row in rows)}</div>')


def _row(visit: Visit, row: PrincipleRow) -> str:
    t, principle = visit.words, row.principle
    said = inline(t, principle.rule) if row.shows_rule else ""
    again = t("Read the card again")
    link = f'<p class="kodex-link"><a href="{escape(row.card)}">{escape(again)}</a></p>' if row.card else ""
    meaning = block(t, principle.meaning) if principle.meaning else ""
    return (
        f"<details><summary>{row.mark}<span><strong>{inline(t, principle.title)}</strong> {said}</span></summary>"
        f'{meaning}<dl><div class="do"><dt>{escape(t("Do"))}</dt>{_points(t, principle.do)}</div>'
        f'<div class="dont"><dt>{escape(t("Avoid"))}</dt>{_points(t, principle.dont)}</div></dl>'
        f'<p class="whom">{escape(t("Not sure? Call or write:"))} {_contacts(visit)}</p>{link}</details>'
    )


def _points(t: Words, texts: Points) -> str:
    return "".join(f"<dd>{inline(t, text)}</dd>" for text in points(texts))


def _contacts(visit: Visit) -> str:
    said = []
    for contact in visit.content.company.contacts:
        name = escape(in_language(contact.name, visit.language))
        number = contact.phone and contact.phone.replace(" ", "")
        address = f"tel:{number}" if number else f"mailto:{contact.email}"
        said.append(f'{name}, <a href="{escape(address)}">{escape(contact.phone or contact.email)}</a>')
    return "; ".join(said)
