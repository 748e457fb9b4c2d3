"""Leavers, groups and providers that do not answer."""

from urllib.parse import parse_qs, urlsplit

from cast import leaves
from providing import CLIENT, Provider, Says, answer_of_provider, come_back, granted, said_in, sessions_of, verified
from serving import NewServer, Server, free_port


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
