"""The power is cut at any moment: what was acknowledged is there, and the database is whole."""

import random
import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import apsw
import pytest
from cast import NOW, PEOPLE
from power import SECTORS, Disk, PowerCutError
from size import tell, times
from sqlalchemy import event, select, text
from sqlalchemy.exc import DatabaseError
from studying import Study

from database import Database
from people import directory
from people.access import Principal, Role
from progress.audit import verification
from progress.completion import assignments
from progress.completion.assignments import Assignment
from progress.record import chains
from quizzes.content import Course

N_CUTS = times(1000, 60)
N_CUTS_OF_CONTROLS = times(1000, 40)
PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON", "busy_timeout=10000")

Statement = tuple[str, tuple[Any, ...]]


@dataclass(frozen=True)
class Recorded:
    """What Kodex says to SQLite while somebody learns: statement by statement, from one database on."""

    file: bytes
    statements: list[Statement]
    pragmas: list[str]


@pytest.fixture(scope="module")
def recorded(stocked_sqlite: Path, tmp_path_factory: pytest.TempPathFactory, course: Course) -> Recorded:
    file = Path(shutil.copy(stocked_sqlite, tmp_path_factory.mktemp("power") / "kodex.sqlite3"))
    database = Database(f"sqlite:///{file}")
    study = Study(database, course)
    learner = Principal(PEOPLE[2], frozenset({Role.EMPLOYEE}))
    with database.writing() as connection:
        directory.add(connection, PEOPLE)
    assignments.assign(database, Assignment(course, NOW.date(), "tests"), [learner.key], NOW)
    database.close()
    before = file.read_bytes()
    pragmas: list[str] = []
    statements: list[Statement] = []

    @event.listens_for(database.engine, "do_connect")
    def listen(_dialect: Any, _record: Any, arguments: list[Any], options: dict[str, Any]) -> Any:
        return _Listening(database.engine.dialect.connect(*arguments, **options), pragmas)

    def said(_connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, many: bool) -> None:
        each = parameters if many else [parameters]
        statements.extend((statement, tuple(values)) for values in each)

    event.listen(database.engine, "before_cursor_execute", said)
    event.listen(database.engine, "commit", lambda _: statements.append(("COMMIT", ())))
    for card in course.cards:
        study.card(learner, card)
    study.begin(learner)
    attempt = study.enrolment(learner).attempt
    assert attempt is not None
    for question, _ in attempt.questions:
        study.answer(learner, question)
    study.sign(learner)
    database.close()
    return Recorded(before, _of_writing(statements), pragmas)


class _Listening:
    """A connection that keeps what is said to it before SQLAlchemy begins."""

    def __init__(self, connection: Any, pragmas: list[str]) -> None:
        object.__setattr__(self, "_connection", connection)
        object.__setattr__(self, "_pragmas", pragmas)

    def execute(self, statement: str, *arguments: Any) -> Any:
        self._pragmas.append(statement)
        return self._connection.execute(statement, *arguments)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self._connection, name, value)


def _of_writing(statements: list[Statement]) -> list[Statement]:
    """Without the reads outside of transactions, which leave no trace, and their commits."""
    written, is_open = [], False
    for statement in statements:
        is_open = is_open or statement[0].startswith("BEGIN")
        if is_open:
            written.append(statement)
        is_open = is_open and statement[0] != "COMMIT"
    return written


@dataclass(frozen=True)
class Cut:
    """How it was when the power was back."""

    acknowledged: int
    """Transactions that were committed, as SQLite said."""
    lost: int
    fault: str
    """Why the database does not hold; empty where it does."""


def cut(recorded: Recorded, synchronous: str, seed: int, folder: Path) -> Cut:
    """Lets somebody learn until the power goes, and looks at what the disk kept."""
    chance = random.Random(seed)
    disk = Disk(f"disk {synchronous} {seed}", {"kodex.sqlite3": recorded.file}, chance.choice(SECTORS))
    connection = apsw.Connection("/kodex.sqlite3", vfs=disk.name)
    acknowledged: list[tuple[str, str]] = []
    with suppress(PowerCutError, apsw.Error):
        # Without a second process there is no need of shared memory, which a disk in memory does not have.
        connection.execute("PRAGMA locking_mode=EXCLUSIVE")
        for pragma in recorded.pragmas:
            connection.execute(pragma.replace("synchronous=FULL", f"synchronous={synchronous}"))
        if chance.random() < 0.5:
            connection.execute("PRAGMA wal_autocheckpoint=20")  # or no cut would come near a checkpoint
        disk.cut_at = disk.operations + chance.randrange(1, 400)
        pending: list[tuple[str, str]] = []
        for statement, values in recorded.statements:
            if statement.startswith("BEGIN"):
                pending = []
            if statement.startswith("INSERT INTO events"):
                pending.append((values[0], values[-1]))
            connection.execute(statement, values).fetchall()
            if statement == "COMMIT":
                acknowledged.extend(pending)
    disk.cut_at = 0
    with suppress(PowerCutError, apsw.Error):
        connection.close()
    disk.unregister()
    for name, data in disk.after_a_cut(chance).items():
        (folder / name).write_bytes(data)
    return _looked_at(folder / "kodex.sqlite3", acknowledged)


def _looked_at(file: Path, acknowledged: list[tuple[str, str]]) -> Cut:
    database = Database(f"sqlite:///{file}")
    try:
        with database.reading() as connection:
            fault = str(connection.execute(text("PRAGMA integrity_check")).scalar())
            kept = set(connection.execute(select(chains.events.c.hash)).scalars())
        found = verification.verify(database, (), {}).findings
    except DatabaseError as error:
        return Cut(len(acknowledged), len(acknowledged), str(error.orig))
    finally:
        database.close()
        for each in file.parent.iterdir():
            each.unlink()
    lost = [hashed for _, hashed in acknowledged if hashed not in kept]
    said = "; ".join(str(each.what) for each in found)
    return Cut(len(acknowledged), len(lost), said if fault == "ok" else fault)


def cuts(recorded: Recorded, synchronous: str, number: int, folder: Path) -> list[Cut]:
    made = []
    for seed in range(number):
        made.append(cut(recorded, synchronous, seed, folder))
    acknowledged, lost = sum(each.acknowledged for each in made), sum(each.lost for each in made)
    damaged = sum(bool(each.fault) for each in made)
    losing = sum(bool(each.lost) for each in made)
    tell(
        f"{number} power cuts with synchronous={synchronous}: {acknowledged} events acknowledged, {lost} lost "
        f"(in {losing} cuts), {damaged} databases damaged"
    )
    return made


def test_what_is_recorded_is_what_kodex_says_to_sqlite(recorded: Recorded) -> None:
    assert [each.removeprefix("PRAGMA ") for each in recorded.pragmas[: len(PRAGMAS)]] == list(PRAGMAS)
    assert sum(statement == "COMMIT" for statement, _ in recorded.statements) > 20


def test_a_power_cut_loses_nothing_that_was_acknowledged(recorded: Recorded, tmp_path: Path) -> None:
    made = cuts(recorded, "FULL", N_CUTS, tmp_path)
    assert sum(each.acknowledged for each in made) > N_CUTS
    assert [each for each in made if each.lost or each.fault] == []


@pytest.mark.parametrize("synchronous", ["NORMAL", "OFF"])
def test_without_a_sync_at_every_commit_a_power_cut_loses(
    recorded: Recorded, tmp_path: Path, synchronous: str
) -> None:
    """The negative control: the disk does forget."""
    made = cuts(recorded, synchronous, N_CUTS_OF_CONTROLS, tmp_path)
    assert any(each.lost for each in made)
