"""What every answer gives away and every route lets through: versions, paths that climb, foreign origins."""

import re
from collections.abc import Iterator
from itertools import product

import httpx
import pytest
from looking import signed_in
from serving import Server
from websockets.exceptions import InvalidStatus
from wire import connected

from people.access import Role

VERSION = re.compile(r"(?i)(?:uvicorn|streamlit|starlette|python|kodex|sqlite|tornado)[/ v]*\d")
PLACES = ["/", "/sign-in", "/verify/x", "/healthz", "/readyz", "/export/none.csv", "/certificate/x.pdf", "/none.js"]
CLIMBS = ["../", "..%2f", "%2e%2e/", "%2e%2e%2f", "..%5c", "..\\", "%252e%252e%252f", "..%c0%af", "....//", "..;/"]
AIMS = ["app.py", "settings.py", "var/secret", "pyproject.toml", "tests/serving.py", "etc/passwd"]
STARTS = ["/", "/app/static/", "/static/", "/brand/logo/", "/verify/", "/language/", "/export/", "/certificate/"]
INSIDE = re.compile(r"root:x:0|import asyncio|dataclass|\[project\]|SHORTEST_SECRET")


@pytest.fixture
def client(server: Server) -> Iterator[httpx.Client]:
    """Somebody's of HR."""
    cookie = f"kodex={signed_in(server, server.cast(Role.HR).person)}"
    with httpx.Client(base_url=server.url, headers={"Cookie": cookie}, timeout=60) as signed_in_client:
        yield signed_in_client


@pytest.fixture
def stranger(server: Server) -> Iterator[httpx.Client]:
    with server.client() as nobody:
        yield nobody


def test_no_answer_names_a_version(client: httpx.Client, stranger: httpx.Client) -> None:
    for path, method in product(PLACES, ("GET", "POST", "TRACE")):
        for asks in (client, stranger):
            answer = asks.request(method, path)
            head = " ".join(f"{name}: {value}" for name, value in answer.headers.items())
            assert not VERSION.search(head), head
            if answer.status_code >= 400:
                assert not VERSION.search(answer.text), answer.text
                assert "Traceback" not in answer.text


def test_every_answer_keeps_out_of_frames_and_keeps_its_address_to_itself(client: httpx.Client) -> None:
    for path in PLACES:
        headers = client.get(path).headers
        assert headers["x-frame-options"] == "DENY"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["referrer-policy"] == "same-origin"


def test_no_path_climbs_out_of_what_is_served(server: Server) -> None:
    """Sent as it is: a client would put the path in order before it asks."""
    tried = 0
    cookie = f"kodex={signed_in(server, server.cast(Role.HR).person)}"
    with httpx.Client(timeout=60, headers={"Cookie": cookie}) as client:
        for start, climb, aim, often in product(STARTS, CLIMBS, AIMS, (1, 4)):
            path = f"{start}{climb * often}{aim}".encode()
            request = client.build_request("GET", server.url)
            request.url = request.url.copy_with(raw_path=path)
            answer = client.send(request)
            assert answer.status_code < 500, path
            assert not INSIDE.search(answer.text), path
            tried += 1
    print(f"{tried} climbing paths: 0 files out of what is served")  # noqa: T201


HOSTS = ["", "evil.example", "localhost", "127.0.0.1:1"]
ORIGINS = ["https://evil.example", "null", "http://127.0.0.1:2", "//", "file://"]
FOREIGN = [pair for pair in product(ORIGINS, HOSTS) if pair != ("https://evil.example", "evil.example")]
"""A page of the very host that is asked is no foreign page, and no other host's cookie goes with it."""


@pytest.mark.parametrize(("origin", "host"), FOREIGN)
def test_a_foreign_origin_writes_nothing_whatever_host_is_named(server: Server, origin: str, host: str) -> None:
    named = {"Host": host} if host else {}
    with httpx.Client(base_url=server.url, headers={"Origin": origin, **named}, timeout=60) as client:
        for path, method in product(("/sign-in", "/sign-out", "/", "/_stcore/stream"), ("POST", "PUT", "DELETE")):
            assert client.request(method, path, data={"person": "hr"}).status_code == 403


HTTPS = {"X-Forwarded-Proto": "https"}
"""What a trusted proxy adds that has taken the encryption off."""
UNLIKE = (
    "null NULL file:// // http:// https:// http: {host} //{host} ftp://{host} ws://{host} HTTP://{host} http:{host} "
    "http://{host}/ http://{host}. http://{host}:80 http://a@{host} http://evil.example@{host} http://{host}@a "
    "http://{host}#http://{host} http://[ http://[::1 https://{host}/x http://{host},http://evil.example"
).split()
"""Nothing that a browser says of a page of ours."""


@pytest.mark.parametrize("origin", UNLIKE)
@pytest.mark.parametrize("proxied", [{}, HTTPS], ids=["in the open", "behind a proxy"])
def test_only_a_browsers_own_words_for_a_page_of_ours_count(
    server: Server, origin: str, proxied: dict[str, str]
) -> None:
    said = origin.format(host=f"127.0.0.1:{server.port}")
    with httpx.Client(base_url=server.url, timeout=60) as client:
        for host in ({}, {"Host": ""}):
            answer = client.post("/sign-in", data={"person": "hr"}, headers={"Origin": said, **host, **proxied})
            assert answer.status_code in {400, 403}, answer.text
            assert "set-cookie" not in answer.headers


def test_of_two_origins_neither_may_be_foreign(server: Server) -> None:
    with httpx.Client(base_url=server.url, timeout=60) as client:
        for origins in ((server.url, "https://evil.example"), ("https://evil.example", server.url)):
            both = [("Origin", origin) for origin in origins]
            assert client.post("/sign-in", data={"person": "hr"}, headers=both).status_code == 403


def test_behind_a_proxy_that_speaks_https_a_page_in_plain_text_is_a_foreign_one(server: Server) -> None:
    """The host is the same; whoever is on the line can have written it."""
    secure = server.url.replace("http", "https", 1)
    with httpx.Client(base_url=server.url, headers=HTTPS, timeout=60) as client:
        assert client.post("/sign-in", data={"person": "hr"}, headers={"Origin": server.url}).status_code == 403
        signed_in_there = client.post("/sign-in", data={"person": "hr"}, headers={"Origin": secure})
    assert signed_in_there.status_code == 303
    cookie = signed_in_there.headers["set-cookie"].partition(";")[0]
    assert cookie.startswith("__Host-kodex=")
    with connected(server.url, cookie, secure, **HTTPS) as wire:
        wire.visit()
        assert server.cast(Role.HR).person.name in wire.held()
    with pytest.raises(InvalidStatus) as refusal, connected(server.url, cookie, server.url, **HTTPS):
        pass
    assert refusal.value.response.status_code == 403


@pytest.mark.parametrize("site", ["cross-site", "same-site", "", "Cross-Site", "none, cross-site"])
def test_a_browser_that_says_that_a_request_comes_from_elsewhere_is_believed(server: Server, site: str) -> None:
    """Also without an origin, or with one of ours."""
    with httpx.Client(base_url=server.url, headers={"Sec-Fetch-Site": site}, timeout=60) as client:
        for path, method, origin in product(("/sign-in", "/sign-out"), ("POST", "PUT"), ({}, {"Origin": server.url})):
            assert client.request(method, path, data={"person": "hr"}, headers=origin).status_code == 403
        assert client.get("/sign-in").status_code == 200


@pytest.mark.parametrize("site", ["same-origin", "none"])
def test_a_form_of_ours_is_taken_as_a_browser_sends_it(server: Server, site: str) -> None:
    headers = {"Sec-Fetch-Site": site, "Origin": server.url}
    with httpx.Client(base_url=server.url, headers=headers, timeout=60) as client:
        assert client.post("/sign-in", data={"person": "hr"}).status_code == 303


def test_a_host_with_the_port_that_browsers_leave_out_is_the_same_host(server: Server) -> None:
    page = {"Origin": "https://kodex.example.com", **HTTPS}
    with httpx.Client(base_url=server.url, headers=page, timeout=60) as client:
        for host, status in (
            ("kodex.example.com:443", 303),
            ("kodex.example.com", 303),
            ("kodex.example.com:80", 403),
        ):
            answer = client.post("/sign-in", data={"person": "hr"}, headers={"Host": host})
            assert answer.status_code == status, host
