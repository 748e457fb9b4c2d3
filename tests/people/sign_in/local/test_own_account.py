"""One's own account: sessions seen and ended, the password changed."""

import re
from html import unescape

import pytest
from local_sign_in import BETTER, COOKIE, GOOD, Company, is_in, new_password, said, sign_in
from serving import Server
from wire import Wire, opened

HOSTILE = "<img src=x onerror=alert(1)>\"'&{{1111*7777}}"


# One's own account


def test_whoever_is_signed_in_sees_their_sessions_by_browser_and_ends_them(company: Company) -> None:
    person, other = company.member(), company.member()
    firefox = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
    iphone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile/15E148 Safari/604.1"
    with (
        company.signed_in(person, **{"User-Agent": firefox}) as desk,
        company.signed_in(person, **{"User-Agent": iphone}) as phone,
        company.signed_in(person, **{"User-Agent": HOSTILE}) as strange,
        company.signed_in(other) as stranger,
    ):
        page = desk.get("/account")
        assert "4 browsers are signed in to your account" in said(page)  # one since the password was chosen
        assert re.search(r"Firefox on Windows this one Signed in on \d+ \w+ \d{4}, \d+:\d\d", said(page))
        for browser in ("Safari on iPhone", "An unknown browser"):
            assert browser in said(page)
        ids = re.findall(r'name="session" value="(\w+)"', page.text)
        assert not set(ids) & set(desk.cookies.values())
        ended = next(each for each in ids if f'session-{each}">Safari on iPhone' in page.text)
        stranger.post("/account/sessions", data={"session": ended})
        assert is_in(phone)
        assert desk.post("/account/sessions", data={"session": ended}).headers["location"] == "/account"
        assert not is_in(phone)
        assert is_in(strange)
        desk.post("/account/sessions")
        assert [is_in(each) for each in (desk, strange, stranger)] == [True, False, True]
        (mine,) = re.findall(r'name="session" value="(\w+)"', desk.get("/account").text)
        assert desk.post("/account/sessions", data={"session": mine}).headers["location"] == "/sign-in"
        assert not is_in(desk)


def test_a_password_is_changed_by_whoever_knows_it_and_ends_the_other_sessions(company: Company) -> None:
    person = company.member()
    with company.signed_in(person) as here, company.signed_in(person) as elsewhere:
        refused = here.post("/account/password", data={"old": "not it", **new_password(BETTER)})
        assert refused.status_code == 403
        assert is_in(elsewhere)
        before = here.cookies[COOKIE]
        answer = here.post("/account/password", data={"old": GOOD, **new_password(BETTER)})
        assert answer.headers["location"] == "/account?done=changed"
        assert here.cookies[COOKIE] != before
        assert (is_in(here), is_in(elsewhere)) == (True, False)
        assert company.mail.next()["X-Handed-To"] == person.email


@pytest.mark.parametrize("path", ["/account", "/account/sessions", "/account/password"])
def test_a_stranger_has_no_account(company: Company, path: str) -> None:
    with company.visitor(Accept="*/*") as client:
        assert client.get(path).status_code == 401
        assert client.post(path).status_code == 401


def test_in_a_demonstration_there_are_sessions_and_no_passwords(server: Server) -> None:
    with server.client(server.newcomer("Ukázková Osoba"), headers={"Accept-Language": "en"}) as client:
        page = client.get("/account")
        assert "1 browser is signed in to your account" in said(page)
        assert "password" not in page.text
        for path in ("/forgotten-password", "/set-password/x"):
            assert client.get(path).status_code == 404
            assert client.post(path, data=new_password(GOOD)).status_code == 404
        assert client.post("/sign-in", data={"account": "1", "password": GOOD}).status_code == 400


def test_every_screen_leads_to_the_account(server: Server) -> None:
    who = server.newcomer("Osoba U Paty")
    with server.client(who) as client, opened(server.url, client.cookies.jar) as connection:
        wire = Wire(connection)
        wire.visit()
        assert '<a href="/account">' in wire.held()


def test_what_is_in_a_name_is_shown_and_never_run(company: Company) -> None:
    person = company.member(HOSTILE)
    with company.signed_in(person) as client, company.visitor() as stranger:
        pages = [
            client.get("/account"),
            client.post("/account/password", data={"old": HOSTILE, **new_password(HOSTILE)}),
            stranger.get(f"/set-password/{company.link(person)}"),
            stranger.get("/sign-in", params={"next": f"/{HOSTILE}"}),
            stranger.get(f"/set-password/{HOSTILE}"),
            sign_in(stranger, HOSTILE, HOSTILE),
        ]
    for page in pages:
        assert "<img src=x" not in page.text
        assert str(1111 * 7777) not in page.text
    assert all(HOSTILE in unescape(page.text) for page in (pages[0], pages[2], pages[5]))
