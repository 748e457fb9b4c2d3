"""The state of a sign-in is taken once, in its own browser."""

from providing import Provider, answer_of_provider, said_in, sessions_of, verified
from serving import Server


def test_a_state_is_taken_once(kodex: Server, provider: Provider) -> None:
    who = kodex.newcomer("Vanda Vpuštěná")
    provider.says.claims = verified(who)
    with kodex.client(headers={"Accept-Language": "en"}) as client:
        answered = answer_of_provider(client)
        assert client.get(answered).status_code == 303
        assert "used already" in said_in(client.get(answered))
    assert sessions_of(kodex.database, who.key) == 1


def test_a_state_of_a_foreign_browser_is_refused(kodex: Server, provider: Provider) -> None:
    """Otherwise somebody could be signed in as another, and leave what they do in the other's record."""
    provider.says.claims = verified(kodex.newcomer("Vanda Vpuštěná"))
    language = {"Accept-Language": "en"}
    with kodex.client() as lure, kodex.client(headers=language) as fresh, kodex.client(headers=language) as other:
        answered = answer_of_provider(lure)
        assert "not begun in this browser" in said_in(fresh.get(answered))
        answer_of_provider(other)
        assert "another browser" in said_in(other.get(answered))
        assert "another browser" in said_in(other.get("/sign-in/callback?state=invented&code=x"))
        assert "another browser" in said_in(other.get("/sign-in/callback"))
