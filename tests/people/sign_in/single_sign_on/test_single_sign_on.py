"""Sign-in at the company's own provider over HTTP, and on to where one wanted to go."""

import pytest
from providing import CLIENT, Provider, Says, come_back, kept, said_in, sessions_of, verified
from serving import NewServer, Server


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


@pytest.mark.wide
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
