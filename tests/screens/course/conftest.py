"""The course in a real browser."""

import pytest
from browsing import Reader
from serving import NewReader

from words import LANGUAGES


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def reader(new_reader: NewReader, language: str) -> Reader:
    """Nobody yet, in a browser that asks for that language."""
    return new_reader(language=language)
