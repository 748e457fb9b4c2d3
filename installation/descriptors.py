"""File descriptors of this process: every open tab and every request takes some, and without any left nobody is
served."""

import resource

ENOUGH = 8192
"""For about two thousand open tabs."""
OF_A_TAB = 4
"""Its WebSocket, and the event loop that Streamlit makes for its script."""
KEPT_FREE = 640
"""Descriptors for everything but open tabs: requests, the database, the 128 disconnected sessions that Streamlit
keeps."""


def raise_limit() -> None:
    """Raise the limit as far as the system lets this process."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def limit() -> int:
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]


def most_tabs() -> int:
    """Return the number of tabs that can be open without taking the descriptors of everything else."""
    return max(0, limit() - KEPT_FREE) // OF_A_TAB
