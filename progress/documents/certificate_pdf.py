"""Draws a certificate as a tagged PDF (PDF/UA-1, PDF/A-2b): the same certificate gives the same bytes."""

import io
import json
from pathlib import Path

import segno

from progress.completion.certificates import TEMPLATE, Certificate, printed_words
from progress.documents.typesetting import typeset

_TEMPLATES = Path(__file__).resolve().parent / "templates"
NO_PAGE = "/verify/…"
"""What was printed before there was a page to type the number into."""
_MASK = 0
"""Of the eight patterns that a QR code may be laid under. Each is read alike; to weigh which looks most even takes
two thirds of the time that the code takes."""


def draw(certificate: Certificate, address: str) -> bytes:
    """The PDF as it was frozen when the certificate was issued, or in the words of today where it is older than that.
    `address` is where anybody can check it, signed or not."""
    printed = json.loads(certificate.printed) if certificate.printed else printed_words(certificate)
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
