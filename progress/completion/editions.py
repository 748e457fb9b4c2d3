"""The versions of content that the record names, kept so that any attempt can be shown again as it was seen."""

import json
from collections.abc import Iterator
from functools import lru_cache

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


def each(connection: Connection) -> Iterator[Row[tuple[str, str, str, str]]]:
    """(sha256, kind, part id, body) of all that are kept, a few at a time."""
    with connection.execute(select(editions), execution_options={"yield_per": 100}) as rows:
        yield from rows


def size(connection: Connection) -> int:
    counted: int = connection.execute(select(func.count()).select_from(editions)).scalar_one()
    return counted


def parts(edition: Row[tuple[str, str, str, str]]) -> list[str]:
    """The SHA-256 of the lessons and questions that a course consists of; none of anything else."""
    if edition.kind != "course":
        return []
    body = json.loads(edition.body)
    return [*body["lessons"], *body["questions"]]


def question(connection: Connection, course: Course, question_id: str, sha256: str) -> Edition[Question]:
    """Return the question in the edition that an attempt was drawn with, whatever has become of it since."""
    current = course.questions.get(question_id)
    if current is not None and current.sha256 == sha256:
        return current
    return _parsed(connection.execute(select(editions.c.body).where(editions.c.sha256 == sha256)).scalar_one())


@lru_cache(maxsize=512)
def _parsed(body: str) -> Edition[Question]:
    return Edition({language: kinds.question(text) for language, text in json.loads(body).items()})
