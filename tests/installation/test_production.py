"""Production: it does not start half-safe, speaks plain HTTP to this machine alone, and says so."""

import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from conftest import HOME, unavailable
from serving import PATIENCE, SECRET, NewServer, Server, environment, free_port
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from wire import STREAM, Wire

import settings
from database import Database
from people import directory
from people.directory import Person
from settings import WrongSettingsError

PUBLIC = "https://kodex.example.com"
OWN = {"KODEX_MODE": "production", "KODEX_SECRET": SECRET, "KODEX_PUBLIC_URL": PUBLIC}

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
    (fault,) = map(str, refusal.value.reasons)
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


# Every setting stands in the README


def test_the_readme_lists_every_setting_and_no_other() -> None:
    table = (HOME / "README.md").read_text("utf-8").partition("## Settings")[2].partition("\n## ")[0]
    rows = [line.split("|")[1].strip() for line in table.splitlines() if line.startswith("| `")]
    assert {name.strip().strip("`") for row in rows for name in row.split(",")} == settings.NAMES
    assert len(rows) == len(set(rows))


# Behind nginx, as deploy/ sets it up


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a certificate for kodex.example.com that signs itself."""
    folder = tmp_path_factory.mktemp("tls")
    made = "-x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=kodex.example.com".split()
    names = ["-addext", "subjectAltName=DNS:kodex.example.com,DNS:localhost"]
    files = ["-keyout", folder / "privkey.pem", "-out", folder / "fullchain.pem"]
    subprocess.run(["openssl", "req", *made, *names, *files], check=True, capture_output=True)
    return folder


@dataclass(frozen=True)
class Nginx:
    port: int
    plain_port: int
    folder: Path

    def logged(self) -> str:
        return "".join(file.read_text("utf-8", "replace") for file in self.folder.glob("*.log"))


@pytest.fixture(scope="module")
def https(nginx: Nginx) -> int:
    return nginx.port


@pytest.fixture(scope="module")
def nginx(production: Server, certificate: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nginx]:
    """An nginx that runs deploy/nginx.conf, with this machine's ports and certificate put in."""
    program = shutil.which("nginx") or shutil.which("/usr/sbin/nginx")
    if program is None:
        unavailable("nginx", "there is no nginx; install the package nginx")
    folder, port, plain_port = tmp_path_factory.mktemp("nginx"), free_port(), free_port()
    site = (HOME / "deploy" / "nginx.conf").read_text("utf-8")
    for theirs, ours in (
        ("127.0.0.1:8501", f"127.0.0.1:{production.port}"),
        ("/etc/ssl/kodex", str(certificate)),
        ("listen [::]:443 ssl http2 default_server;", ""),
        ("listen [::]:80 default_server;", ""),
        ("listen [::]:443 ssl http2;", ""),
        ("listen [::]:80;", ""),
        ("listen 443 ssl http2", f"listen 127.0.0.1:{port} ssl http2"),
        ("listen 80", f"listen 127.0.0.1:{plain_port}"),
        ("server_name kodex.example.com;", "server_name kodex.example.com localhost;"),
        ("/var/log/nginx", str(folder)),
        ("rate=20r/s", "rate=1r/m"),  # so that what is held up does not depend on this machine's speed
    ):
        assert theirs in site, theirs
        site = site.replace(theirs, ours)
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    as_debian = f"access_log {folder}/access.log; error_log {folder}/error.log;"
    (folder / "nginx.conf").write_text(
        f"daemon off; pid {folder}/pid; events {{}} http {{ {temporary} {as_debian}\n{site}\n}}", "utf-8"
    )
    command = [program, "-p", str(folder), "-e", str(folder / "error.log"), "-c", str(folder / "nginx.conf")]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.05)
    assert process.poll() is None, (folder / "error.log").read_text()
    yield Nginx(port, plain_port, folder)
    process.terminate()
    process.wait(PATIENCE)


def trusting(certificate: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(certificate / "fullchain.pem"))


PASSWORD = "vrbový proutek nad řekou 47"


@pytest.fixture(scope="module")
def invited(production: Server) -> str:
    """The employee number of somebody who has been given a password, by the operator's commands alone."""
    run = {"cwd": HOME, "capture_output": True, "text": True, "check": True}
    own = environment(**production.settings)

    def manage(*words: str) -> str:
        return str(subprocess.run([sys.executable, "manage.py", *words], env=own, **run).stdout)  # type: ignore[call-overload]

    manage("people", "add", "7001", "--name", "Hana První", "--email", "hana@example.com", "--unit", "Personální")
    manage("people", "grant", "7001", "hr")
    link = re.search(r"https://kodex\.example\.com(/set-password/\S+)", manage("people", "invite", "7001"))
    assert link is not None
    with production.client() as client:
        done = client.post(link[1], data={"password": PASSWORD, "again": PASSWORD})
        assert done.status_code == 303, done.text
    return "7001"


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


# The log of the server


def test_the_servers_log_says_neither_who_opens_a_tab_nor_what_for(production: Server) -> None:
    url = production.url.replace("http", "ws", 1) + STREAM
    for path, headers in (("?search=Hana-to-be-found", {}), ("/to-be-found", {"Cookie": "kodex=to-be-found"})):
        with pytest.raises(InvalidStatus):
            connect(
                url + path,
                additional_headers={"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.77", **headers},
            )
    assert "to-be-found" not in production.said()
    assert "203.0.113.77" not in production.said()


def test_a_tab_that_is_let_in_is_not_logged_with_its_address(server: Server) -> None:
    with server.client(server.newcomer("Nezapsaná Osoba")) as client:
        cookie = f"kodex={client.cookies['kodex']}"
        address = f"{server.url.replace('http', 'ws', 1)}{STREAM}?search=let-in-to-be-found"
        with connect(address, origin=server.url, additional_headers={"Cookie": cookie}):  # type: ignore[arg-type]
            pass
    assert "let-in-to-be-found" not in server.said()
    assert "[accepted]" not in server.said()


# Where the key lies


@pytest.mark.parametrize(
    ("place", "is_warned_of"), [("checkpoint.key", True), ("keys/checkpoint.key", True), ("", False)]
)
def test_a_key_in_the_folder_of_the_database_is_warned_of(
    new_server: NewServer, real: Path, place: str, is_warned_of: bool
) -> None:
    server = new_server(real, **OWN)
    if place:
        server.settings["KODEX_CHECKPOINT_KEY"] = str(server.file.parent / place)
    server.start()
    server.close()
    assert ("lies in the folder of the database" in server.said()) is is_warned_of


# The copy of the database


def test_a_backup_is_a_checkpoint_and_a_whole_database_that_was_in_use(
    production: Server, invited: str, tmp_path: Path
) -> None:
    done = subprocess.run(
        [HOME / "deploy" / "backup", tmp_path],
        env=environment(**production.settings, PYTHON=sys.executable),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    checkpoint, copy = sorted(tmp_path.iterdir())
    assert copy.stat().st_mode & 0o077 == checkpoint.stat().st_mode & 0o077 == 0
    assert checkpoint.read_text("utf-8").startswith("kodex-")
    opened = Database(f"sqlite:///{copy}")
    with opened.reading() as connection:
        person = directory.by_employee_id(connection, invited)
    opened.close()
    assert person is not None
    assert person.name == "Hana První"


@pytest.mark.parametrize("url", ["", "sqlite:////nowhere/kodex.sqlite3"])
def test_a_backup_that_cannot_be_made_says_so_and_leaves_nothing(tmp_path: Path, url: str) -> None:
    done = subprocess.run(
        [HOME / "deploy" / "backup", tmp_path],
        env={**os.environ, "KODEX_DATABASE_URL": url, "PYTHON": sys.executable},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr
    assert list(tmp_path.iterdir()) == []
