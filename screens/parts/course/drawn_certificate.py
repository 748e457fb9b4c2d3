"""A certificate drawn in the page, from the words and figures of the day on which it was issued."""

from collections.abc import Sequence
from html import escape

import streamlit as st

from progress.completion import certificates
from progress.completion.certificates import Certificate
from screens.parts.marks import PrincipleMark, Size, html

LONG_NAME = 26
"""Characters from which a name is set smaller."""
FIELDS = ("completed", "until", "score", "number")


def draw(certificate: Certificate, seven: Sequence[PrincipleMark]) -> None:
    """Draw the certificate, with the marks of the principles, in the language in which it was issued."""
    said = certificates.words_of(certificate)
    size = "name long" if len(certificate.name) >= LONG_NAME else "name"
    row = "".join(html(mark.file, Size.TINY) for mark in seven)
    fields = "".join(
        f"<div><dt>{escape(label)}</dt><dd>{escape(value)}</dd></div>"
        for label, value in (said[field] for field in FIELDS)
    )
    language = escape(said["lang"])
    st.html(
        f'<section class="kodex-certificate" lang="{language}" aria-label="{escape(said["title"])}">'
        f'<p class="from"><strong>Kodex</strong><span>{escape(said["issuer"])}</span></p>'
        f'<p class="of">{escape(said["heading"])}</p>'
        f'<p class="{size}">{escape(certificate.name)}</p>'
        f'<p class="says">{escape(said["sentence"])}</p>'
        f'{f"""<div class="seven">{row}</div>""" if row else ""}'
        f"<dl>{fields}</dl></section>"
    )
