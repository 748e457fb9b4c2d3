"""The cookies of Kodex, each with one name over HTTPS and another over plain HTTP."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from starlette.requests import HTTPConnection
from starlette.responses import Response

YEAR = timedelta(days=365)


def is_secure(connection: HTTPConnection) -> bool:
    return connection.scope["scheme"] in {"https", "wss"}


@dataclass(frozen=True)
class Cookie:
    """A cookie by name.

    Over HTTPS only a `__Host-` cookie counts: no other host of the domain, and nobody who listens on the line, can
    set one. Over plain HTTP browsers store none, so the plain name is used there.
    """

    name: str

    def named(self, *, secure: bool) -> str:
        return f"__Host-{self.name}" if secure else self.name

    def among(self, cookies: Mapping[str, str], *, secure: bool) -> str | None:
        return cookies.get(self.named(secure=secure)) or None

    def of(self, connection: HTTPConnection) -> str | None:
        return self.among(connection.cookies, secure=is_secure(connection))

    def keep(self, response: Response, connection: HTTPConnection, value: str, lasts: timedelta) -> None:
        secure = is_secure(connection)
        response.set_cookie(
            self.named(secure=secure),
            value,
            max_age=int(lasts.total_seconds()),
            secure=secure,
            httponly=True,
            samesite="lax",
        )

    def clear(self, response: Response) -> None:
        """Delete the cookie under both names."""
        for secure in (True, False):
            response.delete_cookie(self.named(secure=secure), secure=secure, httponly=True, samesite="lax")


SESSION = Cookie("kodex")
LANGUAGE = Cookie("kodex-language")
DEVICE = Cookie("kodex-device")
"""Marks a browser in which somebody has signed in with a password before."""
UNDER_WAY = Cookie("kodex-sign-in")
"""The browser's secret during a sign-in at the company's own provider."""
