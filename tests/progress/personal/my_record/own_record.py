"""The record of one person with something of every kind that is stored."""

import json
from typing import Any
from zoneinfo import ZoneInfo

from cast import TODAY
from studying import Study

from people.access import Principal
from progress.personal import my_record
from progress.personal.my_record import MyRecord, Overview
from progress.personal.my_record_words import Section, Teller
from quizzes.content import Content
from words import Words

SECRET = b"only-for-tests-only-for-tests-only-for-tests"


def gathered(study: Study, who: Principal) -> MyRecord:
    return my_record.gather(study.database, who, study.now)


def teller(study: Study, who: Principal, content: Content, zone: ZoneInfo, language: str = "en") -> Teller:
    return Teller(gathered(study, who), content, Words.of(language), zone, TODAY)


def as_file(told: Teller) -> dict[str, Any]:
    """As it is downloaded."""
    data: dict[str, Any] = json.loads(json.dumps(my_record.as_data(told.kept, TODAY, told.tell)))
    return data


def every_text(sections: list[Section]) -> str:
    cells = [cell for section in sections for row in section.rows for cell in row]
    return "\n".join([*cells, *(text for section in sections for text in (section.heading, section.note))])


def read_by(study: Study, reader: Principal, who: Principal, zone: ZoneInfo) -> Overview:
    return my_record.opened_by_another(study.database, reader, who.key, study.now, zone)
