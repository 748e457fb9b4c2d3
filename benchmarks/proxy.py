"""An nginx before Kodex, as `deploy/nginx.conf` has it: TLS and HTTP/2."""

import shutil
import socket
import subprocess
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from benchmarks.servers import HOME, LONGEST_START, DidNotStartError, Server, free_port

CERTIFICATE = "-x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost".split()
KINDS = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


@dataclass(frozen=True)
class Proxy:
    url: str
    key_hash: str
    """SHA-256 of its public key in Base64, by which a browser can be told to trust it."""


@contextmanager
def nginx(server: Server, folder: Path) -> Iterator[Proxy]:
    """Pass everything on to `server`, with a certificate that signs itself."""
    program = shutil.which("nginx") or shutil.which("/usr/sbin/nginx")
    if program is None:
        raise DidNotStartError("nginx")
    files = ["-keyout", folder / "privkey.pem", "-out", folder / "fullchain.pem"]
    subprocess.run(["openssl", "req", *CERTIFICATE, *files], check=True, capture_output=True)
    port = free_port()
    (folder / "nginx.conf").write_text(_configuration(server, folder, port), "utf-8")
    command = [program, "-p", str(folder), "-e", str(folder / "error.log"), "-c", str(folder / "nginx.conf")]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        _wait_for(port, process)
        yield Proxy(f"https://localhost:{port}", _key_hash(folder / "fullchain.pem"))
    finally:
        process.terminate()
        process.wait(LONGEST_START)


def _key_hash(file: Path) -> str:
    key = x509.load_pem_x509_certificate(file.read_bytes()).public_key()
    encoded = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return b64encode(sha256(encoded).digest()).decode()


def _configuration(server: Server, folder: Path, port: int) -> str:
    """Return the site of `deploy/nginx.conf` with the ports, the name and the certificate of this machine."""
    site = (HOME / "deploy" / "nginx.conf").read_text("utf-8")
    for theirs, ours in (
        ("127.0.0.1:8501", f"127.0.0.1:{urlsplit(server.url).port}"),
        ("/etc/ssl/kodex", str(folder)),
        ("listen [::]:443 ssl http2 default_server;", ""),
        ("listen [::]:80 default_server;", ""),
        ("listen [::]:443 ssl http2;", ""),
        ("listen [::]:80;", ""),
        ("listen 443 ssl http2", f"listen 127.0.0.1:{port} ssl http2"),
        ("listen 80", f"listen 127.0.0.1:{free_port()}"),
        ("server_name kodex.example.com;", "server_name localhost;"),
        ("/var/log/nginx", str(folder)),
    ):
        site = site.replace(theirs, ours)
    temporary = "".join(f"{kind}_temp_path {folder}/{kind};" for kind in KINDS)
    return f"daemon off; pid {folder}/pid; events {{}} http {{ {temporary} access_log off;\n{site}\n}}"


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + LONGEST_START
    while process.poll() is None and time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise DidNotStartError(f"nginx on port {port}")
