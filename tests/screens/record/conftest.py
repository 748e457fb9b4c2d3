"""The record as a whole, in a real browser."""

from collections.abc import Iterator

import pytest
import width
from browsing import Reader
from playwright.sync_api import Browser
from record_in_browser import NewOne
from serving import NewServer, Server

from people.access import Principal


@pytest.fixture(scope="package")
def installed(new_server: NewServer) -> Iterator[Server]:
    server = new_server()
    server.start()
    yield server
    server.close()


@pytest.fixture(params=width.languages())
def language(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def new_one(browser: Browser) -> Iterator[NewOne]:
    """Puts people in front of the screen *Audit trail*; in the end none of the browsers may have complained."""
    readers: list[Reader] = []

    def new(server: Server, who: Principal, language: str = "en") -> Reader:
        reader = Reader(browser, server.url, server.course, language)
        readers.append(reader)
        reader.become(who)
        reader.go("/records")
        return reader

    yield new
    assert [complaint for reader in readers for complaint in reader.close()] == []
