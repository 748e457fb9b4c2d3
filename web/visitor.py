"""The person who asks over HTTP: the session in the cookie, and the language wanted."""

from starlette.requests import HTTPConnection

from installation import installation, now
from people import security_log, tokens
from people.access import Principal
from people.sign_in import accounts
from web.cookies import LANGUAGE, SESSION
from words import Words, chosen


def principal(connection: HTTPConnection) -> Principal | None:
    """Return the signed-in person, or None. Reads the database: call it off the event loop."""
    found = accounts.principal(installation().gate, SESSION.of(connection), now())
    if found and (asked := security_log.asked.get()):
        asked.person = found.key
    return found


def session(connection: HTTPConnection) -> str:
    """Return an id of the session in the cookie that cannot be used to sign in."""
    return tokens.hashed(SESSION.of(connection) or "", installation().settings.secret)


def words(connection: HTTPConnection) -> Words:
    return Words.of(chosen(LANGUAGE.of(connection), connection.headers.get("accept-language")))
