"""What a provider answers beside the token, and what the log says of it."""

import pytest
from providing import CLIENT, Provider, Says, come_back, said_in, verified
from serving import NewServer, Server


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
