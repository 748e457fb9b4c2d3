"""Sign-in at the company's own provider: in a real browser and over HTTP, against real providers on loopback."""

import hmac
import json
import subprocess
import sys
import threading
import time
import warnings
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, unquote_plus, urlencode, urlsplit

import httpx
import pytest
from browsing import LOCALES
from conftest import NOW, leaves
from joserfc import jwt
from joserfc.errors import SecurityWarning
from joserfc.jwk import KeySet, OKPKey, RSAKey
from playwright.sync_api import Browser, Page, expect
from serving import NewServer, Server, free_port
from sqlalchemy import select, update

from database import Database
from people import accounts, single_sign_on
from people.access import Principal, Role
from people.directory import Person, people
from people.single_sign_on import RefusedSignInError, begin, bring_in_line, find, finish
from people.throttle import Allowed, TooOftenError
from words import Words

SECRET = b"a secret of at least thirty-two characters"
HERE = "192.0.2.1"
ALLOWED = Allowed(account=5, address=2)
CLIENT = {"KODEX_OIDC_CLIENT_ID": "kodex", "KODEX_OIDC_CLIENT_SECRET": "a+secret/of%the client"}
GROUPS = "kodex-hr=hr,kodex-audit=auditor"

# Sign-ins under way


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(RefusedSignInError) as refusal:
        act()
    return str(refusal.value.reason)


def test_a_sign_in_is_finished_once_with_what_it_was_begun_with(database: Database, now: datetime) -> None:
    begun = begin(database, "a browser", "/team", HERE, ALLOWED, SECRET, now)
    assert finish(database, "a browser", begun.state, SECRET, now + timedelta(minutes=10)) == begun
    assert "used already" in refused(lambda: finish(database, "a browser", begun.state, SECRET, now))


def test_a_sign_in_is_finished_in_the_browser_it_was_begun_in(database: Database, now: datetime) -> None:
    begun = begin(database, "a browser", "/", HERE, ALLOWED, SECRET, now)
    assert "not begun in this browser" in refused(lambda: finish(database, None, begun.state, SECRET, now))
    assert "another browser" in refused(lambda: finish(database, "another", begun.state, SECRET, now))
    assert finish(database, "a browser", begun.state, SECRET, now) == begun


def test_a_sign_in_of_more_than_ten_minutes_is_over(database: Database, now: datetime) -> None:
    begun = begin(database, "a browser", "/", HERE, ALLOWED, SECRET, now)
    late = now + timedelta(minutes=10, seconds=1)
    assert "ten minutes" in refused(lambda: finish(database, "a browser", begun.state, SECRET, late))
    assert "used already" in refused(lambda: finish(database, "a browser", begun.state, SECRET, now))


def test_one_browser_has_several_sign_ins_under_way(database: Database, now: datetime) -> None:
    first, second = (begin(database, "a browser", target, HERE, ALLOWED, SECRET, now) for target in ("/", "/team"))
    assert finish(database, "a browser", second.state, SECRET, now).target == "/team"
    assert finish(database, "a browser", first.state, SECRET, now).target == "/"


def test_the_database_holds_no_state_and_forgets_what_nobody_finished(database: Database, now: datetime) -> None:
    old = begin(database, "a browser", "/", HERE, ALLOWED, SECRET, now)
    new = begin(database, "a browser", "/", HERE, ALLOWED, SECRET, now + timedelta(days=2))
    with database.reading() as connection:
        (kept,) = connection.execute(select(single_sign_on.pending)).all()
    assert kept.nonce == new.nonce
    assert new.state not in str(kept)
    assert old.state != new.state


def test_what_nobody_finishes_is_bounded_for_each_address(database: Database, now: datetime) -> None:
    """Anybody may begin a sign-in, and each that is begun is kept until it is finished or an hour old."""
    begun = [begin(database, "a browser", "/", HERE, ALLOWED, SECRET, now) for _ in range(20)]
    with pytest.raises(TooOftenError) as refusal:
        begin(database, "a browser", "/", HERE, ALLOWED, SECRET, now)
    assert refusal.value.wait == timedelta(minutes=15)
    assert kept(database) == 20
    begin(database, "a browser", "/", "192.0.2.2", ALLOWED, SECRET, now)
    assert finish(database, "a browser", begun[-1].state, SECRET, now) == begun[-1]
    begin(database, "a browser", "/", HERE, ALLOWED, SECRET, now + timedelta(hours=2))
    assert kept(database) == 1


def kept(database: Database) -> int:
    with database.reading() as connection:
        return len(connection.execute(select(single_sign_on.pending)).all())


# Whose they are


def found(
    database: Database, now: datetime, claim: str = "email", matches: str = "email", **claims: object
) -> Person:
    with database.reading() as connection:
        return find(connection, claims, claim, matches, now.date())


def test_somebody_is_found_by_their_verified_e_mail_however_it_is_written(
    database: Database, learner: Principal, now: datetime
) -> None:
    assert found(database, now, email=" 2003@EXAMPLE.com ", email_verified=True) == learner.person


def test_somebody_is_found_by_the_claim_of_choice(database: Database, learner: Principal, now: datetime) -> None:
    assert found(database, now, "number", "employee_id", number="2003") == learner.person
    assert found(database, now, "upn", "email", upn="2003@example.com", email_verified=False) == learner.person


@pytest.mark.parametrize("said", ["ab-77", "AB-77", "aB-77", " Ab-77 ", "ａｂ-７７"])
def test_an_employee_number_may_be_spelled_otherwise(
    database: Database, learner: Principal, now: datetime, said: str
) -> None:
    number(database, learner, "Ab-77")
    assert found(database, now, "number", "employee_id", number=said).key == learner.key


def test_of_two_numbers_that_differ_in_case_the_one_that_is_said_is_meant(
    database: Database, learner: Principal, outsider: Principal, now: datetime
) -> None:
    number(database, learner, "ab-77")
    number(database, outsider, "AB-77")
    assert found(database, now, "number", "employee_id", number="AB-77").key == outsider.key
    assert "your employee number" in refused(lambda: found(database, now, "number", "employee_id", number="Ab-77"))


def number(database: Database, who: Principal, employee_id: str) -> None:
    with database.writing() as connection:
        connection.execute(update(people).where(people.c.person_key == who.key).values(employee_id=employee_id))


@pytest.mark.parametrize("address", ["mıke@example.com", "ｍike@example.com", "mike@ｅxample.com"])
def test_an_address_that_only_looks_like_somebodys_is_another(
    database: Database, learner: Principal, now: datetime, address: str
) -> None:
    with database.writing() as connection:
        row = update(people).where(people.c.person_key == learner.key)
        connection.execute(row.values(email="mike@example.com"))
    assert "does not know you" in refused(lambda: found(database, now, email=address, email_verified=True))


def test_an_e_mail_may_be_said_to_be_verified_by_the_word(
    database: Database, learner: Principal, now: datetime
) -> None:
    assert found(database, now, email=learner.person.email, email_verified="true") == learner.person


@pytest.mark.parametrize(
    ("verified", "said"),
    [
        *((each, "has not verified") for each in (False, "false")),
        *((each, "email_verified: true") for each in (None, "True", " true", "yes", "", 1, ["true"])),
    ],
)
def test_an_e_mail_that_is_not_said_to_be_verified_opens_nothing(
    database: Database,
    learner: Principal,
    now: datetime,
    verified: object,
    said: str,
) -> None:
    claims = {"email": learner.person.email, "email_verified": verified}
    assert said in refused(lambda: found(database, now, **claims))


@pytest.mark.parametrize("value", [None, "", " ", 2003, ["2003"], {"id": "2003"}])
def test_a_claim_that_is_no_name_opens_nothing(
    database: Database,
    learner: Principal,  # noqa: ARG001
    now: datetime,
    value: object,
) -> None:
    assert "“number” is missing" in refused(lambda: found(database, now, "number", "employee_id", number=value))


def test_nobody_is_found_who_has_left_was_erased_or_never_was(
    database: Database, learner: Principal, hr: Principal, outsider: Principal, editor: Principal, now: datetime
) -> None:
    leaves(database, learner)
    with database.writing() as connection:
        rows = update(people)
        yesterday = now.date() - timedelta(days=1)
        connection.execute(rows.where(people.c.person_key == hr.key).values(ends_on=yesterday))
        connection.execute(rows.where(people.c.person_key == outsider.key).values(erased_at=now))
        connection.execute(rows.where(people.c.person_key == editor.key).values(ends_on=now.date()))
    for who, said in ((learner, "has ended"), (hr, "has ended"), (outsider, "does not know you")):
        assert said in refused(lambda who=who: found(database, now, email=who.person.email, email_verified=True))
    assert "does not know you" in refused(lambda: found(database, now, email="%@example.com", email_verified=True))
    assert found(database, now, email=editor.person.email, email_verified=True).key == editor.key


def test_an_address_that_two_people_have_opens_neithers_account(
    database: Database, learner: Principal, outsider: Principal, now: datetime
) -> None:
    with database.writing() as connection:
        row = update(people).where(people.c.person_key == outsider.key)
        connection.execute(row.values(email=learner.person.email))
    claims = {"email": learner.person.email.upper(), "email_verified": True}
    assert "More than one" in refused(lambda: found(database, now, **claims))
    leaves(database, outsider)
    assert found(database, now, **claims) == learner.person


# What groups give


ROLES = [("kodex-hr", Role.HR), ("kodex-audit", Role.AUDITOR), ("everybody-in-audit", Role.AUDITOR)]


def granted(database: Database, who: Principal) -> set[tuple[str, str]]:
    grants = accounts.grants
    with database.reading() as connection:
        rows = connection.execute(select(grants.c.role, grants.c.unit).where(grants.c.person_key == who.key))
        return {(row.role, row.unit) for row in rows}


def test_groups_give_and_take_their_roles_and_no_others(database: Database, editor: Principal) -> None:
    bring_in_line(database, editor.key, {"kodex-audit", "chess"}, ROLES, NOW)
    assert granted(database, editor) == {("editor", ""), ("auditor", "")}
    bring_in_line(database, editor.key, {"everybody-in-audit", "kodex-hr"}, ROLES, NOW)
    assert granted(database, editor) == {("editor", ""), ("auditor", ""), ("hr", "")}
    bring_in_line(database, editor.key, set(), ROLES, NOW)
    assert granted(database, editor) == {("editor", "")}


def test_groups_leave_a_role_that_is_limited_to_a_unit(database: Database, outsider: Principal) -> None:
    with database.writing() as connection:
        accounts.grant(connection, [(outsider.key, Role.HR)], unit="Sklad")
    bring_in_line(database, outsider.key, set(), ROLES, NOW)
    assert granted(database, outsider) == {("hr", "Sklad")}


def test_groups_that_nothing_was_mapped_for_change_nothing(database: Database, hr: Principal) -> None:
    bring_in_line(database, hr.key, {"kodex-audit"}, [], NOW)
    assert granted(database, hr) == {("hr", "")}


def test_a_role_that_a_group_no_longer_gives_ends_the_other_sessions(
    database: Database, hr: Principal, now: datetime
) -> None:
    accounts.sign_in(database, hr.key, SECRET, now)
    bring_in_line(database, hr.key, {"kodex-hr"}, ROLES, NOW)
    assert sessions_of(database, hr.key) == 1
    bring_in_line(database, hr.key, set(), ROLES, NOW)
    assert sessions_of(database, hr.key) == 0


def sessions_of(database: Database, person_key: str) -> int:
    with database.reading() as connection:
        rows = connection.execute(select(accounts.sessions).where(accounts.sessions.c.person_key == person_key))
        return len(rows.all())


# A provider that says what it is told to say


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


@pytest.fixture(scope="module")
def running_provider() -> Iterator[Provider]:
    provider = Provider()
    provider.start()
    yield provider
    provider.stop()


@pytest.fixture
def provider(running_provider: Provider) -> Provider:
    running_provider.says = Says()
    return running_provider


@pytest.fixture(scope="module")
def kodex(running_provider: Provider, new_server: NewServer) -> Iterator[Server]:
    """A server that knows the provider above."""
    started = new_server(KODEX_OIDC_ISSUER=running_provider.issuer, KODEX_OIDC_GROUPS=GROUPS, **CLIENT)
    started.start()
    yield started
    started.close()


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


def test_somebody_whom_the_provider_knows_is_signed_in_and_led_on(kodex: Server, provider: Provider) -> None:
    who = kodex.newcomer("Vanda Vpuštěná")
    provider.says.claims = verified(who)
    with kodex.client() as client:
        answer = come_back(client, "/certifications?course=customer-privacy")
        assert answer.status_code == 303, answer.text
        assert answer.headers["location"] == "/certifications?course=customer-privacy"
        assert '<div id="root">' in client.get("/").text
    assert sessions_of(kodex.database, who.key) == 1


@pytest.mark.parametrize("target", ["https://elsewhere.example", "//elsewhere.example", "/\\elsewhere.example"])
def test_nobody_is_led_on_to_another_server(kodex: Server, provider: Provider, target: str) -> None:
    provider.says.claims = verified(kodex.newcomer("Vanda Vpuštěná"))
    with kodex.client() as client:
        assert come_back(client, target).headers["location"] == "/"


def test_a_session_from_before_ends_with_the_sign_in(kodex: Server, provider: Provider) -> None:
    who = kodex.newcomer("Vanda Vpuštěná")
    provider.says.claims = verified(who)
    with kodex.client() as client:
        come_back(client)
        first = client.cookies["kodex"]
        come_back(client)
        assert client.cookies["kodex"] != first
    assert sessions_of(kodex.database, who.key) == 1


def test_what_the_id_token_leaves_out_is_asked_for(kodex: Server, provider: Provider) -> None:
    provider.says = Says(claims=verified(kodex.newcomer("Vanda Vpuštěná")), only_userinfo=True)
    with kodex.client(headers={"Accept-Language": "en"}) as client:
        assert come_back(client).status_code == 303
        provider.says.userinfo = {"sub": "somebody else"}
        assert "cannot be trusted" in said_in(come_back(client))


def test_whether_an_address_is_verified_may_be_said_beside_the_token(kodex: Server, provider: Provider) -> None:
    who, other = kodex.newcomer("Vanda Vpuštěná"), kodex.newcomer("Jiná Adresa")
    in_id_token = {"email": who.person.email}
    with kodex.client(headers={"Accept-Language": "en"}) as client:
        provider.says = Says(in_id_token=in_id_token, userinfo=verified(who))
        assert come_back(client).status_code == 303
        assert sessions_of(kodex.database, who.key) == 1
        for userinfo in ({}, {**verified(who), "email_verified": False}):
            provider.says = Says(in_id_token=in_id_token, userinfo=userinfo)
            assert "verified" in said_in(come_back(client))
    with kodex.client() as client:
        provider.says = Says(in_id_token=in_id_token, userinfo=verified(other))
        come_back(client)
    assert sessions_of(kodex.database, who.key) == 1, "what is verified is the other address"


def test_a_stranger_begins_no_end_of_sign_ins_and_whoever_comes_back_is_taken_off_the_count(
    new_server: NewServer, provider: Provider
) -> None:
    strict = {**CLIENT, "KODEX_OIDC_ISSUER": provider.issuer, "KODEX_ATTEMPTS_PER_ADDRESS": "10"}
    server = new_server(**strict)
    server.start()
    try:
        provider.says.claims = verified(server.newcomer("Vanda Vpuštěná"))
        with server.client(headers={"Accept-Language": "en"}) as client:
            for _ in range(97):
                assert client.get("/sign-in/start").status_code == 303
            for _ in range(6):
                assert come_back(client).status_code == 303
            assert [client.get("/sign-in/start").status_code for _ in range(5)] == [303, 303, 303, 429, 429]
            provider.asked.clear()
            refused = client.get("/sign-in/start")
            assert "There were too many attempts." in refused.text
            assert "location" not in refused.headers
            assert provider.asked == []
        assert kept(server.database) == 100
    finally:
        server.close()


def test_the_provider_is_not_asked_for_its_addresses_each_time(kodex: Server, provider: Provider) -> None:
    with kodex.client() as client:
        client.get("/sign-in/start")
        provider.asked.clear()
        assert client.get("/sign-in/start").status_code == 303
    assert provider.asked == []


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


@pytest.mark.parametrize("forged", FORGED)
def test_each_failure_signs_nobody_in_and_says_why(kodex: Server, provider: Provider, forged: str) -> None:
    says, sentence = FORGED[forged]
    who = kodex.newcomer("Zdeňka Zkoušená")
    with kodex.client(headers={"Accept-Language": "en"}) as client:
        client.get("/sign-in/start")  # the provider's addresses are known from then on
        provider.says = replace(says, claims=verified(who))
        assert sentence in said_in(come_back(client, "/team"))
        assert client.get("/").status_code == 401
    assert sessions_of(kodex.database, who.key) == 0


@pytest.mark.parametrize("says", [Says(clock=59), Says(clock=-59, lifetime=1), Says(clock=-300)])
def test_clocks_may_differ_a_little_and_a_token_may_be_old_but_valid(
    kodex: Server, provider: Provider, says: Says
) -> None:
    """Entra ID dates its tokens five minutes back."""
    provider.says = replace(says, claims=verified(kodex.newcomer("Vanda Vpuštěná")))
    with kodex.client() as client:
        assert come_back(client).status_code == 303


UNUSABLE = [
    {"kty": "AKP", "alg": "ML-DSA-44", "kid": "pq", "pub": "x"},
    {"kty": "EC", "crv": "P-999", "kid": "curve", "x": "x", "y": "y"},
    {"kty": "OKP", "crv": "X25519", "kid": "exchange", "x": "VTVTVTVTVTVTVTVTVTVTVTVTVTVTVTVTVTVTVTVTVTU"},
    {"kty": "RSA", "kid": "one"},
    {"kty": "RSA", "kid": "one", "n": "!", "e": "AQAB"},
    {"kty": "RSA", "kid": "one", "n": 7, "e": None},
    {"kty": "oct", "kid": "one"},
    {"kid": "one"},
    "no key",
    None,
]


@pytest.mark.parametrize("unusable", UNUSABLE)
def test_a_key_that_cannot_be_used_does_not_spoil_the_others(
    kodex: Server, provider: Provider, unusable: object
) -> None:
    provider.says = Says(claims=verified(kodex.newcomer("Vanda Vpuštěná")), beside_key=[unusable])
    with kodex.client() as client:
        assert come_back(client).status_code == 303


@pytest.mark.parametrize("algorithm", ["Ed25519", "EdDSA"])
@pytest.mark.parametrize("published", ["Ed25519", "EdDSA", None])
def test_a_signature_by_edwards_curve_is_read_under_both_names(
    kodex: Server, provider: Provider, algorithm: str, published: str | None
) -> None:
    who = verified(kodex.newcomer("Vanda Vpuštěná"))
    provider.says = Says(claims=who, algorithm=algorithm, published_algorithm=published)
    with kodex.client() as client:
        assert come_back(client).status_code == 303


def test_keys_that_the_provider_has_exchanged_are_fetched_anew(kodex: Server, provider: Provider) -> None:
    provider.says = Says(claims=verified(kodex.newcomer("Vanda Vpuštěná")))
    with kodex.client() as client:
        assert come_back(client).status_code == 303
        before = provider.key
        provider.key = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
        assert come_back(client).status_code == 303
        provider.key = before
        assert come_back(client).status_code == 303


def test_a_provider_that_changes_how_kodex_proves_itself_is_asked_how(kodex: Server, provider: Provider) -> None:
    provider.says = Says(claims=verified(kodex.newcomer("Vanda Vpuštěná")), methods=["client_secret_post"])
    with kodex.client() as client:
        assert come_back(client).status_code == 303
        provider.says.methods = ["client_secret_basic"]
        assert come_back(client).status_code == 303
        provider.says.methods = ["client_secret_post"]
        assert come_back(client).status_code == 303


@pytest.mark.parametrize("audience", ["kodex", ["kodex", "another"]])
def test_what_is_said_beside_the_token_may_be_signed(
    kodex: Server, provider: Provider, audience: str | list[str]
) -> None:
    claims = verified(kodex.newcomer("Vanda Vpuštěná"))
    signed = {"aud": audience}
    provider.says = Says(claims=claims, only_userinfo=True, is_userinfo_signed=True, in_userinfo_token=signed)
    with kodex.client() as client:
        assert come_back(client).status_code == 303


def test_the_log_names_the_providers_error_and_nothing_else_that_it_says(
    new_server: NewServer, provider: Provider
) -> None:
    own = new_server(KODEX_OIDC_ISSUER=provider.issuer, **CLIENT)
    own.start()
    with own.client(headers={"Accept-Language": "en"}) as client:
        for error in ("temporarily_unavailable", "invalid_scope", "access_denied", "two words\nnew line", "x" * 50):
            provider.says = Says(error=error)
            come_back(client)
        assert "have cancelled" in said_in(client.get("/sign-in/callback?error=access_denied"))
    said = [line.rpartition("single sign-on: ")[2] for line in own.said().splitlines() if "single sign-on: " in line]
    codes = [line.rpartition(" ")[2] for line in said]
    assert codes == [
        "(temporarily_unavailable)",
        "(invalid_scope)",
        "(access_denied)",
        "(?)",
        "(?)",
        "(access_denied)",
    ]
    assert "anything" not in own.said()
    own.close()


def test_a_state_is_taken_once(kodex: Server, provider: Provider) -> None:
    who = kodex.newcomer("Vanda Vpuštěná")
    provider.says.claims = verified(who)
    with kodex.client(headers={"Accept-Language": "en"}) as client:
        answered = answer_of_provider(client)
        assert client.get(answered).status_code == 303
        assert "used already" in said_in(client.get(answered))
    assert sessions_of(kodex.database, who.key) == 1


def test_a_state_of_a_foreign_browser_is_refused(kodex: Server, provider: Provider) -> None:
    """Otherwise somebody could be signed in as another, and leave what they do in the other's record."""
    provider.says.claims = verified(kodex.newcomer("Vanda Vpuštěná"))
    language = {"Accept-Language": "en"}
    with kodex.client() as lure, kodex.client(headers=language) as fresh, kodex.client(headers=language) as other:
        answered = answer_of_provider(lure)
        assert "not begun in this browser" in said_in(fresh.get(answered))
        answer_of_provider(other)
        assert "another browser" in said_in(other.get(answered))
        assert "another browser" in said_in(other.get("/sign-in/callback?state=invented&code=x"))
        assert "another browser" in said_in(other.get("/sign-in/callback"))


def test_a_leaver_is_refused(kodex: Server, provider: Provider) -> None:
    who = kodex.newcomer("Lubor Odešlý")
    provider.says.claims = verified(who)
    leaves(kodex.database, who)
    with kodex.client(headers={"Accept-Language": "en"}) as client:
        page = come_back(client)
        assert "has ended" in said_in(page)
        assert "mailto:" in page.text
    assert sessions_of(kodex.database, who.key) == 0


def test_groups_grant_roles_at_sign_in_and_take_them_at_the_next(kodex: Server, provider: Provider) -> None:
    who = kodex.newcomer("Gita Skupinová")
    provider.says.claims = {**verified(who), "groups": ["kodex-audit", "chess"], "roles": ["kodex-hr"]}
    with kodex.client() as client:
        come_back(client)
        assert granted(kodex.database, who) == {("hr", ""), ("auditor", "")}
        assert client.get("/export/certifications.csv").status_code == 200
        provider.says.claims = {**verified(who), "groups": "kodex-audit"}
        come_back(client)
        assert granted(kodex.database, who) == set()
        assert client.get("/export/certifications.csv").status_code == 403


def test_the_cookie_of_a_sign_in_under_way_is_out_of_reach(kodex: Server) -> None:
    with kodex.client() as client:
        answer = client.get("/sign-in/start")
        cookie = answer.headers["set-cookie"].lower()
        assert "httponly" in cookie
        assert "samesite=lax" in cookie
        assert "max-age=600" in cookie
        assert answer.headers["cache-control"] == "no-store"


def test_the_log_says_what_went_wrong_and_of_whom_nothing(kodex: Server, provider: Provider) -> None:
    who = kodex.newcomer("Tajnůstka Nejmenovaná")
    provider.says = Says(claims=verified(who), is_foreign_key=True)
    with kodex.client() as client:
        answered = answer_of_provider(client)
        client.get(answered)
        provider.says = Says(claims=verified(who), is_token_refused=True)
        come_back(client)
    said = kodex.said()
    assert "cannot be trusted" in said
    assert "(bad_signature)" in said
    assert "(invalid_client)" in said
    state = parse_qs(urlsplit(answered).query)["state"][0]
    for secret in (who.person.email, who.person.name, state, "code-", "eyJ", "the-access-token", "a+secret"):
        assert secret not in said


def test_a_provider_that_is_another_or_does_not_answer_is_named_until_it_does(
    provider: Provider, new_server: NewServer
) -> None:
    own = new_server(KODEX_OIDC_ISSUER=provider.issuer, **CLIENT)
    own.start()
    with own.client(headers={"Accept-Language": "en"}) as client:
        provider.says.discovered_issuer = "https://elsewhere.example"
        assert "does not come from" in said_in(client.get("/sign-in/start"))
        provider.says = Says(is_garbage=True)
        assert "cannot be trusted" in said_in(client.get("/sign-in/start"))
        provider.says = Says(claims=verified(own.newcomer("Vanda Vpuštěná")), methods=["client_secret_basic"])
        assert come_back(client).status_code == 303
    own.stop()
    own.settings["KODEX_OIDC_ISSUER"] = f"http://localhost:{free_port()}"
    own.start()
    with own.client(headers={"Accept-Language": "en"}) as client:
        assert "does not answer" in said_in(client.get("/sign-in/start"))
    own.close()


def test_without_the_setting_there_is_no_single_sign_on(server: Server) -> None:
    with server.client() as client:
        for path in ("/sign-in/start", "/sign-in/callback?state=x&code=x"):
            assert client.get(path).status_code == 404


# In the browser


@pytest.fixture
def new_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    contexts = []

    def new(at: Server, language: str = "cs") -> Page:
        context = browser.new_context(base_url=at.url, locale=LOCALES[language])
        contexts.append(context)
        page: Page = context.new_page()
        return page

    yield new
    for context in contexts:
        context.close()


NewPage = Callable[..., Page]
IN_BROWSER = ["issuer of the token", "expired", "clock five minutes ahead", "unverified e-mail", "unknown person"]


@pytest.mark.browser
@pytest.mark.parametrize("language", ["cs", "en"])
@pytest.mark.parametrize("forged", IN_BROWSER)
def test_each_failure_is_told_in_the_readers_language(
    kodex: Server, provider: Provider, new_page: NewPage, forged: str, language: str
) -> None:
    says, _ = FORGED[forged]
    provider.says = replace(says, claims=verified(kodex.newcomer("Zdeňka Zkoušená")))
    page = new_page(kodex, language)
    page.goto("/sign-in/start")
    t = Words.of(language)
    expect(page.get_by_role("heading", level=1)).to_have_text(t("You are not signed in"))
    said = page.get_by_role("alert").inner_text()
    assert (FORGED[forged][1] in said) is (language == "en")
    expect(page.get_by_role("link", name=t("Try again"))).to_have_attribute("href", "/sign-in/start?next=%2F")
    expect(page.locator("footer a[href^=mailto]").first).to_be_visible()


@pytest.mark.browser
def test_going_back_and_loading_again_replays_nothing(kodex: Server, provider: Provider, new_page: NewPage) -> None:
    who = kodex.newcomer("Vanda Vpuštěná")
    provider.says.claims = verified(who)
    page = new_page(kodex, "en")
    addresses: list[str] = []
    page.on("request", lambda request: addresses.append(request.url))
    page.goto("/sign-in/start")
    expect(page.get_by_test_id("stApp")).to_be_visible()
    (answered,) = [address for address in addresses if "/sign-in/callback" in address]
    page.goto(answered)
    expect(page.get_by_role("alert")).to_contain_text("used already")
    assert sessions_of(kodex.database, who.key) == 1


@pytest.fixture(scope="module")
def mock_provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A provider that nobody here wrote."""
    port = free_port("localhost")
    log = tmp_path_factory.mktemp("provider") / "provider.log"
    command = [sys.executable, "-m", "oidc_provider_mock", "--host", "localhost", "--port", str(port)]
    with log.open("ab") as said:
        process = subprocess.Popen(
            [*command, "--require-nonce", "true"], cwd=log.parent, stdout=said, stderr=subprocess.STDOUT
        )
    wait_for(f"http://localhost:{port}/.well-known/openid-configuration", process, log)
    yield f"http://localhost:{port}"
    process.terminate()
    process.wait()


def wait_for(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(600):
        assert process.poll() is None, log.read_text("utf-8", "replace")
        try:
            httpx.get(address).raise_for_status()
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    pytest.fail("the provider was not ready")


@pytest.fixture(scope="module")
def beside_the_mock(mock_provider: str, new_server: NewServer) -> Iterator[Server]:
    started = new_server(KODEX_OIDC_ISSUER=mock_provider, KODEX_OIDC_GROUPS=GROUPS, **CLIENT)
    started.start()
    yield started
    started.close()


def let_in(page: Page, mock: str, sub: str, **claims: Any) -> None:
    """Signs in at the provider as somebody of whom it says this."""
    httpx.put(f"{mock}/users/{sub}", json=claims).raise_for_status()
    page.get_by_placeholder("sub").fill(sub)
    page.get_by_role("button", name="Authorize").click()


@pytest.mark.browser
def test_somebody_signs_in_at_a_provider_that_nobody_here_wrote(
    beside_the_mock: Server, mock_provider: str, new_page: NewPage
) -> None:
    who = beside_the_mock.newcomer("Květa Příchozí")
    page = new_page(beside_the_mock)
    page.goto(f"/sign-in/start?next={quote('/certifications?course=customer-privacy', safe='')}")
    let_in(page, mock_provider, "kveta", **verified(who), groups=["kodex-hr"])
    page.wait_for_url("**/certifications?course=customer-privacy")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_text("Květa Příchozí").first).to_be_attached()
    assert granted(beside_the_mock.database, who) == {("hr", "")}
    cookies = {cookie["name"]: cookie for cookie in page.context.cookies(beside_the_mock.url)}
    assert cookies["kodex"]["httpOnly"]


@pytest.mark.browser
def test_whoever_cancels_at_the_provider_is_told_so(
    beside_the_mock: Server, mock_provider: str, new_page: NewPage
) -> None:
    page = new_page(beside_the_mock, "en")
    page.goto("/sign-in/start")
    assert page.url.startswith(mock_provider)
    page.get_by_role("button", name="Deny").click()
    expect(page.get_by_role("alert")).to_contain_text("have cancelled")


@pytest.mark.browser
def test_whom_the_directory_does_not_know_is_told_whom_to_ask(
    beside_the_mock: Server, mock_provider: str, new_page: NewPage
) -> None:
    page = new_page(beside_the_mock, "en")
    page.goto("/sign-in/start")
    let_in(page, mock_provider, "stranger", email="stranger@example.com", email_verified=True)
    expect(page.get_by_role("alert")).to_contain_text("Ask one of the contacts below")
