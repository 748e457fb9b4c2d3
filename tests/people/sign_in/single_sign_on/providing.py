"""A provider of identities that says what it is told to say, and Kodex in front of it."""

import hmac
import json
import threading
import time
import warnings
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote_plus, urlencode, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.errors import SecurityWarning
from joserfc.jwk import KeySet, OKPKey, RSAKey
from sqlalchemy import select

from database import Database
from people.access import Principal
from people.sign_in import accounts, single_sign_on
from people.sign_in.single_sign_on import RefusedSignInError

SECRET = b"a secret of at least thirty-two characters"

CLIENT = {"KODEX_OIDC_CLIENT_ID": "kodex", "KODEX_OIDC_CLIENT_SECRET": "a+secret/of%the client"}

GROUPS = "kodex-hr=hr,kodex-audit=auditor"


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(RefusedSignInError) as refusal:
        act()
    return str(refusal.value.reason)


def kept(database: Database) -> int:
    with database.reading() as connection:
        return len(connection.execute(select(single_sign_on.pending)).all())


def granted(database: Database, who: Principal) -> set[tuple[str, str]]:
    grants = accounts.grants
    with database.reading() as connection:
        rows = connection.execute(select(grants.c.role, grants.c.unit).where(grants.c.person_key == who.key))
        return {(row.role, row.unit) for row in rows}


def sessions_of(database: Database, person_key: str) -> int:
    with database.reading() as connection:
        rows = connection.execute(select(accounts.sessions).where(accounts.sessions.c.person_key == person_key))
        return len(rows.all())


@dataclass
class Says:
    """What a provider says of whoever comes next; all of it is sound unless a test changes it."""

    claims: dict[str, Any] = field(default_factory=dict)
    in_id_token: dict[str, Any] = field(default_factory=dict)
    clock: int = 0
    """Seconds by which its clock is ahead."""
    lifetime: int = 3600
    discovered_issuer: str | None = None
    algorithm: str = "RS256"
    is_foreign_key: bool = False
    only_userinfo: bool = False
    userinfo: dict[str, Any] = field(default_factory=dict)
    in_callback: dict[str, str] = field(default_factory=dict)
    error: str | None = None
    is_token_refused: bool = False
    is_garbage: bool = False
    beside_key: list[Any] = field(default_factory=list)
    """What it publishes before its own keys."""
    published_algorithm: str | None = None
    is_userinfo_signed: bool = False
    in_userinfo_token: dict[str, Any] = field(default_factory=dict)
    methods: list[str] = field(default_factory=lambda: ["client_secret_basic", "client_secret_post"])


class Provider:
    """A real HTTP server. It lets everybody in at once, and checks what a good provider checks of its client."""

    def __init__(self) -> None:
        self.says = Says()
        self.key = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
        self.edwards = OKPKey.generate_key("Ed25519", {"kid": "two", "use": "sig"})
        self.foreign = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
        self.codes: dict[str, dict[str, str]] = {}
        self.asked: list[str] = []
        self.server = ThreadingHTTPServer(("localhost", 0), self._handler())
        self.issuer = f"http://localhost:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever)

    def start(self) -> None:
        self.thread.start()

    def stop(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()

    def _handler(provider) -> type[BaseHTTPRequestHandler]:  # noqa: N805
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                address = urlsplit(self.path)
                query = {name: values[0] for name, values in parse_qs(address.query).items()}
                provider.asked.append(address.path)
                match address.path:
                    case "/.well-known/openid-configuration":
                        self.say(provider.metadata())
                    case "/authorize":
                        self.send_response(303)
                        self.send_header("Location", provider.authorized(query))
                        self.end_headers()
                    case "/keys":
                        self.say(provider.keys())
                    case "/userinfo" if self.headers["Authorization"] == "Bearer the-access-token":
                        if provider.says.is_userinfo_signed:
                            self.send(provider.signed_userinfo().encode(), "application/jwt; charset=utf-8")
                        else:
                            self.say(provider.userinfo())
                    case _:
                        self.send_error(404)

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                form = {name: values[0] for name, values in parse_qs(body).items()}
                said = provider.token(form, self.headers.get("Authorization"))
                self.say(said, 400 if "error" in said else 200)

            def say(self, said: object, status: int = 200) -> None:
                body = b"<html>" if provider.says.is_garbage else json.dumps(said).encode()
                self.send(body, "application/json", status)

            def send(self, body: bytes, kind: str, status: int = 200) -> None:
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                """What a test wants to know, it asks for."""

        return Handler

    def metadata(self) -> dict[str, Any]:
        return {
            "issuer": self.says.discovered_issuer or self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "token_endpoint_auth_methods_supported": self.says.methods,
        }

    def keys(self) -> dict[str, Any]:
        published: list[dict[str, Any]] = [*KeySet([self.key, self.edwards]).as_dict(private=False)["keys"]]
        if self.says.published_algorithm:
            published[1]["alg"] = self.says.published_algorithm
        return {"keys": [*self.says.beside_key, *published]}

    def userinfo(self) -> dict[str, Any]:
        return {"sub": "somebody", **self.says.claims, **self.says.userinfo}

    def signed_userinfo(self) -> str:
        claims = {"iss": self.issuer, "aud": "kodex", **self.userinfo(), **self.says.in_userinfo_token}
        key = self.foreign if self.says.is_foreign_key else self.key
        return jwt.encode({"alg": "RS256", "kid": "one"}, claims, key)

    def authorized(self, query: dict[str, str]) -> str:
        """Where the browser goes with the answer."""
        assert query["client_id"] == "kodex"
        assert query["response_type"] == "code"
        assert query["code_challenge_method"] == "S256"
        assert "openid" in query["scope"].split()
        if self.says.error:
            answer = {"error": self.says.error, "error_description": "<b>anything</b>"}
        else:
            answer = {"code": f"code-{len(self.codes)}"}
            self.codes[answer["code"]] = query
        return f"{query['redirect_uri']}?{urlencode({**answer, 'state': query['state'], **self.says.in_callback})}"

    def token(self, form: dict[str, str], authorization: str | None) -> dict[str, Any]:
        begun = self.codes.get(form["code"])
        proof = urlsafe_b64encode(sha256(form["code_verifier"].encode()).digest()).decode().rstrip("=")
        secret = CLIENT["KODEX_OIDC_CLIENT_SECRET"]
        if authorization is not None:
            said = b64decode(authorization.removeprefix("Basic ")).decode().split(":")
            is_client = [unquote_plus(each) for each in said] == ["kodex", secret]
            is_client = is_client and "client_secret_basic" in self.says.methods
        else:
            is_client = (form["client_id"], form["client_secret"]) == ("kodex", secret)
            is_client = is_client and "client_secret_post" in self.says.methods
        if not is_client or self.says.is_token_refused:
            return {"error": "invalid_client"}
        self.codes.pop(form["code"], None)
        if begun is None or begun["code_challenge"] != proof or begun["redirect_uri"] != form["redirect_uri"]:
            return {"error": "invalid_grant"}
        return {"access_token": "the-access-token", "token_type": "Bearer", "id_token": self.id_token(begun)}

    def id_token(self, begun: dict[str, str]) -> str:
        now = int(time.time()) + self.says.clock
        claims = {
            "iss": self.issuer,
            "aud": "kodex",
            "sub": "somebody",
            "iat": now,
            "exp": now + self.says.lifetime,
            "nonce": begun["nonce"],
            **({} if self.says.only_userinfo else self.says.claims),
            **self.says.in_id_token,
        }
        claims = {name: value for name, value in claims.items() if value is not None}
        if self.says.algorithm == "none":
            return f"{encoded({'alg': 'none'})}.{encoded(claims)}."
        key = self.foreign if self.says.is_foreign_key else self.key
        if self.says.algorithm == "HS256":
            signed = f"{encoded({'alg': 'HS256', 'kid': 'one'})}.{encoded(claims)}"
            mac = hmac.digest(key.as_pem(private=False), signed.encode(), "sha256")
            return f"{signed}.{urlsafe_b64encode(mac).decode().rstrip('=')}"
        if self.says.algorithm in {"Ed25519", "EdDSA"}:
            header = {"alg": self.says.algorithm, "kid": "two"}
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", SecurityWarning)  # of the older of the two names
                return jwt.encode(header, claims, self.edwards, algorithms=["Ed25519", "EdDSA"])
        return jwt.encode({"alg": self.says.algorithm, "kid": "one"}, claims, key)


def encoded(part: dict[str, Any]) -> str:
    return urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")


def verified(who: Principal) -> dict[str, Any]:
    return {"email": who.person.email, "email_verified": True}


def answer_of_provider(client: httpx.Client, target: str = "/") -> str:
    """Begins a sign-in and follows it to the provider: the address that this sends the browser back to."""
    begun = client.get("/sign-in/start", params={"next": target})
    assert begun.status_code == 303, begun.text
    answered: str = httpx.get(begun.headers["location"]).headers["location"]
    return answered


def come_back(client: httpx.Client, target: str = "/") -> httpx.Response:
    return client.get(answer_of_provider(client, target))


def said_in(page: httpx.Response) -> str:
    """The sentence of a page that refuses."""
    assert page.status_code == 403, page.text
    assert "kodex" not in page.cookies
    return page.text


FORGED: dict[str, tuple[Says, str]] = {
    "issuer of the token": (Says(in_id_token={"iss": "https://elsewhere.example"}), "does not come from"),
    "issuer of the answer": (Says(in_callback={"iss": "https://elsewhere.example"}), "does not come from"),
    "audience": (Says(in_id_token={"aud": "another client"}), "cannot be trusted"),
    "audience beside us": (Says(in_id_token={"aud": ["kodex", "another"], "azp": "another"}), "cannot be trusted"),
    "nonce": (Says(in_id_token={"nonce": "of another sign-in"}), "cannot be trusted"),
    "no nonce": (Says(in_id_token={"nonce": None}), "cannot be trusted"),
    "no expiry": (Says(in_id_token={"exp": None}), "cannot be trusted"),
    "no issuer": (Says(in_id_token={"iss": None}), "cannot be trusted"),
    "no subject": (Says(in_id_token={"sub": None}), "cannot be trusted"),
    "key": (Says(is_foreign_key=True), "cannot be trusted"),
    "no signature": (Says(algorithm="none"), "cannot be trusted"),
    "signed with what is public": (Says(algorithm="HS256"), "cannot be trusted"),
    "expired": (Says(lifetime=-61), "out of date"),
    "clock five minutes ahead": (Says(clock=300), "too far apart"),
    "clock five minutes behind": (Says(clock=-300, lifetime=239), "out of date"),
    "not yet": (Says(in_id_token={"nbf": 4_000_000_000}), "too far apart"),
    "cancelled": (Says(error="access_denied"), "have cancelled"),
    "its server's error": (Says(error="server_error"), "cannot sign you in at the moment"),
    "it is busy": (Says(error="temporarily_unavailable"), "cannot sign you in at the moment"),
    "not signed in there": (Says(error="login_required"), "have not finished"),
    "a question there": (Says(error="interaction_required"), "have not finished"),
    "consent there": (Says(error="consent_required"), "have not finished"),
    "scope": (Says(error="invalid_scope"), "as it is set up"),
    "client unknown there": (Says(error="unauthorized_client"), "as it is set up"),
    "an error that nobody knows": (Says(error="<b>" + "x" * 5000), "as it is set up"),
    "no error": (Says(error=None, in_callback={"error": ""}), "as it is set up"),
    "no code": (Says(in_callback={"code": ""}), "cannot be trusted"),
    "client refused": (Says(is_token_refused=True), "as it is set up"),
    "no key": (Says(beside_key=[], is_foreign_key=True), "cannot be trusted"),
    "userinfo of another issuer": (
        Says(only_userinfo=True, is_userinfo_signed=True, in_userinfo_token={"iss": "https://elsewhere.example"}),
        "does not come from",
    ),
    "userinfo for another client": (
        Says(only_userinfo=True, is_userinfo_signed=True, in_userinfo_token={"aud": ["another client"]}),
        "cannot be trusted",
    ),
    "userinfo of somebody else": (
        Says(only_userinfo=True, is_userinfo_signed=True, in_userinfo_token={"sub": "somebody else"}),
        "cannot be trusted",
    ),
    "garbage": (Says(is_garbage=True), "cannot be trusted"),
    "unverified e-mail": (Says(in_id_token={"email_verified": False}), "not verified"),
    "no e-mail": (Says(in_id_token={"email": None}, userinfo={"email": None}), "is missing"),
    "unknown person": (Says(in_id_token={"email": "nobody@example.com"}), "does not know you"),
}
