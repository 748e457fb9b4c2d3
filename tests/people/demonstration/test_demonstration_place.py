"""A demonstration never runs on real people, nor production on invented ones."""

import pytest
from serving import SECRET

import settings
from database import Database
from installation import Installation, startup
from people import directory
from people.directory import Person
from quizzes.content import Content

PUBLIC = {"KODEX_PUBLIC_URL": "https://kodex.example.com"}


def installed(database: Database, content: Content, mode: str) -> Installation:
    return Installation(settings.read({"KODEX_MODE": mode, "KODEX_SECRET": SECRET, **PUBLIC}), database, content)


def with_people(database: Database, *, invented: bool) -> Database:
    person = Person("0f" * 16, "1", "Jana Malá", "j@example.com", "Obchod", None, "cs", invented=invented)
    with database.writing() as connection:
        directory.add(connection, [person])
    return database


def test_an_empty_database_becomes_a_demonstration_of_240_people(database: Database, content: Content) -> None:
    startup.prepare(installed(database, content, "demonstration"))
    startup.prepare(installed(database, content, "demonstration"))
    with database.reading() as connection:
        assert directory.count(connection) == 240


def test_a_demonstration_never_runs_on_real_people(database: Database, content: Content) -> None:
    with pytest.raises(startup.NotReadyError, match="real people"):
        startup.prepare(installed(with_people(database, invented=False), content, "demonstration"))
    with database.reading() as connection:
        assert directory.count(connection) == 1


def test_production_never_runs_on_invented_people(database: Database, content: Content) -> None:
    with pytest.raises(startup.NotReadyError, match="invented people"):
        startup.prepare(installed(with_people(database, invented=True), content, "production"))


def test_production_runs_on_its_own_people_and_invents_none(database: Database, content: Content) -> None:
    startup.prepare(installed(with_people(database, invented=False), content, "production"))
    with database.reading() as connection:
        assert directory.count(connection) == 1


def test_production_does_not_migrate_by_itself(bare_database: Database, content: Content) -> None:
    with pytest.raises(startup.NotReadyError, match=r"manage\.py migrate"):
        startup.prepare(installed(bare_database, content, "production"))
