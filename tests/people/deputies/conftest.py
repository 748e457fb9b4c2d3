"""A manager and their deputy."""

from stage import installed, open_screen  # noqa: F401
