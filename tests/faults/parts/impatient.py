"""The application over a database that waits a second for other writers, and not ten."""

from functools import partial

import installation
from database import Database

installation.Database = partial(Database, patience=1)

from app import app  # noqa: E402 - it opens the database

__all__ = ["app"]
