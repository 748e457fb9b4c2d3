"""A server in production mode."""

import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from producing import OWN, PASSWORD, Nginx
from serving import PATIENCE, NewServer, Server, environment, free_port
from surroundings import HOME, unavailable

from database import Database
from people import directory
from people.directory import Person


@pytest.fixture
def real(migrated_sqlite: Path, tmp_path: Path) -> Path:
    """A database that holds somebody real."""
    file = Path(shutil.copy(migrated_sqlite, tmp_path / "kodex.sqlite3"))
    opened = Database(f"sqlite:///{file}")
    with opened.writing() as connection:
        directory.add(connection, [Person("0" * 32, "1", "Skutečná Osoba", "s@example.com", "Sklad", None, "cs")])
    opened.close()
    return file


@pytest.fixture(scope="package")
def production(new_server: NewServer, migrated_sqlite: Path) -> Iterator[Server]:
    server = new_server(migrated_sqlite, **OWN)
    server.start()
    yield server
    server.close()


@pytest.fixture(scope="package")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a certificate for kodex.example.com that signs itself."""
    folder = tmp_path_factory.mktemp("tls")
    made = "-x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=kodex.example.com".split()
    names = ["-addext", "subjectAltName=DNS:kodex.example.com,DNS:localhost"]
    files = ["-keyout", folder / "privkey.pem", "-out", folder / "fullchain.pem"]
    subprocess.run(["openssl", "req", *made, *names, *files], check=True, capture_output=True)
    return folder


@pytest.fixture(scope="package")
def https(nginx: Nginx) -> int:
    return nginx.port


@pytest.fixture(scope="package")
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


@pytest.fixture(scope="package")
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
