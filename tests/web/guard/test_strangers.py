"""What a server answers to strangers."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import streamlit
from serving import Server
from websockets.exceptions import InvalidStatus
from wire import Wire, opened

from people.access import Principal, Role
from people.sign_in import accounts

SHELL = Path(streamlit.__file__).parent / "static"

SCREENS = ["/", "/lesson", "/assessment", "/commitment", "/team", "/certifications", "/content", "/no-such-screen"]

INSIDES = [
    "/_stcore/host-config",
    "/_stcore/allowed-message-origins",
    "/_stcore/metrics",
    "/_stcore/script-health-check",
    "/_stcore/agent/openapi.json",
    "/_stcore/agent/interact",
    "/_stcore/agent/mcp",
    "/_stcore/upload_file/session/file",
    "/_stcore/bidi-components/any/file.js",
    "/_stcore/stream",
    "/component/any/index.html",
    "/media/0123456789abcdef.csv",
    "/auth/login",
    "/oauth2callback",
    "/static/../static/index.html",
    "/%73tatic/index.html",
    "//static/index.html",
    "/sign-in/../static/index.html",
    "/app/static/../../static/index.html",
    "/app/static/%2e%2e/%2e%2e/app.py",
    "/verify/../_stcore/host-config",
    "/verify/",
    "/verify/x/y",
    "/verify/x/_stcore/host-config",
    "/language/",
    "/language/cs/x",
    "/app/static/",
    "/sign-in%3F/x",
    "/sign-in%3Fx/lesson",
    "/sign-in/x",
    "/healthz/x",
    "/healthz%3F/lesson",
    "/favicon.ico",
    "/favicon.ico/x",
]

OF_STREAMLIT = re.compile(r"streamlit|_stcore|root\W*></div>|<script", re.IGNORECASE)


def files_of_streamlit() -> list[str]:
    return [f"/static/{file.relative_to(SHELL / 'static').as_posix()}" for file in (SHELL / "static").rglob("*.*")]


@pytest.fixture(params=["no cookie", "an invented cookie", "an ended session", "the session of one who left"])
def stranger(request: pytest.FixtureRequest, server: Server) -> Iterator[httpx.Client]:
    """Somebody who is not signed in."""
    match request.param:
        case "no cookie":
            cookie = ""
        case "an invented cookie":
            cookie = "invented"
        case "an ended session":
            with server.client(server.newcomer("Odešlá Osoba")) as client:
                cookie = client.cookies["kodex"]
                client.post("/sign-out")
        case _:
            leaver = server.newcomer("Bývalá Kolegyně")
            with server.client(leaver) as client:
                cookie = client.cookies["kodex"]
            leave(server, leaver)
    with server.client(cookies={"kodex": cookie} if cookie else {}) as client:
        yield client


def leave(server: Server, who: Principal) -> None:
    people = accounts.people
    with server.database.writing() as connection:
        connection.execute(people.update().where(people.c.person_key == who.key).values(active=False))


# Strangers


@pytest.mark.parametrize("path", SCREENS)
def test_a_stranger_who_asks_for_a_screen_is_led_to_the_sign_in_page(stranger: httpx.Client, path: str) -> None:
    answer = stranger.get(path, headers={"Accept": "text/html"})
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/sign-in?next=%2F")
    page = stranger.get(answer.headers["location"])
    assert page.status_code == 200
    assert '<form method="post" action="/sign-in">' in page.text
    assert not OF_STREAMLIT.search(page.text)


def test_a_stranger_gets_nothing_of_streamlit(stranger: httpx.Client) -> None:
    leaked = []
    for path in INSIDES + files_of_streamlit():
        answer = stranger.get(path)
        if answer.is_success or OF_STREAMLIT.search(answer.text):
            leaked.append(f"{path}: {answer.status_code}, {len(answer.content)} bytes")
    assert not leaked, "\n".join(leaked)


@pytest.mark.parametrize("path", ["/export/certifications.csv", "/export/team.xlsx"])
def test_a_stranger_downloads_nothing(stranger: httpx.Client, server: Server, path: str) -> None:
    assert stranger.get(path).status_code == 401
    number = server.certificate_number(valid=True)
    assert stranger.get(f"/certificate/{number}.pdf").status_code == 401


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_a_stranger_writes_nothing(stranger: httpx.Client, method: str) -> None:
    for path in ("/", "/_stcore/upload_file/session/file", "/export/certifications.csv", "/static/js/any.js"):
        assert stranger.request(method, path).status_code in {401, 404, 405}


def test_a_stranger_gets_no_web_socket(stranger: httpx.Client, server: Server) -> None:
    with pytest.raises(InvalidStatus) as refusal:
        opened(server.url, stranger.cookies.jar)
    assert refusal.value.response.status_code in {401, 403}


def test_somebody_who_is_signed_in_gets_all_that_a_stranger_does_not(server: Server) -> None:
    """Otherwise the tests above would hold for a server that serves nothing."""
    with server.client(server.newcomer("Věra Uvnitř")) as client:
        assert '<div id="root">' in client.get("/").text
        assert client.get("/_stcore/host-config").status_code == 200
        assert client.get(files_of_streamlit()[0]).status_code == 200
        with opened(server.url, client.cookies.jar) as connection:
            wire = Wire(connection)
            wire.visit()
            assert "Věra Uvnitř" in wire.held()


def test_what_the_server_would_tell_about_itself_is_closed_to_everybody(server: Server) -> None:
    with server.client(server.cast(Role.AUDITOR)) as client:
        assert client.get("/_stcore/metrics").status_code == 404
        assert client.get("/_stcore/agent/openapi.json").status_code == 404
