"""Nobody is led away from this server, or to a page that does something at once, whatever an address says."""

import pytest
from serving import Server

from web.own_path import own_path

OURS = [
    "/",
    "/lesson?card=customer-privacy/why",
    "/certifications?search=Jana%20Nov%C3%A1kov%C3%A1&unit=a%2Fb",
    "/certifications?next=//evil.example",
    "/person#top",
    "/my-record.pdf",
]
ELSEWHERE = [
    "//evil.example",
    "///evil.example",
    "/%2Fevil.example",
    "/%252Fevil.example",
    "/\\evil.example",
    "/%5Cevil.example",
    "\\\\evil.example",
    "https://evil.example",
    "javascript:alert(1)",
    "evil.example",
    "",
    " /x",
    "/\t/evil.example",
    "/%09/evil.example",
    "/\n/evil.example",
    "/x\r\nSet-Cookie: a=b",
    "/%0d%0aSet-Cookie: a=b",
    "/x\x00",
    "/a//evil.example",
    "/.//evil.example",
    "/%2e//evil.example",
    "/x/..//evil.example",
    "/x/../sign-out",
    "/./sign-out",
    "/%2e/sign-out",
    "/%2E%2e/sign-out",
    "/sign-out",
    "/sign-in?next=/",
    "/%73ign-out",
    "/%2573ign-out",
    "/s%69gn-out",
    "/sign%2Dout",
    "/language/cs",
    "/%6Canguage/cs",
    "//[",
    "/x y",
    "/\u007f",
    "http:/evil.example",
    "//evil.example/%2e%2e",
    "/%5c%5cevil.example",
]


@pytest.mark.parametrize("path", OURS)
def test_a_page_of_ours_is_led_to_as_it_was_asked_for(path: str) -> None:
    assert own_path(path) == path


@pytest.mark.parametrize("path", [*ELSEWHERE, None])
def test_anything_else_is_the_first_page(path: str | None) -> None:
    assert own_path(path) == "/"


def test_after_sign_in_and_a_change_of_language_nobody_is_elsewhere(server: Server) -> None:
    who = server.newcomer("Odváděná Osoba").person.employee_id
    with server.client() as client:
        for path in (each for each in ELSEWHERE if "\0" not in each):  # which is read out of no form
            answer = client.post("/sign-in", data={"person": who, "next": path})
            assert answer.headers["location"] == "/", path
        for path in ("//evil.example", "//evil.example/%2e", "/%2Fevil.example", "/sign-out", "/%73ign-out"):
            switched = client.get("/language/en", headers={"Referer": f"{server.url}{path}"})
            assert switched.headers["location"] == "/", path
        switched = client.get("/language/en", headers={"Referer": f"{server.url}/lesson?card=a/b"})
        assert switched.headers["location"] == "/lesson?card=a/b"
