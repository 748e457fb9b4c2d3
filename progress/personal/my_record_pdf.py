"""Draws a person's record as a tagged PDF (PDF/UA-1, PDF/A-2b), in the same words as the screen."""

import json
from dataclasses import asdict
from pathlib import Path

from progress.documents.typesetting import typeset
from progress.personal.my_record_words import Teller

_TEMPLATE = Path(__file__).resolve().parents[1] / "documents" / "my_record.typ"


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
    return typeset(_TEMPLATE, {"data": json.dumps(data, ensure_ascii=False)}, teller.kept.at)
