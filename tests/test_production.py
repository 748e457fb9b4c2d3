"""Production: it does not start half-safe, speaks plain HTTP to this machine alone, and says so."""

import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from conftest import HOME
from serving import PATIENCE, SECRET, NewServer, Server, environment, free_port
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from wire import STREAM

import settings
from database import Database
from people import directory
from people.directory import Person
from settings import WrongSettingsError

OWN = {"KODEX_MODE": "production", "KODEX_SECRET": SECRET}

Start = Callable[..., str]


@pytest.fixture
def real(migrated_sqlite: Path, tmp_path: Path) -> Path:
    """A database that holds somebody real."""
    file = Path(shutil.copy(migrated_sqlite, tmp_path / "kodex.sqlite3"))
    opened = Database(f"sqlite:///{file}")
    with opened.writing() as connection:
        directory.add(connection, [Person("0" * 32, "1", "Skutečná Osoba", "s@example.com", "Sklad", None, "cs")])
    opened.close()
    return file


@pytest.fixture
def refused() -> Start:
    """Starts a server in production by uvicorn's command; it has to refuse, and this gives what it said."""

    def start(database: Path, *options: str, **more: str) -> str:
        ended = subprocess.run(
            [sys.executable, "-m", "uvicorn", "app:app", "--port", str(free_port()), *options],
            cwd=HOME,
            env=environment(**{**OWN, "KODEX_DATABASE_URL": f"sqlite:///{database}"} | more),
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        assert ended.returncode != 0
        assert "Traceback" not in ended.stderr
        return ended.stderr

    return start


# What it is started with


@pytest.mark.parametrize(
    "weak",
    [
        "s" * 64,
        "0123456789abcdef" * 4,
        "abcdefghijklmnopqrstuvwxyz0123456789",
        "changeme" * 8,
        "only-for-tests-" * 4,
        settings.EXAMPLE_SECRET,
    ],
)
def test_a_secret_that_is_long_and_yet_no_secret_is_refused_in_production(weak: str) -> None:
    with pytest.raises(WrongSettingsError) as refusal:
        settings.read({**OWN, "KODEX_SECRET": weak})
    (fault,) = map(str, refusal.value.faults)
    assert "KODEX_SECRET" in fault
    assert weak not in fault
    assert settings.read({"KODEX_SECRET": weak}).secret == weak.encode()


def test_a_secret_made_by_chance_is_accepted() -> None:
    made = subprocess.run(["openssl", "rand", "-base64", "32"], capture_output=True, text=True, check=True)
    assert settings.read({**OWN, "KODEX_SECRET": made.stdout.strip()}).secret == made.stdout.strip().encode()


def test_the_example_of_the_environment_file_is_the_one_that_is_refused() -> None:
    assert f"KODEX_SECRET={settings.EXAMPLE_SECRET}\n" in (HOME / "deploy" / "kodex.env").read_text("utf-8")


OPEN_BINDS: list[tuple[list[str], dict[str, str]]] = [
    (["--host", "0.0.0.0"], {}),
    (["--host", "::"], {}),
    ([], {"UVICORN_HOST": "0.0.0.0"}),
    (["--host", "0.0.0.0", "--no-proxy-headers", "--forwarded-allow-ips", "192.0.2.7"], {}),
    (["--host", "0.0.0.0", "--forwarded-allow-ips", "127.0.0.1"], {}),
]


@pytest.mark.parametrize(("options", "more"), OPEN_BINDS)
def test_production_does_not_listen_where_others_reach_it_in_plain_text(
    refused: Start, real: Path, options: list[str], more: dict[str, str]
) -> None:
    said = refused(real, *options, **more)
    assert "without TLS and without a trusted proxy" in said


@pytest.mark.parametrize("more", [{}, {"FORWARDED_ALLOW_IPS": "192.0.2.7, *"}])
def test_production_trusts_no_proxy_that_anybody_could_be(refused: Start, real: Path, more: dict[str, str]) -> None:
    options = [] if more else ["--forwarded-allow-ips", "*"]
    assert "--forwarded-allow-ips" in refused(real, *options, **more)


def test_all_that_keeps_production_from_starting_is_named_at_once(
    refused: Start, filled: Path, tmp_path: Path
) -> None:
    said = refused(Path(shutil.copy(filled, tmp_path / "invented.sqlite3")), "--host", "0.0.0.0")
    assert "invented people" in said
    assert "without TLS" in said


def test_an_open_address_is_fine_behind_a_proxy_that_is_named(new_server: NewServer, real: Path) -> None:
    """Its requests count as encrypted when it says so, and nobody else's do."""
    server = new_server(real, host="0.0.0.0", **OWN, FORWARDED_ALLOW_IPS="192.0.2.7")
    server.start()
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{server.port}") as client:
            assert client.get("/sign-in", headers={"X-Forwarded-Proto": "https"}).status_code == 403
    finally:
        server.close()


# What it answers


@pytest.fixture(scope="module")
def production(new_server: NewServer, migrated_sqlite: Path) -> Iterator[Server]:
    server = new_server(migrated_sqlite, **OWN)
    server.start()
    yield server
    server.close()


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
        assert answer.headers["strict-transport-security"] == "max-age=31536000"
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


# Every setting stands in the README


def test_the_readme_lists_every_setting_and_no_other() -> None:
    table = (HOME / "README.md").read_text("utf-8").partition("## Settings")[2].partition("\n## ")[0]
    rows = [line.split("|")[1].strip() for line in table.splitlines() if line.startswith("| `")]
    assert {name.strip().strip("`") for row in rows for name in row.split(",")} == settings.NAMES
    assert len(rows) == len(set(rows))
