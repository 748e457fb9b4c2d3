"""The versions of content that the record names, kept so that any attempt can be shown again as it was seen."""

import json
from functools import lru_cache

from sqlalchemy import Column, Connection, Table, Text, insert, select

from database import Database, metadata
from lessons.model import Edition
from quizzes.content import Content, Course
from quizzes.model import Question

editions = Table(
    "editions",
    metadata,
    Column("sha256", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("part_id", Text, nullable=False),
    Column("body", Text, nullable=False),
)


def keep(database: Database, content: Content) -> None:
    """Keeps every edition of `content` that is not kept yet. Called at start, before anybody can meet it."""

    def write(connection: Connection) -> None:
        kept = set(connection.execute(select(editions.c.sha256)).scalars())
        new = {
            sha256: {"sha256": sha256, "kind": kind, "part_id": part_id, "body": body}
            for kind, part_id, sha256, body in content.editions()
            if sha256 not in kept
        }
        if new:
            connection.execute(insert(editions), list(new.values()))

    database.write(write)


def question(connection: Connection, course: Course, question_id: str, sha256: str) -> Edition[Question]:
    """Return the question in the edition that an attempt was drawn with, whatever has become of it since."""
    current = course.questions.get(question_id)
    if current is not None and current.sha256 == sha256:
        return current
    return _parsed(connection.execute(select(editions.c.body).where(editions.c.sha256 == sha256)).scalar_one())


@lru_cache(maxsize=512)
def _parsed(body: str) -> Edition[Question]:
    return Edition({language: Question.model_validate(text) for language, text in json.loads(body).items()})
