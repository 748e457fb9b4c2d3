"""The screen of people, opened by HR."""

from dataclasses import replace

import pytest
from sqlalchemy import update
from stage import database_url, installed, language, open_screen, today  # noqa: F401

from database import Database
from installation import Installation
from people import directory
from people.directory import Person
from settings import Mode


@pytest.fixture
def production(
    installed: Installation,
    database: Database,
    everybody: tuple[Person, ...],  # noqa: ARG001
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The cast are real people, and Kodex runs for them."""
    with database.writing() as connection:
        connection.execute(update(directory.people).values(invented=False))
    settings = installed.settings.model_copy(update={"mode": Mode.PRODUCTION})
    monkeypatch.setattr("screens.parts.session.installation", lambda: replace(installed, settings=settings))
