"""Backup of the whole database while it is in use, and restore."""

import os
import shutil
import subprocess
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import make_url, text
from sqlalchemy.exc import DatabaseError

from commands.console import bar, check_is_new, fail, faults_in_words, opened, say, t, whole
from database import Database, copies
from installation import now, schema
from progress.record import checkpoints
from settings import read

app = typer.Typer()


@app.command(help=t("Copy the whole database to a file, even while it is in use."))
def backup(output: Annotated[Path, typer.Argument(help=t("The file to write."))]) -> None:
    installation = opened()
    check_is_new(output)
    with whole(output) as unfinished:
        if installation.database.is_sqlite:
            with bar(t("Pages"), 0) as progress:
                copies.copy(
                    installation.database,
                    unfinished,
                    lambda done, total: progress.update(progress.task_ids[0], completed=done, total=total),
                )
        else:
            _run(installation.settings.database_url, "pg_dump", "--format=custom", f"--file={unfinished}")
    say(
        t(
            "The database was copied to {file}. It contains names: protect it as you protect the database.",
            file=str(output),
        )
    )
    say(t("The signing key is not in it; keep a copy of the key elsewhere."))


@app.command(help=t("Restore the whole database from a copy; stop Kodex first."))
def restore(
    copy: Annotated[Path, typer.Argument(help=t("The copy."))],
    yes: Annotated[bool, typer.Option("--yes", help=t("Do not ask for confirmation."))] = False,
) -> None:
    with faults_in_words():
        url = read().database_url
    if not copy.is_file():
        fail(t("There is no file {file}.", file=str(copy)))
    say(t("Everything recorded after the copy was made will be lost, and every verification will say so."))
    question = t("Is Kodex stopped, and should the database be restored from {file}?", file=str(copy))
    if not yes and not typer.confirm(question):
        fail(t("Nothing was changed."))
    put_back: Callable[[str, Path, datetime], int] = _put_back_file if url.startswith("sqlite") else _put_back_dump
    with faults_in_words():
        begun = put_back(url, copy, now())
    say(t("The database was restored. Epoch {n} of the record begins.", n=begun))
    say(t("Verify it against your newest checkpoint: “manage.py record verify --checkpoint FILE”."))


def _put_back_file(url: str, copy: Path, at: datetime) -> int:
    """Prepare the copy next to the database, then swap them; the old database keeps a name of its own.
    Return the number of the new epoch."""
    place = Path(url.removeprefix("sqlite:///"))
    ready = place.with_name(f".{place.name}.part")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(copy, ready)
        ready.chmod(0o600)
        begun = _made_ready(f"sqlite:///{ready}", copy, at)
        if place.exists():
            aside = place.with_name(f"{place.name}.before-{at:%Y%m%dT%H%M%SZ}")
            # The write-ahead log goes along: it may hold changes that are not in the database file yet.
            for ending in ("-wal", "-shm", ""):
                if (part := place.with_name(place.name + ending)).exists():
                    part.replace(aside.with_name(aside.name + ending))
            say(t("The previous database was kept as {file}.", file=str(aside)))
        ready.replace(place)
    except OSError as error:
        fail(t("{file} cannot be written: {reason}", file=str(place), reason=error.strerror or ""))
    finally:
        for ending in ("", "-wal", "-shm"):
            ready.with_name(ready.name + ending).unlink(missing_ok=True)
    return begun


def _put_back_dump(url: str, copy: Path, at: datetime) -> int:
    """Restore in one transaction, so that an incomplete dump leaves the database as it was. Return the number of the
    new epoch."""
    name = make_url(url).database or ""
    options = ("--clean", "--if-exists", "--no-owner", "--single-transaction", "--exit-on-error")
    _run(url, "pg_restore", *options, f"--dbname={name}", str(copy))
    return _made_ready(url, copy, at)


def _made_ready(url: str, copy: Path, at: datetime) -> int:
    """Check what was restored, migrate it, and begin an epoch; return its number."""
    database = Database(url)
    try:
        if database.is_sqlite:
            with database.reading() as connection:
                said = connection.execute(text("PRAGMA integrity_check")).scalar_one()
                connection.execute(text("SELECT version_num FROM alembic_version"))
            if said != "ok" or not _is_whole(copy):
                fail(t("{file} is damaged or incomplete. Nothing was changed.", file=str(copy)))
        schema.bring_up_to_date(database)
        begun = database.write(lambda connection: checkpoints.begin_epoch(connection, at))
        copies.settle(database)
    except DatabaseError:
        fail(t("{file} is not a copy of Kodex’s database. Nothing was changed.", file=str(copy)))
    finally:
        database.close()
    return begun


def _is_whole(file: Path) -> bool:
    """Compare the length of an SQLite file with its header; SQLite itself accepts an incomplete last page."""
    with file.open("rb") as opened_file:
        head = opened_file.read(32)
    page = int.from_bytes(head[16:18])
    return file.stat().st_size == (65_536 if page == 1 else page) * int.from_bytes(head[28:32])


def _run(url: str, *command: str) -> None:
    """Run one of PostgreSQL's own programs. The password is passed in the environment: others can read arguments."""
    try:
        ended = subprocess.run(  # noqa: S603 - a fixed program, and no shell
            command, env={**os.environ, **_environment(url)}, capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        fail(t("PostgreSQL’s program {program} is missing; install it.", program=command[0]))
    if ended.returncode:
        reason = (ended.stderr.strip().splitlines() or [""])[0]
        fail(t("{program} failed, and nothing was changed: {reason}", program=command[0], reason=reason))


def _environment(url: str) -> dict[str, str]:
    """Return the database's address as the environment variables of libpq
    (https://www.postgresql.org/docs/15/libpq-envars.html)."""
    # Imported here, because it takes a third of a second that an installation on SQLite does not need.
    from psycopg.pq import Conninfo

    variables = {option.keyword.decode(): option.envvar for option in Conninfo.get_defaults()}
    _, said = make_url(url).get_dialect()().create_connect_args(make_url(url))
    return {name.decode(): str(value) for key, value in said.items() if (name := variables.get(key))}
