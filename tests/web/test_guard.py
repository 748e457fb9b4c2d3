"""Nobody gets further than they may: what a server answers to strangers, to foreign pages and to the wrong role."""

import re
import socket
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import httpx
import pytest
import streamlit
from browsing import plain
from operating import records
from serving import NewServer, Server
from websockets.exceptions import InvalidStatus
from wire import Wire, opened

from people.access import Principal, Role
from people.demonstration import CAST
from people.sign_in import accounts

SHELL = Path(streamlit.__file__).parent / "static"
SCREENS = ["/", "/lesson", "/assessment", "/commitment", "/team", "/certifications", "/content", "/no-such-screen"]
INSIDES = [
    "/_stcore/host-config",
    "/_stcore/allowed-message-origins",
    "/_stcore/metrics",
    "/_stcore/script-health-check",
    "/_stcore/agent/openapi.json",
    "/_stcore/agent/interact",
    "/_stcore/agent/mcp",
    "/_stcore/upload_file/session/file",
    "/_stcore/bidi-components/any/file.js",
    "/_stcore/stream",
    "/component/any/index.html",
    "/media/0123456789abcdef.csv",
    "/auth/login",
    "/oauth2callback",
    "/static/../static/index.html",
    "/%73tatic/index.html",
    "//static/index.html",
    "/sign-in/../static/index.html",
    "/app/static/../../static/index.html",
    "/app/static/%2e%2e/%2e%2e/app.py",
    "/verify/../_stcore/host-config",
    "/verify/",
    "/verify/x/y",
    "/verify/x/_stcore/host-config",
    "/language/",
    "/language/cs/x",
    "/app/static/",
    "/sign-in%3F/x",
    "/sign-in%3Fx/lesson",
    "/sign-in/x",
    "/healthz/x",
    "/healthz%3F/lesson",
    "/favicon.ico",
    "/favicon.ico/x",
]
OF_STREAMLIT = re.compile(r"streamlit|_stcore|root\W*></div>|<script", re.IGNORECASE)


def files_of_streamlit() -> list[str]:
    return [f"/static/{file.relative_to(SHELL / 'static').as_posix()}" for file in (SHELL / "static").rglob("*.*")]


@pytest.fixture(params=["no cookie", "an invented cookie", "an ended session", "the session of one who left"])
def stranger(request: pytest.FixtureRequest, server: Server) -> Iterator[httpx.Client]:
    """Somebody who is not signed in."""
    match request.param:
        case "no cookie":
            cookie = ""
        case "an invented cookie":
            cookie = "invented"
        case "an ended session":
            with server.client(server.newcomer("Odešlá Osoba")) as client:
                cookie = client.cookies["kodex"]
                client.post("/sign-out")
        case _:
            leaver = server.newcomer("Bývalá Kolegyně")
            with server.client(leaver) as client:
                cookie = client.cookies["kodex"]
            leave(server, leaver)
    with server.client(cookies={"kodex": cookie} if cookie else {}) as client:
        yield client


def leave(server: Server, who: Principal) -> None:
    people = accounts.people
    with server.database.writing() as connection:
        connection.execute(people.update().where(people.c.person_key == who.key).values(active=False))


# Strangers


@pytest.mark.parametrize("path", SCREENS)
def test_a_stranger_who_asks_for_a_screen_is_led_to_the_sign_in_page(stranger: httpx.Client, path: str) -> None:
    answer = stranger.get(path, headers={"Accept": "text/html"})
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/sign-in?next=%2F")
    page = stranger.get(answer.headers["location"])
    assert page.status_code == 200
    assert '<form method="post" action="/sign-in">' in page.text
    assert not OF_STREAMLIT.search(page.text)


def test_a_stranger_gets_nothing_of_streamlit(stranger: httpx.Client) -> None:
    leaked = []
    for path in INSIDES + files_of_streamlit():
        answer = stranger.get(path)
        if answer.is_success or OF_STREAMLIT.search(answer.text):
            leaked.append(f"{path}: {answer.status_code}, {len(answer.content)} bytes")
    assert not leaked, "\n".join(leaked)


@pytest.mark.parametrize("path", ["/export/certifications.csv", "/export/team.xlsx"])
def test_a_stranger_downloads_nothing(stranger: httpx.Client, server: Server, path: str) -> None:
    assert stranger.get(path).status_code == 401
    number = server.certificate_number(valid=True)
    assert stranger.get(f"/certificate/{number}.pdf").status_code == 401


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_a_stranger_writes_nothing(stranger: httpx.Client, method: str) -> None:
    for path in ("/", "/_stcore/upload_file/session/file", "/export/certifications.csv", "/static/js/any.js"):
        assert stranger.request(method, path).status_code in {401, 404, 405}


def test_a_stranger_gets_no_web_socket(stranger: httpx.Client, server: Server) -> None:
    with pytest.raises(InvalidStatus) as refusal:
        opened(server.url, stranger.cookies.jar)
    assert refusal.value.response.status_code in {401, 403}


def test_somebody_who_is_signed_in_gets_all_that_a_stranger_does_not(server: Server) -> None:
    """Otherwise the tests above would hold for a server that serves nothing."""
    with server.client(server.newcomer("Věra Uvnitř")) as client:
        assert '<div id="root">' in client.get("/").text
        assert client.get("/_stcore/host-config").status_code == 200
        assert client.get(files_of_streamlit()[0]).status_code == 200
        with opened(server.url, client.cookies.jar) as connection:
            wire = Wire(connection)
            wire.visit()
            assert "Věra Uvnitř" in wire.held()


def test_what_the_server_would_tell_about_itself_is_closed_to_everybody(server: Server) -> None:
    with server.client(server.cast(Role.AUDITOR)) as client:
        assert client.get("/_stcore/metrics").status_code == 404
        assert client.get("/_stcore/agent/openapi.json").status_code == 404


# Foreign pages


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1", "http://localhost"])
def test_a_foreign_page_gets_no_web_socket_with_the_visitors_cookie(server: Server, origin: str) -> None:
    with server.client(server.newcomer("Navštívená Osoba")) as client, pytest.raises(InvalidStatus) as refusal:
        opened(server.url, client.cookies.jar, origin=origin)
    assert refusal.value.response.status_code == 403


@pytest.mark.parametrize("origin", ["https://evil.example", "null"])
def test_a_foreign_page_signs_nobody_in_or_out(server: Server, origin: str) -> None:
    who = server.newcomer("Odolná Osoba")
    with server.client(who) as client:
        foreign = {"Origin": origin}
        form = {"person": "hr"}
        assert client.post("/sign-in", data=form, headers=foreign).status_code == 403
        assert client.post("/sign-out", headers=foreign).status_code == 403
        assert client.get("/", headers={"Accept": "text/html"}).status_code == 200


def test_a_link_on_a_foreign_page_signs_nobody_out(server: Server) -> None:
    with server.client(server.newcomer("Zvědavá Osoba")) as client:
        asked = client.get("/sign-out", headers={"Referer": "https://evil.example/"})
        assert '<form method="post" action="/sign-out">' in asked.text
        assert client.get("/", headers={"Accept": "text/html"}).status_code == 200
        client.get("/sign-out", headers={"Referer": f"{server.url}/"})
        assert client.get("/", headers={"Accept": "text/html"}).status_code == 303


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "\\\\evil.example",
        "/%5cevil.example/..//evil.example",
        "javascript:alert(1)",
        "evil.example",
        "/sign-out",
        "",
    ],
)
def test_sign_in_leads_to_no_other_server(server: Server, target: str) -> None:
    who = server.newcomer("Přesměrovaná Osoba").person.employee_id
    with server.client() as client:
        answer = client.post("/sign-in", data={"person": who, "next": target})
        assert answer.status_code == 303
        led_to = httpx.URL(f"{server.url}/sign-in").join(browsers_reading_of(answer.headers["location"]))
        assert str(led_to).startswith(f"{server.url}/")
        assert led_to.path != "/sign-out"


def browsers_reading_of(location: str) -> str:
    """A browser drops tabs and line breaks from an address, and reads a backslash as a slash."""
    return re.sub(r"[\t\r\n]", "", location).replace("\\", "/")


def test_sign_in_leads_on_to_the_screen_that_was_asked_for(server: Server) -> None:
    who = server.newcomer("Přímá Osoba").person.employee_id
    with server.client() as client:
        asked = client.get("/lesson?card=customer-privacy/why", headers={"Accept": "text/html"})
        page = client.get(asked.headers["location"])
        target = unescape(re.search(r'name="next" value="([^"]*)"', page.text)[1])  # type: ignore[index]
        answer = client.post("/sign-in", data={"person": who, "next": target})
        assert answer.headers["location"] == "/lesson?card=customer-privacy/why"


@pytest.mark.parametrize("referer", ["https://evil.example/trap", "", "//evil.example"])
def test_the_switch_of_language_leads_to_no_other_server(server: Server, referer: str) -> None:
    with server.client() as client:
        assert client.get("/language/en", headers={"Referer": referer}).headers["location"] == "/"


# Sessions


def test_the_session_cookie_is_out_of_reach_for_scripts_and_foreign_pages(server: Server) -> None:
    who = server.newcomer("Sušenková Osoba").person.employee_id
    with server.client() as client:
        (cookie,) = [
            each
            for each in client.post("/sign-in", data={"person": who}).headers.get_list("set-cookie")
            if each.startswith("kodex=")
        ]
    attributes = cookie.lower().split("; ")
    assert "httponly" in attributes
    assert "samesite=lax" in attributes
    assert "path=/" in attributes


def test_each_sign_in_begins_a_session_of_its_own_and_ends_the_one_before(server: Server) -> None:
    who = server.newcomer("Opakovaná Osoba")
    with server.client(who) as client, server.client() as thief:
        first = client.cookies["kodex"]
        client.post("/sign-in", data={"person": who.person.employee_id})
        assert client.cookies["kodex"] != first
        thief.cookies.set("kodex", first)
        assert thief.get("/", headers={"Accept": "text/html"}).status_code == 303


def listed(wire: Wire) -> bool:
    """Whether a list of people is on the screen."""
    return any("kodex-scroll" in html.body for html in wire.elements("html"))


def test_an_open_page_shows_nothing_more_once_its_session_has_ended(server: Server) -> None:
    with server.client(server.cast(Role.HR)) as client, opened(server.url, client.cookies.jar) as connection:
        wire = Wire(connection)
        wire.visit("certifications")
        assert listed(wire)
        client.post("/sign-out")
        wire.frames.clear()
        wire.submit()
        assert not listed(wire)
        assert CAST[Role.HR][1] not in wire.held()
        assert "/sign-in" in wire.held()


def test_the_session_id_of_a_tab_lets_nobody_into_it(server: Server) -> None:
    """Streamlit gives a tab back to whoever presents its id; who is looking is asked of the cookie anew."""
    victim, attacker = server.newcomer("Oběť Únosu"), server.newcomer("Únosce Karet")
    with server.client(victim) as client, server.client(attacker) as other:
        with opened(server.url, client.cookies.jar) as connection:
            wire = Wire(connection)
            wire.visit()
            assert victim.person.name in wire.held()
            with opened(server.url, other.cookies.jar, session=wire.session) as taken:
                while_open = Wire(taken)
                while_open.visit()
        with opened(server.url, other.cookies.jar, session=wire.session) as taken:
            afterwards = Wire(taken)
            afterwards.visit()
    for seen in (while_open, afterwards):
        assert victim.person.name not in seen.held()
        assert attacker.person.name in seen.held()


def test_what_was_shown_to_one_person_is_not_sent_to_the_next_in_the_same_browser(server: Server) -> None:
    hr, newcomer = server.cast(Role.HR), server.newcomer("Další U Téhož Počítače")
    with server.client(hr) as client, opened(server.url, client.cookies.jar) as connection:
        wire = Wire(connection)
        wire.visit("certifications")
        client.post("/sign-in", data={"person": newcomer.person.employee_id})
        wire.frames.clear()
        wire.submit()
        assert hr.person.name not in wire.held()


@pytest.mark.parametrize("header", ["X-Forwarded-User", "X-Streamlit-User", "Remote-User", "X-Forwarded-Email"])
def test_no_header_makes_a_stranger_somebody(server: Server, header: str) -> None:
    with server.client(headers={header: "hr", "Accept": "text/html"}) as client:
        assert client.get("/").status_code == 303


# Roles

MATRIX = {
    Role.EMPLOYEE: {"team": False, "certifications": False},
    Role.MANAGER: {"team": True, "certifications": False},
    Role.HR: {"team": False, "certifications": True},
    Role.AUDITOR: {"team": False, "certifications": True},
    Role.EDITOR: {"team": False, "certifications": False},
}


@pytest.mark.parametrize("form", ["csv", "json", "xlsx"])
@pytest.mark.parametrize(("role", "may"), MATRIX.items())
def test_records_are_downloaded_by_those_whose_task_they_are(
    server: Server, role: Role, may: dict[str, bool], form: str
) -> None:
    who = server.newcomer("Zaměstnanec Bez Role") if role is Role.EMPLOYEE else server.cast(role)
    with server.client(who) as client:
        for what, allowed in may.items():
            answer = client.get(f"/export/{what}.{form}")
            assert answer.status_code == (200 if allowed else 403), what
            if allowed:
                assert "private" in answer.headers["cache-control"]
                assert f'.{form}"' in answer.headers["content-disposition"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/export/people.csv", 404),
        ("/export/certifications.pdf", 404),
        ("/export/certifications.cmi5", 404),
        ("/export/certifications.csv?status=nonsense", 400),
        ("/export/certifications.csv?due_from=yesterday", 400),
        ("/export/certifications.csv?search=%00", 400),
    ],
)
def test_a_download_that_there_is_not_is_refused(server: Server, path: str, status: int) -> None:
    with server.client(server.cast(Role.HR)) as client:
        assert client.get(path).status_code == status


def test_a_managers_download_holds_their_reporting_line_and_nobody_else(server: Server) -> None:
    manager = server.newcomer("Vedoucí S Jedním", is_assigned=False)
    server.newcomer("Podřízená Jediná", manager=manager)
    with server.client(manager) as client:
        answer = client.get("/export/team.csv").text
    assert [record["name"] for record in records(answer)] == ["Podřízená Jediná"]


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.EMPLOYEE, 404), (Role.MANAGER, 404), (Role.EDITOR, 404), (Role.HR, 200), (Role.AUDITOR, 200)],
)
def test_a_certificate_is_opened_by_its_holder_and_by_those_who_keep_the_records(
    server: Server, role: Role, status: int
) -> None:
    """A manager sees that somebody is certified, not the document; a stranger cannot even learn that it exists."""
    holder = server.newcomer("Držitelka Osvědčení", manager=server.cast(Role.MANAGER))
    number = server.study.certify(holder).certificate_no
    with server.client(holder) as client:
        assert client.get(f"/certificate/{number}.pdf").headers["content-type"] == "application/pdf"
    with server.client(server.newcomer("Někdo Jiný") if role is Role.EMPLOYEE else server.cast(role)) as client:
        answer = client.get(f"/certificate/{number}.pdf")
        assert answer.status_code == status
        if status == 404:
            assert answer.content == client.get("/certificate/KX-00000-00000-00000-00000-000000.pdf").content


# What is open to everybody


def test_the_check_of_a_certificate_says_no_more_than_the_certificate(server: Server) -> None:
    holder = server.newcomer("Ověřená Čestná")
    number = server.study.certify(holder, right=9).certificate_no or ""
    certificate = server.certificate(number)
    with server.client() as client:
        page = client.get(f"/verify/{number}", headers={"Accept-Language": "cs"})
    assert page.status_code == 200
    said = plain(unescape(re.sub(r"<[^>]+>", " ", page.text)))
    assert holder.person.name in said
    assert certificate.course_title in said
    for private in (
        holder.person.employee_id,
        holder.person.email,
        holder.person.unit,
        holder.key,
        certificate.salt,
        certificate.unit,
    ):
        assert private not in page.text


@pytest.mark.parametrize("asked", ["KX-00000-00000-00000-00000-000000", "x", "%00", "<b>x<b>", "KX-" + "9" * 500])
def test_a_number_that_there_is_not_is_answered_plainly(server: Server, asked: str) -> None:
    with server.client() as client:
        answer = client.get(f"/verify/{asked}")
    assert answer.status_code in {400, 404}
    assert "<b>x<b>" not in answer.text


def test_health_and_readiness_tell_nothing_else(server: Server) -> None:
    with server.client() as client:
        assert (client.get("/healthz").status_code, client.get("/healthz").text) == (200, "ok")
        ready = client.get("/readyz")
    assert ready.status_code == 200
    assert ready.json() == {"database": True, "writable": True, "schema": True, "content": True}


def test_a_server_without_its_schema_is_not_ready(own_server: Server) -> None:
    with own_server.database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM alembic_version")
    with own_server.client() as client:
        ready = client.get("/readyz")
        assert ready.status_code == 503
        assert ready.json()["schema"] is False
        assert ready.json()["reason"] == "the database has another schema than this version"
        assert client.get("/healthz").status_code == 200


@pytest.mark.parametrize(
    "path", ["/sign-in", "/verify/x", "/healthz", "/", "/static/js/none.js", "/app/static/kodex.css"]
)
def test_every_answer_tells_the_browser_to_do_no_more_than_it_should(server: Server, path: str) -> None:
    with server.client(server.newcomer("Hlavičková Osoba")) as client:
        headers = client.get(path).headers
    policy = dict(part.strip().partition(" ")[::2] for part in headers["content-security-policy"].split(";"))
    assert policy["default-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert policy["form-action"] == "'self'"
    assert policy["object-src"] == "'none'"
    assert "unsafe" not in policy["script-src"]
    assert policy["base-uri"] == "'none'"
    assert headers["cross-origin-opener-policy"] == headers["cross-origin-resource-policy"] == "same-origin"
    assert headers["x-frame-options"] == "DENY"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"


# The machine's own address


def test_a_demonstration_works_over_plain_http_on_the_machines_own_address(new_server: NewServer) -> None:
    address = own_address()
    started = new_server(host="0.0.0.0")
    started.start()
    try:
        url = f"http://{address}:{started.port}"
        with httpx.Client(base_url=url) as client:
            signed_in = client.post("/sign-in", data={"person": "employee"}, headers={"Origin": url})
            assert signed_in.status_code == 303
            assert client.get("/", headers={"Accept": "text/html"}).status_code == 200
            with opened(url, client.cookies.jar) as connection:
                wire = Wire(connection)
                wire.visit()
                assert CAST[Role.EMPLOYEE][1] in wire.held()
    finally:
        started.close()


def own_address() -> str:
    """The address by which this machine is known to others. Nothing is sent to find it out."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("198.51.100.1", 9))
        except OSError as error:
            pytest.skip(f"this machine has no address but its own loopback: {error}")
        return str(probe.getsockname()[0])
