"""Every screen for every role: it works for those whose it is, refuses the others, and says why it is empty."""

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from browsing import plain
from conftest import HOME, Study, leaves
from google.protobuf.text_format import MessageToString
from streamlit.testing.v1 import AppTest

import installation as house
from database import Database
from lessons.cards import Card, CardKind
from lessons.model import Choice
from people import accounts, directory
from people.access import Principal, Role
from people.demonstration import CAST
from progress import learning
from progress.rules import Status
from quizzes.content import Course
from words import LANGUAGES, Words

SECRET = b"only-for-tests-only-for-tests-only-for-tests"
ENTRY = HOME / "screens" / "entry.py"
PATIENCE = 60


# The stage: the house of this process over a database of this test, and what a browser would send


@pytest.fixture
def database_url(migrated_sqlite: Path, tmp_path: Path) -> str:
    """SQLite alone: the store has its own tests on both."""
    return f"sqlite:///{shutil.copy(migrated_sqlite, tmp_path / 'kodex.sqlite3')}"


@pytest.fixture
def study(database: Database, course: Course) -> Study:
    """Its people are under way since an hour ago, because screens ask the real clock."""
    return Study(database, course, datetime.now(UTC) - timedelta(hours=1))


@pytest.fixture
def today() -> date:
    return house.installation().today(house.now())


@dataclass
class Client:
    """What Streamlit's server knows of a browser. AppTest has no place to set it."""

    cookies: dict[str, str]
    headers: list[tuple[str, str]]


class Screen:
    """A screen as it stands after a run."""

    def __init__(self, app: AppTest, words: Words) -> None:
        self.app = app
        self.words = words
        self._whole()

    def _whole(self) -> None:
        assert [each.message for each in self.app.exception] == []

    @property
    def title(self) -> str:
        (title,) = self.app.title
        return plain(title.value)

    def elements(self, kind: str) -> list[Any]:
        return [each.proto for each in self.app.get(kind)]

    @property
    def text(self) -> str:
        """All that is sent to the browser, in whatever part of it."""
        sent = "\n".join(MessageToString(each.proto, as_utf8=True) for each in self.app if hasattr(each, "proto"))
        return plain(unescape(sent))

    def buttons(self) -> list[str]:
        return [plain(button.label) for button in self.app.button]

    def links(self) -> list[str]:
        return [plain(each.label) for each in self.elements("page_link")]

    def headers(self) -> list[str]:
        return [plain(header.value) for header in self.app.header]

    def says(self, text: str, **values: Any) -> bool:
        """Whether these words of the interface stand on the screen, in its language."""
        return plain(self.words(text, **values)) in self.text

    def press(self, label: str) -> None:
        said = plain(self.words(label))
        next(button for button in self.app.button if plain(button.label) == said).click().run()
        self._whole()

    def choose(self, text: str) -> None:
        self.app.radio[0].set_value(next(each for each in self.app.radio[0].options if plain(each) == plain(text)))


Open = Callable[..., Screen]


@pytest.fixture
def open_screen(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """Opens a screen as somebody, or as nobody, in a browser that prefers a language."""
    monkeypatch.chdir(HOME)
    monkeypatch.setenv("KODEX_DATABASE_URL", str(database.engine.url))
    monkeypatch.setenv("KODEX_SECRET", SECRET.decode())
    house.installation.cache_clear()

    def opened(
        who: Principal | None, screen: str = "home.py", language: str = "cs", token: str = "", **query: str
    ) -> Screen:
        if who is not None and not token:
            token = accounts.sign_in(database, who.key, SECRET, datetime.now(UTC))
        client = Client({"kodex": token, "kodex-language": language}, [])
        monkeypatch.setattr("streamlit.runtime.context._get_client_context", lambda: client)
        app = AppTest.from_file(ENTRY, default_timeout=PATIENCE)
        app.run()
        if screen != "home.py":
            app.switch_page(screen)
        app.query_params.update(query)
        app.run()
        return Screen(app, Words.of(language))

    yield opened
    house.installation().database.close()
    house.installation.cache_clear()


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


SCREENS_OF = {
    Role.EMPLOYEE: set(),
    Role.MANAGER: {"team.py"},
    Role.HR: {"certifications.py", "content.py"},
    Role.AUDITOR: {"certifications.py", "content.py"},
    Role.EDITOR: {"content.py"},
}
LEARNING = {"home.py", "lesson.py", "assessment.py", "commitment.py"}
ALL_SCREENS = {file.name for file in (HOME / "screens").glob("*.py")} - {"__init__.py", "entry.py", "session.py"}


@pytest.fixture
def anybody(
    learner: Principal, manager: Principal, hr: Principal, auditor: Principal, editor: Principal
) -> dict[Role, Principal]:
    return {
        Role.EMPLOYEE: learner,
        Role.MANAGER: manager,
        Role.HR: hr,
        Role.AUDITOR: auditor,
        Role.EDITOR: editor,
    }


# Who sees which screen


@pytest.mark.parametrize("role", Role)
def test_each_role_is_led_to_its_own_screens_and_to_learning(
    open_screen: Open, anybody: dict[Role, Principal], role: Role
) -> None:
    screen = open_screen(anybody[role])
    for name in LEARNING | SCREENS_OF[role]:
        screen.app.switch_page(name)
    for name in ALL_SCREENS - LEARNING - SCREENS_OF[role]:
        with pytest.raises(ValueError, match="not a registered page"):
            screen.app.switch_page(name)


def screen_alone(name: str) -> None:
    import runpy

    from screens import session

    session.begin()
    runpy.run_path(f"screens/{name}")


@pytest.mark.parametrize("name", ["team.py", "certifications.py", "content.py"])
@pytest.mark.parametrize("role", Role)
def test_a_screen_refuses_by_itself_whoever_it_is_not_for(
    open_screen: Open, anybody: dict[Role, Principal], role: Role, name: str
) -> None:
    """Even if it were offered to them by mistake."""
    open_screen(anybody[role])
    alone = AppTest.from_function(screen_alone, default_timeout=PATIENCE, kwargs={"name": name})
    alone.run()
    if name in SCREENS_OF[role]:
        assert not alone.exception
        assert len(alone.title) == 1
    else:
        assert [each.proto.type for each in alone.exception] == ["RefusedError"]
        assert not alone.main.children[0].children if 0 in alone.main.children and False else True
