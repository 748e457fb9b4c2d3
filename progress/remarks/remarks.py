"""Remarks as they are stored: each names its learner by pseudonym, and only the learner ever learns whose it is."""

import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Column, Connection, Index, Integer, Row, Select, Table, Text, select

from database import Instant, metadata
from people.characters import is_hidden
from people.personal_data import PersonalData, deleting, row_as_json
from progress.completion.editions import editions
from quizzes.content import Content
from words import SaidError, sentence

remarks = Table(
    "remarks",
    metadata,
    Column("person_key", Text, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("id", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("course_id", Text, nullable=False),
    Column("part", Text, nullable=False),
    Column("part_id", Text, nullable=False),
    Column("edition", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("said", Text, nullable=False),
    Column("answer", Text),
    Column("answered_at", Instant),
    Column("seen_at", Instant),
    Index("ix_remarks_id", "id", unique=True),
)
"""`number` counts a person's remarks: two that are sent at once meet the primary key. `id` is random, because a
number or a hash would tell the editors whose several remarks are."""

LONGEST = 600
"""Characters of a remark and of its answer: one to three sentences."""


class UnfitRemarkError(SaidError):
    """The remark or its answer cannot be taken as it was written."""


class Reported(StrEnum):
    """What a remark is about."""

    CARD = "card"
    QUESTION = "question"


@dataclass(frozen=True)
class Remark:
    """A remark without its learner."""

    id: str
    at: datetime
    course_id: str
    part: Reported
    part_id: str
    """Id of the card or the question."""
    edition: str
    """SHA-256 of what the learner had before their eyes: a question, a principle, or else a lesson."""
    language: str
    """The language in which it was read."""
    said: str
    answer: str | None
    answered_at: datetime | None
    seen_at: datetime | None
    """When the learner said that they had read the answer."""
    titles: Mapping[str, str]
    """By language, as they were; empty where the edition is gone."""

    def title(self, language: str) -> str:
        return self.titles.get(language) or next(iter(self.titles.values()), self.part_id)


def of_person(connection: Connection, person_key: str) -> tuple[Remark, ...]:
    """Return a person's remarks, the latest first."""
    own = with_editions().where(remarks.c.person_key == person_key).order_by(remarks.c.number.desc())
    return tuple(map(from_row, connection.execute(own)))


def with_editions() -> Select[Any]:
    columns = [column for column in remarks.c if column.name not in {"person_key", "number"}]
    return select(*columns, editions.c.body).outerjoin(editions, editions.c.sha256 == remarks.c.edition)


def from_row(row: Row[Any]) -> Remark:
    """Return the remark in a row of `with_editions`."""
    values = row._asdict()
    body = values.pop("body")
    texts = json.loads(body) if body else {}
    return Remark(
        **{**values, "part": Reported(row.part)},
        titles={language: text["title"] for language, text in texts.items() if "title" in text},
    )


def is_current(content: Content, remark: Remark) -> bool:
    """True if what the remark is about still reads as it did."""
    course = content.courses.get(remark.course_id)
    if course is None:
        return False
    now = {each.sha256 for each in course.questions.values()}
    now |= {each.sha256 for each in course.principles.values()} | {each.sha256 for each in course.lessons}
    return remark.edition in now


def checked(text: str) -> str:
    """Return what somebody typed on one line; raises `UnfitRemarkError` with the remedy."""
    line = " ".join(unicodedata.normalize("NFC", text).split())
    if not line:
        raise UnfitRemarkError(sentence("Write a sentence first, and then send it."))
    if len(line) > LONGEST:
        raise UnfitRemarkError(sentence("Say it in at most {n} characters.", n=LONGEST))
    if any(map(is_hidden, line)):
        raise UnfitRemarkError(sentence("There is a character in it that hides, breaks or turns the text."))
    return line


def _as_data(stored: tuple[Remark, ...]) -> list[dict[str, Any]]:
    return [
        row_as_json({name: value for name, value in vars(remark).items() if name != "titles"}) for remark in stored
    ]


REMARKS = PersonalData(
    "remarks",
    (remarks,),
    of_person,
    _as_data,
    deleting(remarks),
    withheld={"remarks.number": "it says only which of the person's remarks this is"},
)
