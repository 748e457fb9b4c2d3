"""Screens inspected by axe against WCAG 2.2 AA, in each language."""

from collections.abc import Iterator

import pytest
import width
from browsing import Reader
from inspecting import Inspection
from playwright.sync_api import Browser
from serving import NewReader, Server

from words import LANGUAGES


@pytest.fixture(
    params=[(width.LONGEST_WORDS, False), *(pytest.param((each, True), marks=width.wide) for each in LANGUAGES)]
)
def inspected(request: pytest.FixtureRequest) -> tuple[str, bool]:
    """The language, and whether in both themes."""
    way: tuple[str, bool] = request.param
    return way


@pytest.fixture
def language(inspected: tuple[str, bool]) -> str:
    return inspected[0]


@pytest.fixture
def inspection(new_reader: NewReader, inspected: tuple[str, bool]) -> Iterator[Inspection]:
    """With nobody signed in. What was found is told at the end, all of it."""
    language, in_both_themes = inspected
    inspection = Inspection(new_reader(language=language), in_both_themes=in_both_themes)
    yield inspection
    assert not inspection.findings, "\n".join(inspection.findings)


@pytest.fixture
def in_production(browser: Browser, real_company: Server, inspected: tuple[str, bool]) -> Iterator[Inspection]:
    """The same in a company's own installation, where people sign in with passwords."""
    language, in_both_themes = inspected
    reader = Reader(browser, real_company.url, real_company.course, language)
    inspection = Inspection(reader, in_both_themes=in_both_themes)
    yield inspection
    assert reader.close() == []
    assert not inspection.findings, "\n".join(inspection.findings)
