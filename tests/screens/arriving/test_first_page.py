"""The first page: what comes over the wire, and what is seen before its scripts have come."""

import pytest
from browsing import Reader
from playwright.sync_api import Request, Route, expect
from serving import NewReader, Server

pytestmark = pytest.mark.browser

MOST_BYTES = 800_000
STREAMLITS_SCRIPT = "**/static/js/index.*.js"


def bytes_of(reader: Reader, path: str) -> dict[str, int]:
    """The bytes of each answer over the wire, headers included, by address."""
    sizes: dict[str, int] = {}

    def count(request: Request) -> None:
        found = request.sizes()
        sizes[request.url] = found["responseBodySize"] + found["responseHeadersSize"]

    reader.page.on("requestfinished", count)
    reader.go(path)
    reader.page.wait_for_load_state("networkidle")
    return sizes


@pytest.mark.parametrize("path", ["/", "/lesson"])
def test_the_first_page_of_a_new_browser_is_light(new_reader: NewReader, server: Server, path: str) -> None:
    reader = new_reader(server.newcomer("Lehká Stránková"))
    sizes = bytes_of(reader, path)
    assert len(sizes) > 50
    assert sum(sizes.values()) <= MOST_BYTES
    faces = [url for url in sizes if url.endswith(".woff2")]
    assert [url for url in faces if "/app/static/" not in url] == []


def test_of_the_next_page_almost_nothing_is_asked_for_again(new_reader: NewReader, server: Server) -> None:
    reader = new_reader(server.newcomer("Druhá Návštěvová"))
    reader.go("/")
    reader.go("/record")  # what only this screen needs
    again = bytes_of(reader, "/")
    assert sum(again.values()) <= MOST_BYTES / 20


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_page_whose_scripts_are_on_their_way_says_so(new_reader: NewReader, server: Server, theme: str) -> None:
    reader = new_reader(server.newcomer("Čekající Otevřená"), color_scheme=theme)
    waiting: list[Route] = []
    reader.page.route(STREAMLITS_SCRIPT, lambda route: waiting.append(route), times=1)
    reader.page.goto("/", wait_until="commit")
    opening = reader.page.locator(".kodex-opening")
    expect(opening.get_by_role("status")).to_have_text(reader.words("Opening the course…"))
    expect(opening).to_have_css("background-color", {"light": "rgb(255, 255, 255)", "dark": "rgb(19, 20, 22)"}[theme])
    logo = opening.locator("img").bounding_box()
    waiting.pop().continue_()
    reader.rest()
    expect(opening).to_have_count(0)
    assert reader.page.get_by_test_id("stHeaderLogo").bounding_box() == logo
