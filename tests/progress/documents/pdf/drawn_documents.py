"""Certificates as they are drawn."""

import io

from pypdf import PdfReader


def text_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())
