"""Both databases, empty and with the newest schema: SQLite in a file, PostgreSQL in a cluster of the tests' own."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from surroundings import unavailable

from database import Database
from installation import schema
from progress.completion import editions
from quizzes.content import Content


class Cluster:
    """A throw-away PostgreSQL, reached through a socket in its own folder. PostgreSQL refuses to run as root, so
    that root runs it as somebody else."""

    def __init__(self, programs: Path) -> None:
        self.programs = programs
        self.user = _whom_root_becomes() if os.geteuid() == 0 else None
        self.folder = Path(tempfile.mkdtemp(prefix="kodex-pg-"))
        self.made = 0
        self.options = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"
        if self.user is not None:
            shutil.chown(self.folder, self.user)

    def start(self) -> None:
        self._run("initdb", "--auth=trust", "--username=kodex", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync")
        self._serve()

    def _serve(self) -> None:
        options = f"-k {self.folder} -c listen_addresses='' {self.options}"
        self._run("pg_ctl", "start", "--wait", f"--log={self.folder / 'log'}", f"--options={options}")

    def stop(self) -> None:
        if (self.folder / "data" / "postmaster.pid").exists():
            self._run("pg_ctl", "stop", "--wait", "--mode=immediate")
        shutil.rmtree(self.folder, ignore_errors=True)

    def new_database(self) -> str:
        """The address of a database without any table."""
        self.made += 1
        with psycopg.connect(f"host={self.folder} user=kodex dbname=postgres", autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE test_{self.made}".encode())
        return f"postgresql+psycopg://kodex@/test_{self.made}?host={self.folder}"

    def identity(self) -> dict[str, Any]:
        """Whom a process of the cluster runs as."""
        if self.user is None:
            return {}
        return {"user": self.user, "group": pwd.getpwnam(self.user).pw_gid, "extra_groups": []}

    def _run(self, program: str, *arguments: str) -> None:
        # Into a file: the server inherits what pg_ctl writes to, and a pipe would stay open as long as it runs.
        with tempfile.TemporaryFile() as said:
            ended = subprocess.run(
                [self.programs / program, "-D", self.folder / "data", *arguments],
                **self.identity(),
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                check=False,
            )
            said.seek(0)
            if ended.returncode:
                raise OSError(f"{program}: {said.read().decode(errors='replace').strip()}")


def _whom_root_becomes() -> str:
    try:
        return pwd.getpwnam("postgres").pw_name
    except KeyError:
        return "nobody"


def postgresql_programs() -> Path | None:
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    installed = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    return max((each.parent for each in installed), key=lambda each: float(each.parent.name), default=None)


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster | str]:
    """A PostgreSQL, or why there is none."""
    programs = postgresql_programs()
    if programs is None:
        yield "there is no initdb; install the package postgresql"
        return
    cluster = Cluster(programs)
    try:
        cluster.start()
    except (OSError, subprocess.SubprocessError) as error:
        cluster.stop()
        yield str(error)
        return
    yield cluster
    cluster.stop()


def needed(cluster: Cluster | str) -> Cluster:
    if isinstance(cluster, str):
        unavailable("PostgreSQL", cluster)
    return cluster


def _migrated(url: str) -> Database:
    opened = Database(url)
    schema.bring_up_to_date(opened)
    return opened


@pytest.fixture(scope="session")
def migrated_postgresql(cluster: Cluster | str) -> Iterator[Database]:
    opened = _migrated(needed(cluster).new_database())
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("migrated") / "kodex.sqlite3"
    _migrated(f"sqlite:///{file}").close()
    return file


BOTH = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]


@pytest.fixture(params=BOTH)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database with the newest schema and not a row in it."""
    if request.param == "sqlite":
        return f"sqlite:///{shutil.copy(request.getfixturevalue('migrated_sqlite'), tmp_path / 'kodex.sqlite3')}"
    return emptied(request.getfixturevalue("migrated_postgresql"))


def emptied(migrated: Database) -> str:
    """The address of a database that has lost its rows, many times faster than a fresh one is made."""
    with migrated.writing() as connection:
        for table in reversed(schema.metadata.sorted_tables):
            connection.execute(table.delete())
    return migrated.engine.url.render_as_string(hide_password=False)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """It has the newest schema and not a row in it."""
    opened = Database(database_url)
    yield opened
    opened.close()


@pytest.fixture(params=BOTH)
def bare_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """It has not even a table."""
    if request.param == "sqlite":
        opened = Database(f"sqlite:///{tmp_path / 'bare.sqlite3'}")
    else:
        opened = Database(needed(request.getfixturevalue("cluster")).new_database())
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def stocked_sqlite(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory, content: Content) -> Path:
    """A file with the newest schema and the content that whoever learns will meet, as at the start of a server."""
    file = Path(shutil.copy(migrated_sqlite, tmp_path_factory.mktemp("stocked") / "kodex.sqlite3"))
    opened = Database(f"sqlite:///{file}")
    editions.keep(opened, content)
    opened.close()
    return file
