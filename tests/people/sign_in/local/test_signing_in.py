"""Local accounts over HTTP: who gets in, with which cookie, and who does not."""

import re
from html import unescape

import pytest
from local_sign_in import BETTER, COOKIE, GOOD, Company, is_in, new_password, sign_in
from websockets.exceptions import InvalidStatus
from wire import connected


def test_whoever_knows_their_password_gets_in_and_where_they_wanted_to(company: Company) -> None:
    person = company.member()
    for account in (person.employee_id, person.email, f" {person.email.upper()} "):
        with company.visitor() as client:
            asked = client.get("/lesson?card=customer-privacy/why")
            page = client.get(asked.headers["location"])
            target = unescape(re.search(r'name="next" value="([^"]*)"', page.text)[1])  # type: ignore[index]
            answer = sign_in(client, account, target=target)
            assert answer.status_code == 303
            assert answer.headers["location"] == "/lesson?card=customer-privacy/why"
            assert is_in(client)
            assert person.name in client.get("/account").text


def test_everybody_else_gets_the_same_words_and_nothing_in(company: Company) -> None:
    person, uninvited, leaver = company.member(), company.person(), company.member()
    company.leaves(leaver)
    pages = set()
    for account, password in (
        (person.employee_id, "not it at all"),
        (person.email, ""),
        (uninvited.employee_id, GOOD),
        (leaver.employee_id, GOOD),
        ("nobody", GOOD),
        ("", ""),
    ):
        with company.visitor() as client:
            answer = sign_in(client, account, password)
            assert answer.status_code == 403
            assert not client.cookies
            assert not is_in(client)
            pages.add(answer.text.replace(f'value="{account}"', 'value=""'))
    assert len(pages) == 1
    assert "These do not go together." in pages.pop()


def test_the_cookie_is_bound_to_this_host_and_to_https(company: Company) -> None:
    person = company.member()
    with company.visitor() as client:
        answer = sign_in(client, person.employee_id)
        (cookie,) = [each for each in answer.headers.get_list("set-cookie") if "kodex=" in each]
    name, *attributes = cookie.split("; ")
    assert name.startswith("__Host-kodex=")
    assert {"secure", "httponly", "samesite=lax", "path=/", f"max-age={8 * 3600}"} <= {
        each.lower() for each in attributes
    }
    assert not any(each.lower().startswith("domain") for each in attributes)


def test_a_session_that_was_there_before_a_sign_in_is_over_after_it(company: Company) -> None:
    person = company.member()
    with company.signed_in(person) as client:
        planted = client.cookies[COOKIE]
        sign_in(client, person.employee_id)
        assert client.cookies[COOKIE] != planted
        with company.visitor() as thief:
            thief.cookies.set(COOKIE, planted)
            assert not is_in(thief)


@pytest.mark.parametrize("path", ["/sign-in", "/forgotten-password", "/account/password", "/account/sessions"])
def test_a_foreign_page_sends_no_form(company: Company, path: str) -> None:
    with company.signed_in(company.member()) as client:
        answer = client.post(path, data=new_password(BETTER), headers={"Origin": "https://evil.example"})
        assert answer.status_code == 403
        assert is_in(client)


def test_a_form_beyond_all_measure_is_not_read(company: Company) -> None:
    with company.visitor() as client:
        assert client.post("/sign-in", content=b"account=" + b"x" * 70_000).status_code == 413
        assert client.post("/sign-in", content=b"&".join(b"a=b" for _ in range(50))).status_code == 400
        assert sign_in(client, "nobody", "\U0001f511" * 1000).status_code == 403


@pytest.mark.parametrize("name", ["kodex", "__Secure-kodex", "__host-kodex", "__Host-kodex2"])
def test_over_https_no_other_cookie_is_a_session(company: Company, name: str) -> None:
    """Another host of the domain, or whoever is on the line, can set one of any name but `__Host-kodex`."""
    with company.signed_in(company.member()) as client, company.visitor(Accept="*/*") as victim:
        planted = client.cookies[COOKIE]
        assert victim.get("/my-record.json", headers={"Cookie": f"{name}={planted}"}).status_code == 401
        assert victim.get("/my-record.json", headers={"Cookie": f"{COOKIE}={planted}"}).status_code == 200
        for cookie, is_let_in in ((f"{name}={planted}", False), (f"{COOKIE}={planted}", True)):
            proxied = {"X-Forwarded-Proto": "https", "kodex-scheme": "http"}
            secure = company.url.replace("http", "https", 1)
            if is_let_in:
                with connected(company.url, cookie, secure, **proxied) as wire:
                    wire.visit()
                    assert "Jana Nováková" in wire.held()
            else:
                with pytest.raises(InvalidStatus), connected(company.url, cookie, secure, **proxied):
                    pass


def test_sign_out_takes_the_session_from_the_browser_under_both_names(company: Company) -> None:
    with company.signed_in(company.member()) as client:
        device = client.cookies["__Host-kodex-device"]
        answer = client.post("/sign-out")
        expired = [each for each in answer.headers.get_list("set-cookie") if "max-age=0" in each.lower()]
        assert {each.partition("=")[0] for each in expired} == {COOKIE, "kodex"}
        assert client.cookies["__Host-kodex-device"] == device


def test_a_lock_keeps_the_owners_browser_in_and_strangers_out(company: Company) -> None:
    person = company.member()
    with company.signed_in(person) as own:
        own.post("/sign-out")
        for _ in range(5):
            with company.visitor() as stranger:
                assert sign_in(stranger, person.email, "not it at all").status_code == 403
        with company.visitor() as stranger:
            assert sign_in(stranger, person.employee_id).status_code == 429
        assert sign_in(own, person.employee_id).status_code == 303
        assert is_in(own)
