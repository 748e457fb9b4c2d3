"""Screens inspected by axe against WCAG 2.2 AA, in each language."""

from collections.abc import Iterator

import pytest
import width
from browsing import Reader
from inspecting import Inspection
from playwright.sync_api import Browser
from serving import NewReader, Server


@pytest.fixture(params=width.languages())
def language(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def inspection(new_reader: NewReader, language: str) -> Iterator[Inspection]:
    """With nobody signed in. What was found is told at the end, all of it."""
    inspection = Inspection(new_reader(language=language))
    yield inspection
    assert not inspection.findings, "\n".join(inspection.findings)


@pytest.fixture
def in_production(browser: Browser, real_company: Server, language: str) -> Iterator[Inspection]:
    """The same in a company's own installation, where people sign in with passwords."""
    reader = Reader(browser, real_company.url, real_company.course, language)
    inspection = Inspection(reader)
    yield inspection
    assert reader.close() == []
    assert not inspection.findings, "\n".join(inspection.findings)
