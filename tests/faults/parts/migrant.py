"""A process that migrates a database to the newest schema. To be killed."""

import os
import random
import signal
import threading
from collections.abc import Callable
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import event

from database import Database
from installation import schema

LONGEST_PAUSE = 0.01


def migrant(say: Callable[[str], object], url: str, seed: str, last: str, mode: str) -> None:
    """Is killed a moment after a statement, any up to the one numbered `last`. In the mode "piecemeal" it migrates
    without a transaction, as nobody should."""
    chance = random.Random(int(seed))
    database = Database(url)
    statements, kill_after = 0, chance.randint(1, int(last)) if int(last) else 0
    pause = chance.uniform(0, LONGEST_PAUSE)

    @event.listens_for(database.engine, "before_cursor_execute")
    def count(*_: Any) -> None:
        nonlocal statements
        statements += 1
        if statements == kill_after:
            threading.Timer(pause, os.kill, (os.getpid(), signal.SIGKILL)).start()

    if mode == "piecemeal":
        _migrate_piecemeal(database)
    else:
        schema.bring_up_to_date(database)
    say(f"migrated in {statements} statements")
    while kill_after:
        signal.pause()


def _migrate_piecemeal(database: Database) -> None:
    config = Config()
    config.set_main_option("script_location", str(schema.MIGRATIONS))
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
