"""Limits of open tabs, for one session and in all."""

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


class Tabs:
    """The open WebSockets of this process, by session. Used only on the event loop."""

    def __init__(self) -> None:
        self._open: Counter[str] = Counter()

    def may_open_page(self, session: str) -> bool:
        """Return whether one more tab would be served. At the limit, an open tab can still be reloaded."""
        return self._open[session] <= MOST_PAGES and not self.is_full

    def may_connect(self, session: str) -> bool:
        return self._open[session] < MOST_SOCKETS and not self.is_full

    @contextmanager
    def connected(self, session: str) -> Iterator[None]:
        self._open[session] += 1
        try:
            yield
        finally:
            self._open[session] -= 1
            self._open += Counter()  # forgets sessions without a tab

    @property
    def is_full(self) -> bool:
        """True if one more tab would take file descriptors that requests and the database need."""
        return self._open.total() >= descriptors.most_tabs()
