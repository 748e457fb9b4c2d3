"""The record of one person with something of every kind that is stored."""

import json
from typing import Any
from zoneinfo import ZoneInfo

from cast import TODAY
from studying import Study

from people.access import Asker, Principal
from progress.personal import my_record
from progress.personal.my_record import MyRecord
from progress.personal.my_record_words import RecordWords
from progress.personal.overview import Overview, open_record
from progress.personal.overview_words import Section, Wording
from quizzes.content import Content
from words import Words

SECRET = b"only-for-tests-only-for-tests-only-for-tests"


def gathered(study: Study, who: Principal, zone: ZoneInfo) -> MyRecord:
    return my_record.gather(study.database, Asker(who, study.now, zone))


def in_words(study: Study, who: Principal, content: Content, zone: ZoneInfo, language: str = "en") -> RecordWords:
    return RecordWords(gathered(study, who, zone), Wording(Words.of(language), content, TODAY, zone))


def as_file(own: RecordWords) -> dict[str, Any]:
    """The record as it is downloaded."""
    data: dict[str, Any] = json.loads(json.dumps(my_record.as_data(own.record, TODAY, own.events.in_words)))
    return data


def every_text(sections: list[Section]) -> str:
    cells = [cell for section in sections for row in section.rows for cell in row]
    return "\n".join([*cells, *(text for section in sections for text in (section.heading, section.note))])


def read_by(study: Study, reader: Principal, who: Principal, zone: ZoneInfo) -> Overview:
    return open_record(study.database, Asker(reader, study.now, zone), who.key)
