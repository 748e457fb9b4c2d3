"""Sessions: the cookie, its beginning and its end."""

import pytest
from serving import Server
from wire import Wire, opened

from people.access import Role
from people.demonstration import CAST


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
