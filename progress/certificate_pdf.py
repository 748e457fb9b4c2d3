"""Draws a certificate as a tagged PDF (PDF/UA-1): the same certificate gives the same bytes."""

import io
import json
from pathlib import Path

import segno

from progress.certificates import Certificate
from progress.typesetting import typeset
from words import Words

_HERE = Path(__file__).resolve().parent
_TEMPLATE = _HERE / "certificate.typ"


def draw(certificate: Certificate, address: str) -> bytes:
    """The PDF in the certificate's language; `address` is where anybody can check it."""
    t = Words.of(certificate.language)
    score = t(
        "{score} ({pass_mark} needed)",
        score=t.percent(certificate.score),
        pass_mark=t.percent(certificate.pass_mark),
    )
    data = {
        "lang": certificate.language,
        "title": t("Certificate"),
        "name": certificate.name,
        "issuer": certificate.issuer,
        "heading": t("Certificate of completion"),
        "sentence": t(
            "Completed the course {course}, version {version}, and signed the commitment to act by it.",
            course=certificate.course_title,
            version=certificate.course_version,
        ),
        "score": [t("Score"), score],
        "completed": [t("Completed"), t.date(certificate.valid_from)],
        "until": [t("Valid until"), t.date(certificate.valid_until)],
        "language": [t("Language"), t.language_name(certificate.language)],
        "unit": [t("Unit"), certificate.unit],
        "number": [t("Certificate number"), certificate.number],
        "verify": t("Check validity"),
        "short": address.split("://", 1)[-1].rsplit("/", 1)[0] + "/…",
        "qralt": t("QR code that leads to the check of certificate {number}", number=certificate.number),
    }
    inputs = {"data": json.dumps(data, ensure_ascii=False), "qr": _qr(address)}
    return typeset(_TEMPLATE, inputs)


def _qr(address: str) -> str:
    svg = io.BytesIO()
    code = segno.make(address, error="m")
    code.save(svg, kind="svg", border=0, dark="#161719", xmldecl=False, scale=1)
    return svg.getvalue().decode()
