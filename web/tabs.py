"""How many tabs may be open: of one session, and in all."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from installation import descriptors

MOST_PAGES = 20
"""Open tabs with which a session still gets a further screen."""
MOST_SOCKETS = 50
"""Open WebSockets of a session, at most. More than pages: after the network was gone each tab comes back before the
server has noticed that its last connection is lost."""


class Tabs:
    """The open WebSockets of this process, by session. Used on the event loop alone."""

    def __init__(self) -> None:
        self._open: Counter[str] = Counter()

    def may_open_page(self, session: str) -> bool:
        """Whether a tab more would be served. With as many as may be open, one of them can still be reloaded."""
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
        """Whether a tab more would take what requests and the database need."""
        return self._open.total() >= descriptors.most_tabs()
