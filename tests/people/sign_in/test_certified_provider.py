"""Sign-in at a certified OpenID Connect provider that nobody here wrote, by every signature that it makes."""

import json
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from joserfc.jwk import ECKey, Key, OKPKey, RSAKey
from serving import NewServer, Server, free_port
from surroundings import HOME, unavailable

JUDGES = HOME / "tests" / "judges"
CLIENT_ID = "kodex:+ %&=/"
CLIENT_SECRET = "a+secret/of%the client:with=all&that a form~encodes"
NewKey = Callable[[str], Key]
KEYS: dict[str, NewKey] = {
    "RS256": lambda kid: RSAKey.generate_key(2048, {"kid": kid, "use": "sig"}),
    "PS256": lambda kid: RSAKey.generate_key(2048, {"kid": kid, "use": "sig"}),
    "ES256": lambda kid: ECKey.generate_key("P-256", {"kid": kid, "use": "sig"}),
    "EdDSA": lambda kid: OKPKey.generate_key("Ed25519", {"kid": kid, "use": "sig"}),
    "Ed25519": lambda kid: OKPKey.generate_key("Ed25519", {"kid": kid, "use": "sig"}),
}


class CertifiedProvider:
    """A process of the provider. What it does next is in the file that it reads."""

    def __init__(self, folder: Path) -> None:
        self.file, self.log = folder / "provider.json", folder / "provider.log"
        self.port = free_port("localhost")
        self.issuer = f"http://localhost:{self.port}"

    def does(self, algorithm: str, keys: list[Key], server: Server, claims: dict[str, Any]) -> None:
        client = {
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
            "redirect_uris": [f"{server.url}/sign-in/callback"],
            "id_token_signed_response_alg": algorithm,
            "token_endpoint_auth_method": "client_secret_basic",
        }
        published = [key.as_dict(private=True) for key in keys]
        self.file.write_text(json.dumps({"client": client, "keys": published, "claims": claims}), "utf-8")

    def run(self) -> Iterator["CertifiedProvider"]:
        node = shutil.which("node")
        assert node is not None
        command = [node, str(JUDGES / "provider.mjs"), str(self.port), str(self.file)]
        with self.log.open("ab") as said:
            process = subprocess.Popen(command, stdout=said, stderr=subprocess.STDOUT)
        try:
            self._wait(process)
            yield self
        finally:
            process.terminate()
            process.wait()

    def _wait(self, process: subprocess.Popen[bytes]) -> None:
        for _ in range(600):
            assert process.poll() is None, self.log.read_text("utf-8", "replace")
            try:
                httpx.get(f"{self.issuer}/.well-known/openid-configuration").raise_for_status()
            except httpx.TransportError:
                time.sleep(0.1)
            else:
                return
        pytest.fail("the provider was not ready")


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> CertifiedProvider:
    if shutil.which("node") is None:
        unavailable("a certified provider", "there is no Node.js")
    if not (JUDGES / "node_modules" / "oidc-provider").is_dir():
        unavailable("a certified provider", "tests/prepare has not installed npm's oidc-provider")
    return CertifiedProvider(tmp_path_factory.mktemp("provider"))


@pytest.fixture(scope="module")
def kodex(provider: CertifiedProvider, new_server: NewServer) -> Iterator[Server]:
    server = new_server(
        KODEX_OIDC_ISSUER=provider.issuer, KODEX_OIDC_CLIENT_ID=CLIENT_ID, KODEX_OIDC_CLIENT_SECRET=CLIENT_SECRET
    )
    provider.does("RS256", [KEYS["RS256"]("first")], server, {})
    running = provider.run()
    next(running)
    server.start()
    yield server
    server.close()
    running.close()  # type: ignore[attr-defined]


def signs_in(kodex: Server) -> bool:
    with kodex.client(follow_redirects=True, headers={"Accept-Language": "en"}) as client:
        came_back = client.get("/sign-in/start")
        return came_back.status_code == 200 and "kodex" in client.cookies


@pytest.mark.parametrize("algorithm", KEYS)
def test_somebody_signs_in_by_each_signature(kodex: Server, provider: CertifiedProvider, algorithm: str) -> None:
    who = kodex.newcomer("Vanda Vpuštěná")
    claims = {"email": who.person.email, "email_verified": True}
    keys = [make(f"{name}-key") for name, make in KEYS.items() if name not in {"PS256", "EdDSA"}]
    provider.does(algorithm, keys, kodex, claims)
    assert signs_in(kodex)


def test_the_provider_exchanges_its_keys(kodex: Server, provider: CertifiedProvider) -> None:
    who = kodex.newcomer("Vanda Vpuštěná")
    claims = {"email": who.person.email, "email_verified": True}
    old, new = KEYS["RS256"]("old"), KEYS["RS256"]("new")
    for keys in ([old], [new, old], [new], [KEYS["RS256"]("new")]):
        provider.does("RS256", keys, kodex, claims)
        assert signs_in(kodex)


def test_whom_the_provider_does_not_vouch_for_stays_out(kodex: Server, provider: CertifiedProvider) -> None:
    who = kodex.newcomer("Vanda Vpuštěná")
    claims = {"email": who.person.email, "email_verified": False}
    provider.does("ES256", [KEYS["ES256"]("curve")], kodex, claims)
    assert not signs_in(kodex)
    provider.does("ES256", [KEYS["ES256"]("curve")], kodex, {**claims, "email_verified": True})
    assert signs_in(kodex)
