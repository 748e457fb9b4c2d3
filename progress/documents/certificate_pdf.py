"""A certificate as a tagged PDF (PDF/UA-1, PDF/A-2b): the same certificate always has the same bytes."""

import io
import json
from pathlib import Path

import segno

from progress.completion.certificates import TEMPLATE, Certificate, words_of
from progress.documents.typesetting import typeset

_TEMPLATES = Path(__file__).resolve().parent / "templates"
NO_PAGE = "/verify/…"
"""Printed on certificates from before there was a page to type the number into."""
_MASK = 0
"""One of the eight mask patterns of a QR code. Each can be read equally well, and choosing the most even one takes
two thirds of the time that the code takes."""


def draw(certificate: Certificate, address: str) -> bytes:
    """Return the PDF as frozen when the certificate was issued, or in today's words for certificates older than that.
    `address` is the address to check it at, signed or not."""
    printed = words_of(certificate)
    data = {
        **printed,
        "name": certificate.name,
        "unit": [printed["unit"], certificate.unit],
        "signed": address,
        "short": address.split("://", 1)[-1].split("/verify/", 1)[0] + printed.get("path", NO_PAGE),
    }
    inputs = {"data": json.dumps(data, ensure_ascii=False), "qr": _qr(address)}
    return typeset(_TEMPLATES / f"{certificate.template or TEMPLATE}.typ", inputs, certificate.issued_at)


def _qr(address: str) -> str:
    svg = io.BytesIO()
    code = segno.make_qr(address, error="m", mask=_MASK, boost_error=False)
    code.save(svg, kind="svg", border=0, dark="#161719", xmldecl=False, scale=1)
    return svg.getvalue().decode()
