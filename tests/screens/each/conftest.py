"""Screens of one person."""

from stage import anybody, assigned, database_url, installed, language, open_screen, study, today  # noqa: F401
