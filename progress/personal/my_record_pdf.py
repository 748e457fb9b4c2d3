"""My record as a tagged PDF (PDF/UA-1, PDF/A-2b), in the same words as the screen."""

import json
from dataclasses import asdict
from pathlib import Path

from progress.documents.typesetting import typeset
from progress.personal.my_record_words import RecordWords

_TEMPLATE = Path(__file__).resolve().parents[1] / "documents" / "my_record.typ"


def draw(in_words: RecordWords, issuer: str) -> bytes:
    record, wording = in_words.record, in_words.wording
    t = wording.words
    data = {
        "lang": t.language,
        "title": t("My record"),
        "name": record.overview.person.name,
        "issuer": issuer,
        "made": t("All that Kodex stores about you, on {moment}", moment=t.moment(record.at, wording.zone)),
        "sections": [asdict(section) for section in in_words.sections()],
    }
    return typeset(_TEMPLATE, {"data": json.dumps(data, ensure_ascii=False)}, record.at)
