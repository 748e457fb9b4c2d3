"""Over plain HTTP, production answers this machine alone."""

import socket
from pathlib import Path

import httpx
import pytest
from producing import OWN
from serving import PATIENCE, NewServer, Server
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from wire import STREAM

BY_PROXY = {"X-Forwarded-For": "203.0.113.5", "Host": "kodex.example.com"}

IN_PLAIN_TEXT = [
    {"X-Forwarded-For": "203.0.113.5"},
    {"X-Forwarded-For": "203.0.113.5", "X-Forwarded-Proto": "http"},
    {"X-Forwarded-Proto": "http"},
    {"X-Real-IP": "203.0.113.5"},
    {"Forwarded": "for=203.0.113.5;proto=https"},
    {"Via": "1.1 proxy"},
    {"Host": "kodex.example.com"},
    {"Host": "127.0.0.1.example.com"},
    {"Host": "localhost@example.com:80"},
    {"Host": "["},
    {"Host": ""},
]


@pytest.mark.parametrize("headers", IN_PLAIN_TEXT, ids=str)
@pytest.mark.parametrize("path", ["/", "/sign-in", "/verify/KX-1", "/app/static/kodex.css", "/_stcore/health"])
def test_whoever_comes_over_plain_http_gets_a_sentence_and_nothing_else(
    production: Server, path: str, headers: dict[str, str]
) -> None:
    with production.client(headers=headers) as client:
        for method in ("GET", "POST"):
            answer = client.request(method, path, headers={"Accept-Language": "en"})
            assert answer.status_code == 403
            assert "https://" in answer.text
            assert len(answer.text) < 200
            assert not answer.cookies


def test_no_web_socket_opens_over_plain_http(production: Server) -> None:
    with pytest.raises(InvalidStatus) as refusal:
        connect(
            production.url.replace("http", "ws", 1) + STREAM,
            additional_headers={"X-Forwarded-For": "203.0.113.5"},
            open_timeout=PATIENCE,
        )
    assert refusal.value.response.status_code == 403


def test_on_the_machine_itself_plain_http_is_spoken(production: Server) -> None:
    with production.client() as client:
        answer = client.get("/sign-in")
        assert answer.status_code == 200
        assert "strict-transport-security" not in answer.headers
        named = client.get("/sign-in", headers={"Host": f"localhost:{production.port}"})
        assert named.status_code == 200


def test_what_a_trusted_proxy_says_is_https_is_answered_and_stays_https(production: Server) -> None:
    with production.client(headers={**BY_PROXY, "X-Forwarded-Proto": "https"}) as client:
        answer = client.get("/sign-in")
        assert answer.status_code == 200
        assert answer.headers["strict-transport-security"] == "max-age=31536000; includeSubDomains"
        switched = client.get("/language/en").headers["set-cookie"].lower()
        assert "secure" in switched.split("; ")


def test_a_monitor_may_ask_over_plain_http_how_the_server_is(production: Server) -> None:
    with production.client(headers={"Host": "kodex.internal"}) as client:
        assert client.get("/healthz").text == "ok"
        assert client.get("/readyz").status_code == 200
        assert client.get("/healthz/x").status_code == 403


def test_a_demonstration_says_nothing_about_https_to_the_browser(server: Server) -> None:
    with server.client(headers={"X-Forwarded-Proto": "https"}) as client:
        assert "strict-transport-security" not in client.get("/sign-in").headers


def test_from_another_machine_plain_http_is_refused_whatever_it_claims(new_server: NewServer, real: Path) -> None:
    """By the machine's own address, which is not its loopback."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("198.51.100.1", 9))
        except OSError as error:
            pytest.skip(f"this machine has no address but its own loopback: {error}")
        address = str(probe.getsockname()[0])
    server = new_server(real, host="0.0.0.0", **OWN, FORWARDED_ALLOW_IPS="192.0.2.7")
    server.start()
    try:
        for claim in ({}, {"X-Forwarded-Proto": "https"}):
            answer = httpx.get(f"http://{address}:{server.port}/sign-in", headers=claim)
            assert answer.status_code == 403
    finally:
        server.close()
