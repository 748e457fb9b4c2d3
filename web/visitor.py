"""Who asks, over HTTP: the session in the cookie, the language that is wanted."""

from starlette.requests import HTTPConnection

from installation import installation, now
from people import accounts, tokens
from people.access import Principal
from words import Words, chosen

SECURE_COOKIE = "__Host-kodex"
PLAIN_COOKIE = "kodex"
"""For a demonstration over plain HTTP, where a browser keeps no `__Host-` cookie."""
LANGUAGE_COOKIE = "kodex-language"


def token(cookies: dict[str, str]) -> str | None:
    return cookies.get(SECURE_COOKIE) or cookies.get(PLAIN_COOKIE)


def principal(connection: HTTPConnection) -> Principal | None:
    """The signed-in person, or none. Reads the database: call it off the event loop."""
    house, at = installation(), now()
    held = token(connection.cookies)
    return accounts.principal(house.database, held, house.settings.secret, house.limits, at, house.today(at))


def session(connection: HTTPConnection) -> str:
    """What the session in the cookie is known by, which opens nothing."""
    return tokens.hashed(token(connection.cookies) or "", installation().settings.secret)


def words(connection: HTTPConnection) -> Words:
    return Words.of(chosen(connection.cookies.get(LANGUAGE_COOKIE), connection.headers.get("accept-language")))


def is_secure(connection: HTTPConnection) -> bool:
    return connection.scope["scheme"] in {"https", "wss"}
