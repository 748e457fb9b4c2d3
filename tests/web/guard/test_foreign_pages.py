"""What a server answers to foreign pages."""

import re
from html import unescape

import httpx
import pytest
from serving import Server
from websockets.exceptions import InvalidStatus
from wire import opened


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1", "http://localhost"])
def test_a_foreign_page_gets_no_web_socket_with_the_visitors_cookie(server: Server, origin: str) -> None:
    with server.client(server.newcomer("Navštívená Osoba")) as client, pytest.raises(InvalidStatus) as refusal:
        opened(server.url, client.cookies.jar, origin=origin)
    assert refusal.value.response.status_code == 403


@pytest.mark.parametrize("origin", ["https://evil.example", "null"])
def test_a_foreign_page_signs_nobody_in_or_out(server: Server, origin: str) -> None:
    who = server.newcomer("Odolná Osoba")
    with server.client(who) as client:
        foreign = {"Origin": origin}
        form = {"person": "hr"}
        assert client.post("/sign-in", data=form, headers=foreign).status_code == 403
        assert client.post("/sign-out", headers=foreign).status_code == 403
        assert client.get("/", headers={"Accept": "text/html"}).status_code == 200


def test_a_link_on_a_foreign_page_signs_nobody_out(server: Server) -> None:
    with server.client(server.newcomer("Zvědavá Osoba")) as client:
        asked = client.get("/sign-out", headers={"Referer": "https://evil.example/"})
        assert '<form method="post" action="/sign-out">' in asked.text
        assert client.get("/", headers={"Accept": "text/html"}).status_code == 200
        client.get("/sign-out", headers={"Referer": f"{server.url}/"})
        assert client.get("/", headers={"Accept": "text/html"}).status_code == 303


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "\\\\evil.example",
        "/%5cevil.example/..//evil.example",
        "javascript:alert(1)",
        "evil.example",
        "/sign-out",
        "",
    ],
)
def test_sign_in_leads_to_no_other_server(server: Server, target: str) -> None:
    who = server.newcomer("Přesměrovaná Osoba").person.employee_id
    with server.client() as client:
        answer = client.post("/sign-in", data={"person": who, "next": target})
        assert answer.status_code == 303
        led_to = httpx.URL(f"{server.url}/sign-in").join(browsers_reading_of(answer.headers["location"]))
        assert str(led_to).startswith(f"{server.url}/")
        assert led_to.path != "/sign-out"


def browsers_reading_of(location: str) -> str:
    """A browser drops tabs and line breaks from an address, and reads a backslash as a slash."""
    return re.sub(r"[\t\r\n]", "", location).replace("\\", "/")


def test_sign_in_leads_on_to_the_screen_that_was_asked_for(server: Server) -> None:
    who = server.newcomer("Přímá Osoba").person.employee_id
    with server.client() as client:
        asked = client.get("/lesson?card=customer-privacy/why", headers={"Accept": "text/html"})
        page = client.get(asked.headers["location"])
        target = unescape(re.search(r'name="next" value="([^"]*)"', page.text)[1])  # type: ignore[index]
        answer = client.post("/sign-in", data={"person": who, "next": target})
        assert answer.headers["location"] == "/lesson?card=customer-privacy/why"


@pytest.mark.parametrize("referer", ["https://evil.example/trap", "", "//evil.example"])
def test_the_switch_of_language_leads_to_no_other_server(server: Server, referer: str) -> None:
    with server.client() as client:
        assert client.get("/language/en", headers={"Referer": referer}).headers["location"] == "/"
