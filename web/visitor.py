"""Who asks, over HTTP: the session in the cookie, the language that is wanted."""

from starlette.requests import HTTPConnection

from installation import installation, now
from people.access import Principal
from people.sign_in import accounts, security_log, tokens
from web.cookies import LANGUAGE, SESSION
from words import Words, chosen


def principal(connection: HTTPConnection) -> Principal | None:
    """The signed-in person, or none. Reads the database: call it off the event loop."""
    found = accounts.principal(installation().gate, SESSION.of(connection), now())
    if found and (asked := security_log.asked.get()):
        asked.person = found.key
    return found


def session(connection: HTTPConnection) -> str:
    """What the session in the cookie is known by, which opens nothing."""
    return tokens.hashed(SESSION.of(connection) or "", installation().settings.secret)


def words(connection: HTTPConnection) -> Words:
    return Words.of(chosen(LANGUAGE.of(connection), connection.headers.get("accept-language")))
