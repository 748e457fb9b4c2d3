"""Cards with a decision of each kind."""

from stage import anybody, assigned, database_url, installed, language, open_screen, study, today  # noqa: F401
