"""The versions of content that the record names, stored so that any attempt can be shown again as it was."""

import json
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from sqlalchemy import Column, Connection, Row, Table, Text, func, insert, select

from database import Database, metadata
from lessons.model import Edition
from quizzes import kinds
from quizzes.content import Content, Course
from quizzes.kinds.question import Question

editions = Table(
    "editions",
    metadata,
    Column("sha256", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("part_id", Text, nullable=False),
    Column("body", Text, nullable=False),
)


def keep(database: Database, content: Content) -> None:
    """Store every edition of `content` that is not stored yet. Called at start-up, before anybody can see it."""

    def write(connection: Connection) -> None:
        stored = set(connection.execute(select(editions.c.sha256)).scalars())
        new = {
            sha256: {"sha256": sha256, "kind": kind, "part_id": part_id, "body": body}
            for kind, part_id, sha256, body in content.editions()
            if sha256 not in stored
        }
        if new:
            connection.execute(insert(editions), list(new.values()))

    database.write(write)


def each(connection: Connection) -> Iterator[Row[tuple[str, str, str, str]]]:
    """(sha256, kind, part id, body) of all editions, in bounded memory."""
    with connection.execute(select(editions), execution_options={"yield_per": 100}) as rows:
        yield from rows


def size(connection: Connection) -> int:
    counted: int = connection.execute(select(func.count()).select_from(editions)).scalar_one()
    return counted


def course_in(body: str) -> dict[str, Any] | None:
    """The course in an edition's body; None if it is no course. Decided by the body, for which the hash vouches, and
    not by the stored kind."""
    try:
        read = json.loads(body)
    except ValueError:
        return None
    is_course = isinstance(read, dict) and read.keys() >= {"course", "lessons", "questions"}
    return read if is_course else None


def question(connection: Connection, course: Course, question_id: str, sha256: str) -> Edition[Question]:
    """The question in the edition that an attempt was drawn with, even if the content has changed since."""
    current = course.questions.get(question_id)
    if current is not None and current.sha256 == sha256:
        return current
    return _parsed(connection.execute(select(editions.c.body).where(editions.c.sha256 == sha256)).scalar_one())


def stored_question(connection: Connection, sha256: str) -> Edition[Question] | None:
    """The question in an edition, even of a course that is gone; None if it is not stored, or cannot be read."""
    body = connection.execute(select(editions.c.body).where(editions.c.sha256 == sha256)).scalar_one_or_none()
    try:
        return None if body is None else _parsed(body)
    except (ValueError, AttributeError):
        return None


@lru_cache(maxsize=512)
def _parsed(body: str) -> Edition[Question]:
    return Edition({language: kinds.question(text) for language, text in json.loads(body).items()})
