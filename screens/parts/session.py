"""Who is looking, in which language, at what time: worked out anew on every run and in every callback."""

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import streamlit as st

from database import Database
from installation import Installation, installation, now
from people.access import Act, Principal, may, require
from people.sign_in import accounts
from quizzes.content import Content
from web.cookies import LANGUAGE, SESSION, Cookie
from web.guard import SCHEME
from words import Words, chosen


@dataclass(frozen=True)
class Visit:
    """One run of a screen."""

    house: Installation
    principal: Principal
    words: Words
    now: datetime
    today: date

    @property
    def database(self) -> Database:
        return self.house.database

    @property
    def content(self) -> Content:
        return self.house.content

    @property
    def language(self) -> str:
        return self.words.language

    def may(self, act: Act) -> bool:
        return may(self.principal, act)


class SignedOutError(Exception):
    """Nobody is signed in any more."""


_visit: ContextVar[Visit] = ContextVar("visit")
_of_callback: ContextVar[Visit | None] = ContextVar("of_callback", default=None)

LONGEST_CALLBACK = timedelta(seconds=1)


def of_this_run() -> Visit:
    """The visit that this run's callback began a moment ago, or a new one.

    A callback whose run ended before its screen was drawn leaves its visit behind; it is too old for the next.
    """
    begun = _of_callback.get()
    _of_callback.set(None)
    if begun is not None and now() - begun.now < LONGEST_CALLBACK:
        return begun
    return begin()


def in_callback() -> Visit:
    """Who pressed the button: read anew, because a callback comes before its screen's script."""
    visit = begin()
    _of_callback.set(visit)
    return visit


def begin() -> Visit:
    """Reads the cookie, the session, the person and their roles; raises `SignedOutError` when it is over."""
    house = installation()
    at = now()
    today = house.today(at)
    held = _cookie(SESSION)
    principal = accounts.principal(house.database, held, house.settings.secret, house.limits, at, today)
    if principal is None:
        raise SignedOutError
    visit = Visit(house, principal, Words.of(language(principal.person.language)), at, today)
    _visit.set(visit)
    return visit


def still(act: Act) -> Callable[[], None]:
    """What checks, after this run, whether whoever sees it may still do this.

    It raises `SignedOutError` or `RefusedError`.
    """
    house, held = installation(), _cookie(SESSION)

    def check() -> None:
        at = now()
        today = house.today(at)
        principal = accounts.principal(house.database, held, house.settings.secret, house.limits, at, today)
        if principal is None:
            raise SignedOutError
        require(principal, act)

    return check


def visit() -> Visit:
    """The visit that the entry script began in this run."""
    return _visit.get()


def language(preferred: str | None = None) -> str:
    """The language chosen in this browser, or the person's, or the browser's own."""
    return chosen(_cookie(LANGUAGE), preferred, st.context.headers.get("Accept-Language"))


def _cookie(cookie: Cookie) -> str | None:
    """What the browser sent when this tab was connected, by the name that goes with the connection's scheme."""
    return cookie.among(st.context.cookies.to_dict(), secure=st.context.headers.get(SCHEME.decode()) == "https")
