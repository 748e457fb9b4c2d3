"""Limits of open tabs, for one session, for one person and in all."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from installation import descriptors

MOST_PAGES = 20
"""Open tabs up to which a session gets a further screen."""
MOST_SOCKETS = 50
"""Open WebSockets of one session.

More than pages: after a network failure, tabs come back before the server has noticed that their last connections are
lost.
"""


MOST_OF_A_PERSON = 200
"""Open WebSockets of a person, at most, in however many sessions: anybody can sign in again and again."""


class Tabs:
    """The open WebSockets of this process, by session and by person. Used only on the event loop."""

    def __init__(self) -> None:
        self._by_session: Counter[str] = Counter()
        self._by_person: Counter[str] = Counter()

    def may_open_page(self, session: str, person_key: str) -> bool:
        """Return whether one more tab would be served. At the limit, an open tab can still be reloaded."""
        return self._by_session[session] <= MOST_PAGES and self._has_room(person_key)

    def may_connect(self, session: str, person_key: str) -> bool:
        return self._by_session[session] < MOST_SOCKETS and self._has_room(person_key)

    def _has_room(self, person_key: str) -> bool:
        return self._by_person[person_key] < MOST_OF_A_PERSON and not self.is_full

    @contextmanager
    def connected(self, session: str, person_key: str) -> Iterator[None]:
        self._by_session[session] += 1
        self._by_person[person_key] += 1
        try:
            yield
        finally:
            self._by_session[session] -= 1
            self._by_person[person_key] -= 1
            self._by_session += Counter()  # forgets those without a tab
            self._by_person += Counter()

    @property
    def is_full(self) -> bool:
        """True if one more tab would take file descriptors that requests and the database need."""
        return self._by_session.total() >= descriptors.most_tabs()
