"""Production behind nginx, as deploy/ sets it up."""

import re
import socket
import ssl
from pathlib import Path

import httpx
import pytest
from producing import PASSWORD, Nginx
from serving import PATIENCE, Server
from websockets.sync.client import connect
from wire import STREAM, Wire


def trusting(certificate: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(certificate / "fullchain.pem"))


def test_people_sign_in_over_https_and_the_screens_come_through_the_proxy(
    https: int, certificate: Path, invited: str
) -> None:
    url = f"https://localhost:{https}"
    with httpx.Client(base_url=url, verify=trusting(certificate), timeout=PATIENCE) as client:
        answer = client.post("/sign-in", data={"account": invited, "password": PASSWORD}, headers={"Origin": url})
        assert answer.status_code == 303, answer.text
        (cookie,) = [each for each in answer.headers.get_list("set-cookie") if each.startswith("__Host-kodex=")]
        attributes = set(cookie.lower().split("; ")[1:])
        assert {"secure", "httponly", "path=/", "samesite=lax"} <= attributes
        assert not any(each.startswith("domain") for each in attributes)
        page = client.get("/", headers={"Accept": "text/html"})
        assert '<div id="root">' in page.text
        assert page.headers["strict-transport-security"]
        with connect(
            url.replace("http", "ws", 1) + STREAM,
            origin=url,  # type: ignore[arg-type]
            subprotocols=["streamlit"],  # type: ignore[list-item]
            additional_headers={"Cookie": cookie.partition(";")[0]},
            ssl=trusting(certificate),
            max_size=None,
            open_timeout=PATIENCE,
        ) as connection:
            wire = Wire(connection)
            wire.visit("certifications")
            assert "Hana První" in wire.held()
        for closed in ("/_stcore/metrics", "/_stcore/agent/openapi.json"):
            assert client.get(closed).status_code == 404


def test_no_version_leaks_at_the_proxy(https: int, certificate: Path) -> None:
    with httpx.Client(base_url=f"https://localhost:{https}", verify=trusting(certificate)) as client:
        for path in ("/", "/sign-in", "/no-such-page", "/_stcore/metrics", "/app/static/kodex.css", "/%"):
            answer = client.get(path)
            told = " ".join([*(f"{name}: {value}" for name, value in answer.headers.items()), answer.text[:400]])
            assert not re.search(r"(nginx|uvicorn|streamlit|python|starlette)[/ ]\d", told, re.IGNORECASE), path
            assert answer.headers["server"] == "nginx"
            assert "x-powered-by" not in answer.headers


def test_what_a_client_claims_in_a_header_ends_at_the_proxy(https: int, certificate: Path) -> None:
    """It can neither come from elsewhere than it does nor be somebody."""
    claims = {"X-Forwarded-User": "7001", "X-Forwarded-Proto": "http", "X-Real-IP": "127.0.0.1"}
    with httpx.Client(base_url=f"https://localhost:{https}", verify=trusting(certificate)) as client:
        answer = client.get("/", headers={**claims, "Accept": "text/html"})
        assert answer.headers["location"].startswith("/sign-in")


def asked_raw(connection: socket.socket, host: str, path: str = "/sign-in") -> bytes:
    """What comes back over a connection for that host; nothing where it is closed without an answer."""
    connection.sendall(f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
    answer = b""
    while piece := connection.recv(65536):
        answer += piece
    return answer


FOREIGN_HOSTS = ["evil.example", "127.0.0.1", "kodex.example.com.evil.example", "_"]


@pytest.mark.parametrize("host", FOREIGN_HOSTS)
def test_no_name_but_ours_gets_an_answer(nginx: Nginx, certificate: Path, host: str) -> None:
    with socket.create_connection(("127.0.0.1", nginx.plain_port), PATIENCE) as plain:
        assert asked_raw(plain, host) == b""
    trusted = trusting(certificate)
    with (
        socket.create_connection(("127.0.0.1", nginx.port), PATIENCE) as open_connection,
        trusted.wrap_socket(open_connection, server_hostname="kodex.example.com") as secure,
    ):
        assert asked_raw(secure, host) == b""
    trusted.check_hostname = False
    with socket.create_connection(("127.0.0.1", nginx.port), PATIENCE) as other, pytest.raises(ssl.SSLError):
        trusted.wrap_socket(other, server_hostname=host)


@pytest.mark.parametrize("host", ["kodex.example.com", "kodex.example.com:443", "KODEX.example.com"])
def test_our_own_name_does(nginx: Nginx, certificate: Path, host: str) -> None:
    with socket.create_connection(("127.0.0.1", nginx.plain_port), PATIENCE) as plain:
        assert b"Location: https://kodex.example.com/sign-in" in asked_raw(plain, host)
    with (
        socket.create_connection(("127.0.0.1", nginx.port), PATIENCE) as open_connection,
        trusting(certificate).wrap_socket(open_connection, server_hostname="kodex.example.com") as secure,
    ):
        assert b" 200 " in asked_raw(secure, host).partition(b"\r\n")[0]


def test_nothing_that_was_asked_for_is_in_a_log_of_the_proxys(
    nginx: Nginx, production: Server, certificate: Path
) -> None:
    """Over either port, and while Kodex is not there."""
    path = "/set-password/a-token-to-be-found?search=Hana-to-be-found"

    def ask() -> list[int]:
        with socket.create_connection(("127.0.0.1", nginx.plain_port), PATIENCE) as plain:
            asked_raw(plain, "kodex.example.com", path)
        with socket.create_connection(("127.0.0.1", nginx.plain_port), PATIENCE) as plain:
            plain.sendall(b"GET /to-be-found\r\n\r\n")
            plain.recv(1000)
        with httpx.Client(base_url=f"https://localhost:{nginx.port}", verify=trusting(certificate)) as client:
            return [client.get(each).status_code for each in (path, "/export/x.csv?search=to-be-found")]

    assert ask() == [410, 401]
    production.stop()
    try:
        assert ask() == [502, 502]
    finally:
        production.start()
    assert "to-be-found" not in nginx.logged()
    assert "127.0.0.1" not in nginx.logged()
    assert "to-be-found" not in production.said()


def test_whoever_sends_passwords_without_pause_is_held_up_at_the_proxy(nginx: Nginx, certificate: Path) -> None:
    """From an address of their own, because the proxy counts for each."""
    elsewhere = httpx.HTTPTransport(verify=trusting(certificate), local_address="127.0.0.2")
    with httpx.Client(base_url=f"https://localhost:{nginx.port}", transport=elsewhere, timeout=PATIENCE) as client:
        statuses = [client.get("/forgotten-password").status_code for _ in range(203)]
        assert set(statuses[:201]) == {200}
        assert statuses[-1] == 429
        assert client.get("/healthz").status_code == 200
