"""What a server answers to everybody."""

import re
import socket
from html import unescape

import httpx
import pytest
from browsing import plain
from serving import NewServer, Server
from wire import Wire, opened

from people.access import Role
from people.demonstration import CAST

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
