"""kill -9 in the middle of a migration: the old schema or the new one with all that was in it, nothing between."""

import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from alembic import command
from alembic.config import Config
from databases import BOTH, Cluster
from nursery import Nursery
from size import tell, times
from sqlalchemy import MetaData, func, inspect, select, text
from surroundings import unavailable

from database import Database, written
from installation import schema

N_KILLS = times(100, 6)
N_KILLS_OF_CONTROLS = times(100, 6)
OLD = "0002"

State = tuple[str, dict[str, tuple[str, ...]], dict[str, int]]
"""The version, the columns of each table, and how many rows each of the old tables has."""


class Stage:
    """Databases at the old version, filled with a demonstration: a new one for each kill."""

    def __init__(self, filled: Path, folder: Path, cluster: Cluster | None) -> None:
        self.folder, self.cluster, self.made = folder, cluster, 0
        self.template = self._address("old")
        if cluster is not None:
            self._ask("CREATE DATABASE old_schema")
        opened = Database(self.template)
        _fill(opened, filled)
        self.old_tables = _tables(opened)
        self.old = self.state(opened)
        opened.close()

    @contextmanager
    def database(self) -> Iterator[str]:
        """The address of a fresh one."""
        self.made += 1
        name = f"killed_{self.made}"
        if self.cluster is not None:
            self._ask(f"CREATE DATABASE {name}_schema TEMPLATE old_schema")
            yield self._address(name)
            self._ask(f"DROP DATABASE {name}_schema WITH (FORCE)")
        else:
            (self.folder / name).mkdir()
            shutil.copy(self.folder / "old" / "kodex.sqlite3", self.folder / name)
            yield self._address(name)
            shutil.rmtree(self.folder / name)

    def state(self, opened: Database) -> State:
        with opened.reading() as connection:
            version = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
            found = inspect(connection)
            columns = {
                table: tuple(column["name"] for column in found.get_columns(table))
                for table in sorted(found.get_table_names())
            }
            rows = {
                table: connection.execute(select(func.count()).select_from(text(table))).scalar_one()
                for table in self.old_tables
            }
        return version, columns, rows

    def wait_until_alone(self, url: str) -> None:
        """PostgreSQL notices a little later that somebody is dead."""
        if self.cluster is None:
            return
        name = url.split("/")[-1].split("?")[0]
        while self._ask(f"SELECT count(*) FROM pg_stat_activity WHERE datname = '{name}'") != 0:
            time.sleep(0.01)

    def _address(self, name: str) -> str:
        if self.cluster is not None:
            return f"postgresql+psycopg://kodex@/{name}_schema?host={self.cluster.folder}"
        return f"sqlite:///{self.folder / name / 'kodex.sqlite3'}"

    def _ask(self, statement: str) -> Any:
        assert self.cluster is not None
        address = f"host={self.cluster.folder} user=kodex dbname=postgres"
        with psycopg.connect(address, autocommit=True) as connection:
            answer = connection.execute(statement.encode())
            return answer.fetchone()[0] if answer.description else None  # type: ignore[index]


def _fill(opened: Database, filled: Path) -> None:
    config = Config()
    config.set_main_option("script_location", str(schema.MIGRATIONS))

    with opened.writing() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, OLD)
    old = MetaData()
    with opened.reading() as connection:
        old.reflect(connection)
    source = Database(f"sqlite:///{filled}")
    with source.reading() as reading, opened.writing() as connection:
        for table in schema.metadata.sorted_tables:
            if table.name in old.tables:
                names = old.tables[table.name].c.keys()
                rows = reading.execute(select(*(table.c[name] for name in names))).mappings().all()
                if rows:
                    connection.execute(old.tables[table.name].insert(), [_as_text(dict(row)) for row in rows])
    source.close()


def _as_text(row: dict[str, Any]) -> dict[str, Any]:
    return {name: written(value) if isinstance(value, datetime) else value for name, value in row.items()}


def _tables(opened: Database) -> list[str]:
    with opened.reading() as connection:
        return sorted(inspect(connection).get_table_names())


@pytest.fixture(params=BOTH)
def stage(request: pytest.FixtureRequest, filled: Path, tmp_path: Path) -> Iterator[Stage]:
    cluster = request.getfixturevalue("cluster") if request.param == "postgresql" else None
    if isinstance(cluster, str):
        unavailable("PostgreSQL", cluster)
    yield Stage(filled, tmp_path, cluster)
    if cluster is not None:
        with psycopg.connect(f"host={cluster.folder} user=kodex dbname=postgres", autocommit=True) as connection:
            connection.execute("DROP DATABASE old_schema WITH (FORCE)")


def killed(stage: Stage, mode: str, kills: int, look: Callable[[Database, State, State], None]) -> Counter[str]:
    """Kills so many migrations, and counts what is left of each."""
    left: Counter[str] = Counter()
    with Nursery("migrant") as nursery:
        with stage.database() as url:
            last = nursery.child(stage.folder, url, "0", "0", mode).last_words()[-1].split(" ")[2]
            opened = Database(url)
            new = stage.state(opened)
            opened.close()
        assert new[0] == schema.newest()
        for seed in range(kills):
            with stage.database() as url:
                nursery.child(stage.folder, url, str(seed), last, mode).last_words()
                stage.wait_until_alone(url)
                opened = Database(url)
                state = stage.state(opened)
                left["old" if state == stage.old else "new" if state == new else "between"] += 1
                look(opened, state, new)
                opened.close()
    return left


def test_a_killed_migration_leaves_the_old_schema_or_the_new_one(stage: Stage) -> None:
    def goes_on(opened: Database, state: State, new: State) -> None:
        assert state in (stage.old, new)
        schema.bring_up_to_date(opened)
        assert stage.state(opened) == new

    left = killed(stage, "whole", N_KILLS, goes_on)
    tell(f"{N_KILLS} migrations killed on {'PostgreSQL' if stage.cluster else 'SQLite'}: {dict(left)}")
    assert left["old"]


@pytest.mark.wide
def test_a_migration_without_a_transaction_stops_in_between(stage: Stage) -> None:
    """The negative control: the kills do come in the middle."""
    left = killed(stage, "piecemeal", N_KILLS_OF_CONTROLS, lambda *_: None)
    tell(f"the same without a transaction: {dict(left)}")
    assert left["between"]
