"""What anybody's page may read to check a badge: keys, issuer, status lists; and nothing beside them."""

import httpx
import jwt
import pytest
from serving import Server

from people.access import Principal
from progress.documents.open_badge import ISSUER, KEYS, METADATA

ORIGIN = {"Origin": "https://verifier.example"}
OPEN = [KEYS, ISSUER, METADATA, "/badge/status/0"]


@pytest.fixture
def number(server: Server) -> str:
    return server.certificate_number(valid=True)


@pytest.mark.parametrize("path", [*OPEN, "/badge/{}/status.json"])
def test_a_page_of_somebody_else_may_read_it(server: Server, number: str, path: str) -> None:
    with server.client() as client:
        answer = client.get(path.format(number), headers=ORIGIN)
        asked = client.options(path.format(number), headers={**ORIGIN, "Access-Control-Request-Method": "GET"})
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in answer.headers
    assert asked.status_code == 204
    assert asked.headers["access-control-allow-origin"] == "*"
    assert asked.headers["access-control-allow-methods"] == "GET"


@pytest.mark.parametrize(
    "path", ["/verify/{}", "/badge/{}.jwt", "/certificate/{}.pdf", "/my-record.json", "/sign-in"]
)
def test_nothing_else_is_open_to_a_page_of_somebody_else(server: Server, number: str, path: str) -> None:
    holder = server.newcomer("Držitel Soukromí")
    with server.client(holder) as client:
        for answer in (client.get(path.format(number), headers=ORIGIN), client.options(path.format(number))):
            assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize("path", OPEN)
def test_nothing_is_written_there(server: Server, path: str) -> None:
    with server.client() as client:
        for method in ("POST", "PUT", "DELETE"):
            assert client.request(method, path).status_code in {401, 404, 405}


@pytest.mark.parametrize("list_number", ["1", "99999999999999999999", "-1", "x"])
def test_there_is_no_list_beyond_the_last(server: Server, list_number: str) -> None:
    with server.client() as client:
        assert client.get(f"/badge/status/{list_number}").status_code in {401, 404}


@pytest.mark.parametrize("path", ["/badge/status/1", "/badge/KX-00000-00000-00000-00000-000000/status.json"])
def test_a_page_of_somebody_else_reads_that_there_is_none(server: Server, path: str) -> None:
    with server.client() as client:
        answer = client.get(path, headers=ORIGIN)
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (404, "*")


def test_the_documents_name_one_another(server: Server) -> None:
    with server.client() as client:
        named, issuer, metadata = (client.get(path).json() for path in (KEYS, ISSUER, METADATA))
        listed = client.get("/badge/status/0")
    assert listed.headers["content-type"] == "application/vc+jwt"
    assert metadata == {"issuer": server.url, "jwks_uri": f"{server.url}{KEYS}"}
    by_did = {each["id"]: each["publicKeyJwk"]["x"] for each in issuer["verificationMethod"]}
    kid = jwt.get_unverified_header(listed.text)["kid"]
    assert {each["kid"]: each["x"] for each in named["keys"]}[kid] == by_did[kid]


def test_the_badge_of_a_certificate_names_a_list_that_there_is(server: Server) -> None:
    holder: Principal = server.newcomer("Seznam Stavů")
    number = server.study.certify(holder).certificate_no
    with server.client(holder) as client:
        text = client.get(f"/badge/{number}.jwt").text
    status = jwt.decode(text, options={"verify_signature": False})["credentialStatus"]
    assert httpx.get(status["statusListCredential"], timeout=60).status_code == 200
