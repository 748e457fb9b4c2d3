"""Draws a person's record as a tagged PDF (PDF/UA-1), in the same words as the screen."""

import json
from dataclasses import asdict
from pathlib import Path

import typst

from progress.my_record_words import Teller

_HERE = Path(__file__).resolve().parent
_TEMPLATE = _HERE / "my_record.typ"
_FONTS = _HERE / "fonts"


def draw(teller: Teller, issuer: str) -> bytes:
    """The PDF in the teller's language."""
    t = teller.words
    data = {
        "lang": t.language,
        "title": t("My record"),
        "name": teller.kept.overview.person.name,
        "issuer": issuer,
        "made": t("All that Kodex stores about you, on {moment}", moment=t.moment(teller.kept.at, teller.zone)),
        "sections": [asdict(section) for section in teller.sections()],
    }
    return typst.compile(
        str(_TEMPLATE),
        font_paths=[str(_FONTS)],
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        pdf_standards="ua-1",
    )
