"""A drawing has no address: a browser would open it there as a page."""

import pytest
from serving import Server

from people.access import Role

MEDIA = "/media/0123456789abcdef"


@pytest.mark.parametrize("suffix", [".svg", ".SVG", ".svgz", ".png.svg", "%0A.svg"])
def test_what_a_browser_opens_as_a_page_is_refused_before_it_is_looked_for(server: Server, suffix: str) -> None:
    with server.client() as stranger:
        assert stranger.get(f"{MEDIA}.png").status_code == 401
        assert stranger.get(f"{MEDIA}{suffix}").status_code == 404


@pytest.mark.parametrize("folder", ["", "/app/static", "/static", "/media", "/lessons", "/app/static/../.."])
def test_the_drawings_of_the_lesson_are_not_served(server: Server, folder: str) -> None:
    with server.client(server.cast(Role.EDITOR)) as client:
        answer = client.get(f"{folder}/lessons/customer-privacy/drawings/same-care.svg")
    assert "svg" not in answer.headers.get("content-type", "")
    assert "<path" not in answer.text
