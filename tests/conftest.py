"""The stage: two databases, the bundled course, the cast, one fixed moment, and a way to study."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, NoReturn
from zoneinfo import ZoneInfo

import psycopg
import pytest
from hypothesis import settings

from database import Database
from installation import schema
from lessons.cards import Card
from people import directory
from people.access import Principal, Role
from people.directory import Person
from people.sign_in import accounts
from progress.completion import assignments, certificates, editions, learning, steps
from progress.completion.enrolments import Enrolment, current, save
from progress.completion.fold import after
from progress.completion.steps import Happened
from progress.record import chains
from progress.record.chains import Event, Head, Kind
from quizzes.content import Content, Course, load
from quizzes.model import Question

settings.register_profile("kodex", max_examples=60, deadline=None, derandomize=True)
settings.load_profile("kodex")

pytest_plugins = ["serving", "operating", "connections", "identity_system"]

HOME = Path(__file__).resolve().parent.parent
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TODAY = date(2026, 3, 2)
PRAGUE = ZoneInfo("Europe/Prague")
DUE = date(2026, 3, 31)


def unavailable(what: str, why: str) -> NoReturn:
    """Skips a test that needs `what`; where everything has to be there (CI=true) it fails."""
    reason = f"{what} cannot be had: {why}"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


# The databases


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


# The content, and the day


@pytest.fixture(scope="session")
def content() -> Content:
    """The bundled one."""
    return load(HOME)


@pytest.fixture(scope="session")
def stocked_sqlite(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory, content: Content) -> Path:
    """A file with the newest schema and the content that whoever learns will meet, as at the start of a server."""
    file = Path(shutil.copy(migrated_sqlite, tmp_path_factory.mktemp("stocked") / "kodex.sqlite3"))
    opened = Database(f"sqlite:///{file}")
    editions.keep(opened, content)
    opened.close()
    return file


@pytest.fixture(scope="session")
def course(content: Content) -> Course:
    return content.courses["customer-privacy"]


@pytest.fixture(scope="session")
def zone() -> ZoneInfo:
    return PRAGUE


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def today() -> date:
    return TODAY


# The cast


def _played_by(name: str, employee_id: str, unit: str, manager: Person | None = None) -> Person:
    key = f"{int(employee_id):032x}"
    email = f"{employee_id}@example.com"
    return Person(key, employee_id, name, email, unit, manager and manager.key, "cs", invented=True)


_DIRECTOR = _played_by("Dagmar Žižková", "2001", "Provoz")
_MANAGER = _played_by("Milan Řehák", "2002", "Sklad", _DIRECTOR)
_LEARNER = _played_by("Lenka Šťastná", "2003", "Sklad", _MANAGER)
_HR = _played_by("Hana Říhová", "3001", "Personální oddělení")
_AUDITOR = _played_by("Aleš Čáp", "3002", "Vnitřní audit")
_EDITOR = _played_by("Eva Ďurišová", "3003", "Právní oddělení")
_OTHER_MANAGER = _played_by("Otakar Němec", "4001", "Obchod")
_OUTSIDER = _played_by("Olga Úlehlová", "4002", "Obchod", _OTHER_MANAGER)
PEOPLE = (_DIRECTOR, _MANAGER, _LEARNER, _HR, _AUDITOR, _EDITOR, _OTHER_MANAGER, _OUTSIDER)


@pytest.fixture
def everybody(database: Database, content: Content) -> tuple[Person, ...]:
    """The whole cast, in the directory; the content they will meet is kept."""
    editions.keep(database, content)
    with database.writing() as connection:
        directory.add(connection, PEOPLE)
        granted = [(_HR.key, Role.HR), (_AUDITOR.key, Role.AUDITOR), (_EDITOR.key, Role.EDITOR)]
        accounts.grant(connection, granted)
    return PEOPLE


def _principal(person: Person, *roles: Role) -> Principal:
    return Principal(person, frozenset({Role.EMPLOYEE, *roles}))


@pytest.fixture
def learner(everybody: tuple[Person, ...]) -> Principal:  # noqa: ARG001
    return _principal(_LEARNER)


@pytest.fixture
def manager(everybody: tuple[Person, ...]) -> Principal:  # noqa: ARG001
    """The learner's."""
    return _principal(_MANAGER, Role.MANAGER)


@pytest.fixture
def director(everybody: tuple[Person, ...]) -> Principal:  # noqa: ARG001
    """The manager's manager."""
    return _principal(_DIRECTOR, Role.MANAGER)


@pytest.fixture
def hr(everybody: tuple[Person, ...]) -> Principal:  # noqa: ARG001
    return _principal(_HR, Role.HR)


@pytest.fixture
def auditor(everybody: tuple[Person, ...]) -> Principal:  # noqa: ARG001
    return _principal(_AUDITOR, Role.AUDITOR)


@pytest.fixture
def editor(everybody: tuple[Person, ...]) -> Principal:  # noqa: ARG001
    return _principal(_EDITOR, Role.EDITOR)


@pytest.fixture
def outsider(everybody: tuple[Person, ...]) -> Principal:  # noqa: ARG001
    """Somebody in another reporting line."""
    return _principal(_OUTSIDER)


@pytest.fixture
def other_manager(everybody: tuple[Person, ...]) -> Principal:  # noqa: ARG001
    """The outsider's."""
    return _principal(_OTHER_MANAGER, Role.MANAGER)


# Studying


Step = Callable[[Enrolment], Happened]


@dataclass
class Study:
    """People on their way through the course, by the same rules as in a browser. Time passes as they go."""

    database: Database
    course: Course
    now: datetime = NOW

    def assign(self, *who: Principal, due_on: date = DUE) -> None:
        assignments.assign(self.database, self.course, [each.key for each in who], due_on, "tests", self.now)

    def later(self, **time: float) -> None:
        self.now += timedelta(**time)

    def enrolment(self, who: Principal) -> Enrolment:
        with self.database.reading() as connection:
            found = current(connection, who.key, self.course.id)
        assert found is not None
        return found

    def chain(self, who: Principal) -> list[Event]:
        with self.database.reading() as connection:
            return chains.chain(connection, who.key)

    def kinds(self, who: Principal) -> list[Kind]:
        return [event.kind for event in self.chain(who)]

    def cards(self, who: Principal, language: str = "cs") -> Enrolment:
        """Takes every card, each check answered right."""

        def step(card: Card) -> Iterator[Step]:
            choice = card.choice(self.course.lesson(card.lesson_id).source)
            self.later(seconds=20)
            if choice is not None:
                yield lambda enrolment: steps.answer_card(enrolment, self.course, card, choice.right, language)
            yield lambda enrolment: steps.leave_card(enrolment, self.course, card, language)

        return self._at_once(who, (each for card in self.course.cards for each in step(card)))

    def _at_once(self, who: Principal, taken: Iterable[Step]) -> Enrolment:
        """Several steps in one transaction: by the same rules as one by one, and many times faster."""
        with self.database.writing() as connection:
            enrolment = current(connection, who.key, self.course.id)
            head, chained = chains.head(connection, who.key), []
            assert enrolment is not None
            for step in taken:
                for event in chains.following(head, who.key, step(enrolment), self.now):
                    chained.append(event)
                    enrolment, head = after(enrolment, event), Head(event.seq, event.at, event.hash)
            chains.append(connection, chained)
            save(connection, enrolment, is_new=False)
        return enrolment

    def card(self, who: Principal, card: Card, language: str = "cs") -> Enrolment:
        """Takes one card as a browser does, its check answered right."""
        choice = card.choice(self.course.lesson(card.lesson_id).source)
        self.later(seconds=20)
        if choice is not None:
            learning.answer_card(self.database, who, self.course, card, choice.right, language, self.now)
        return learning.leave_card(self.database, who, self.course, card, language, self.now)

    def begin(self, who: Principal, language: str = "cs") -> Enrolment:
        self.later(seconds=20)
        return learning.begin_attempt(self.database, who, self.course, language, self.now)

    def answer(
        self,
        who: Principal,
        question_id: str,
        *,
        right: bool = True,
        confidence: str | None = None,
        language: str = "cs",
    ) -> Enrolment:
        attempt = self.enrolment(who).attempt
        assert attempt is not None
        question = self.course.questions[question_id].source
        option = self._option(question, right=right)
        self.later(seconds=20)
        return learning.answer_question(
            self.database, who, self.course, attempt.id, question_id, option, confidence, language, self.now
        )

    def attempt(self, who: Principal, right: int = 10) -> Enrolment:
        """Sits one attempt, with so many right answers."""
        attempt = self.begin(who).attempt
        assert attempt is not None

        def step(number: int, question_id: str) -> Step:
            question = self.course.questions[question_id].source
            option = self._option(question, right=number < right)
            self.later(seconds=20)
            return lambda enrolment: steps.answer_question(
                enrolment, attempt.id, question_id, question, option, None, "cs"
            )

        return self._at_once(who, (step(number, name) for number, (name, _) in enumerate(attempt.questions)))

    @staticmethod
    def _option(question: Question, *, right: bool) -> str:
        return next(option.id for option in question.options if (option.id == question.right) is right)

    def sign(self, who: Principal, language: str = "cs") -> Enrolment:
        self.later(seconds=20)
        issue = certificates.new_issue("Ukázková společnost", self.now, self.now.date())
        return learning.commit(self.database, who, self.course, issue, language, self.now)

    def certify(self, who: Principal, right: int = 10) -> Enrolment:
        """The whole way, from the first card to the certificate."""
        self.cards(who)
        self.attempt(who, right)
        return self.sign(who)


@pytest.fixture
def study(database: Database, course: Course) -> Study:
    return Study(database, course)


@pytest.fixture
def assigned(study: Study, learner: Principal, manager: Principal, outsider: Principal) -> Study:
    """The course assigned to the learner, to their manager and to the outsider."""
    study.assign(learner, manager, outsider)
    return study


def leaves(database: Database, who: Principal) -> Principal:
    """`who` leaves the company."""
    with database.writing() as connection:
        statement = directory.people.update().where(directory.people.c.person_key == who.key)
        connection.execute(statement.values(active=False))
    return Principal(replace(who.person, active=False), who.roles)


def move(database: Database, who: Principal, manager: Principal | None) -> None:
    """`who` gets another manager."""
    with database.writing() as connection:
        statement = directory.people.update().where(directory.people.c.person_key == who.key)
        connection.execute(statement.values(manager_key=manager and manager.key))


def keys(principals: Iterable[Principal]) -> set[str]:
    return {each.key for each in principals}
