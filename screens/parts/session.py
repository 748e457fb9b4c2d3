"""The visit: who is looking, in which language, at what time. Read again on every run and in every callback."""

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import streamlit as st

from database import Database
from installation import Installation, installation, now
from people.access import Act, Asker, Principal, may, require
from people.sign_in import accounts
from quizzes.content import Content
from web.cookies import LANGUAGE, SESSION, Cookie
from web.guard import SCHEME
from words import Words, chosen


@dataclass(frozen=True)
class Visit:
    """One run of a screen."""

    installation: Installation
    asker: Asker
    words: Words
    above_foot: list[str] = field(default_factory=list)
    """HTML that the screen adds to its foot, which is one element because each costs time on every run."""

    @property
    def principal(self) -> Principal:
        return self.asker.principal

    @property
    def now(self) -> datetime:
        return self.asker.now

    @property
    def today(self) -> date:
        return self.asker.today

    @property
    def zone(self) -> ZoneInfo:
        return self.asker.zone

    @property
    def database(self) -> Database:
        return self.installation.database

    @property
    def content(self) -> Content:
        return self.installation.content

    @property
    def language(self) -> str:
        return self.words.language

    def may(self, act: Act) -> bool:
        return may(self.principal, act)


class SignedOutError(Exception):
    """The session has ended."""


_visit: ContextVar[Visit] = ContextVar("visit")
_of_callback: ContextVar[Visit | None] = ContextVar("of_callback", default=None)

CALLBACK_IS_FRESH = timedelta(seconds=1)
"""Time within which the visit that a callback began is used by the run that follows it."""


def of_this_run() -> Visit:
    """Return the visit that this run's callback has just begun, or a new one.

    A callback whose run ended before its screen was drawn leaves its visit behind; it is too old for the next run.
    """
    begun = _of_callback.get()
    _of_callback.set(None)
    if begun is not None and now() - begun.now < CALLBACK_IS_FRESH:
        return begun
    return begin()


def in_callback() -> Visit:
    """Begin a visit for the person who pressed the button: a callback runs before its screen's script."""
    visit = begin()
    _of_callback.set(visit)
    return visit


def begin() -> Visit:
    """Read the cookie, the session, the person and their roles. Raises `SignedOutError`."""
    asker = _asker(_cookie(SESSION))
    visit = Visit(installation(), asker, Words.of(language(asker.principal.person.language)))
    _visit.set(visit)
    return visit


def still(act: Act) -> Callable[[], None]:
    """Return a check, for use after this run, that the person who sees it may still do this.

    The check raises `SignedOutError` or `RefusedError`.
    """
    token = _cookie(SESSION)

    def check() -> None:
        require(_asker(token).principal, act)

    return check


def current() -> Visit:
    """Return the visit that the entry script began in this run."""
    return _visit.get()


def _asker(token: str | None) -> Asker:
    """Return who asks, by the session's token. Raises `SignedOutError`."""
    installed, at = installation(), now()
    principal = accounts.principal(installed.gate, token, at)
    if principal is None:
        raise SignedOutError
    return Asker(principal, at, installed.settings.time_zone)


def language(preferred: str | None = None) -> str:
    """Return the language chosen in this browser, or the person's, or the browser's own."""
    return chosen(_cookie(LANGUAGE), preferred, st.context.headers.get("Accept-Language"))


def _cookie(cookie: Cookie) -> str | None:
    """Return what the browser sent when this tab was connected, under the name that goes with its scheme."""
    return cookie.among(st.context.cookies.to_dict(), secure=st.context.headers.get(SCHEME.decode()) == "https")
