"""Every screen for every role: it works for those whose it is, refuses the others, and says why it is empty."""

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
from people import accounts
from people.access import Principal, Role
from progress import learning
from progress.rules import Status
from quizzes.content import Course
from words import LANGUAGES, Words

SECRET = b"only-for-tests-only-for-tests-only-for-tests"
ENTRY = HOME / "screens" / "entry.py"
PATIENCE = 60
NOBODYS = "nobody's"
IN_A_WEEK, LAST_WEEK = timedelta(days=7), timedelta(days=-7)


# The stage: this process's own house over a database of this test, and what a browser would send


@pytest.fixture
def database_url(migrated_sqlite: Path, tmp_path: Path) -> str:
    """SQLite alone: the store has its own tests on both."""
    return f"sqlite:///{shutil.copy(migrated_sqlite, tmp_path / 'kodex.sqlite3')}"


@pytest.fixture
def installed(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[house.Installation]:
    monkeypatch.chdir(HOME)
    monkeypatch.setenv("KODEX_DATABASE_URL", str(database.engine.url))
    monkeypatch.setenv("KODEX_SECRET", SECRET.decode())
    house.installation.cache_clear()
    yield house.installation()
    house.installation().database.close()
    house.installation.cache_clear()


@pytest.fixture
def today(installed: house.Installation) -> date:
    return installed.today(house.now())


@pytest.fixture
def study(database: Database, course: Course) -> Study:
    """Its people are on their way since an hour ago, because screens ask the real clock."""
    return Study(database, course, datetime.now(UTC) - timedelta(hours=1))


@pytest.fixture
def assigned(study: Study, learner: Principal, manager: Principal, outsider: Principal, today: date) -> Study:
    study.assign(learner, manager, outsider, due_on=today + IN_A_WEEK)
    return study


@dataclass
class Client:
    """What Streamlit's server knows of a browser; AppTest has no server and no place to say it."""

    cookies: dict[str, str]
    headers: list[tuple[str, str]]


class Screen:
    """A screen as it stands after a run."""

    def __init__(self, app: AppTest, words: Words) -> None:
        self.app = app
        self.words = words
        self.stands()

    def stands(self) -> None:
        assert [each.message for each in self.app.exception] == []

    @property
    def title(self) -> str:
        (title,) = self.app.title
        return plain(title.value)

    def elements(self, kind: str) -> list[Any]:
        return [each.proto for each in self.app.get(kind)]

    def text(self) -> str:
        """All that is sent to the browser, in whatever part of whatever element."""
        protos = (node.proto for node in self.app.main if node.proto is not None)
        return plain(unescape("\n".join(MessageToString(proto, as_utf8=True) for proto in protos)))

    def says(self, text: str, **values: Any) -> bool:
        """Whether these words of the interface are on the screen, in its language."""
        return plain(self.words(text, **values)) in self.text()

    def buttons(self) -> list[str]:
        return [plain(button.label) for button in self.app.button]

    def links(self) -> list[str]:
        return [plain(link.label) for link in self.elements("page_link")]

    def options(self) -> set[str]:
        (radio,) = self.app.radio
        return {plain(option) for option in radio.options}

    def press(self, label: str) -> None:
        said = plain(self.words(label))
        (button,) = [each for each in self.app.button if plain(each.label) == said]
        button.click().run()
        self.stands()

    def choose(self, choice: Choice, *, right: bool = True) -> str:
        """Chooses a right or a wrong option; gives its id."""
        option = next(each for each in choice.options if (each.id == choice.right) is right)
        (radio,) = self.app.radio
        radio.set_value(next(each for each in radio.options if plain(each) == plain(option.text)))
        return option.id

    def explained(self, choice: Choice) -> set[str]:
        """The options whose explanation is among what is sent."""
        sent = self.text()
        return {option.id for option in choice.options if plain(option.explanation) in sent}


Open = Callable[..., Screen]


@pytest.fixture
def open_screen(installed: house.Installation, monkeypatch: pytest.MonkeyPatch) -> Open:
    """Opens a screen as somebody, or as whoever holds `token`, in a browser where a language was chosen."""

    def opened(
        who: Principal | str,
        screen: str = "home.py",
        language: str | None = "cs",
        prefers: str = "",
        **query: str,
    ) -> Screen:
        token = who if isinstance(who, str) else sign_in(installed.database, who)
        client = Client({"kodex": token}, [("Accept-Language", prefers)])
        if language:
            client.cookies["kodex-language"] = language
        monkeypatch.setattr("streamlit.runtime.context._get_client_context", lambda: client)
        app = AppTest.from_file(ENTRY, default_timeout=PATIENCE).run()
        if screen != "home.py":
            app.switch_page(screen)
        if screen != "home.py" or query:
            app.query_params.update(query)
            app.run()
        return Screen(app, Words.of(language or "en"))

    return opened


def sign_in(database: Database, who: Principal) -> str:
    return accounts.sign_in(database, who.key, SECRET, datetime.now(UTC))


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


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


# Which screens are whose

LEARNING = {"home.py", "lesson.py", "assessment.py", "commitment.py"}
OTHERS = {
    "team.py": {Role.MANAGER},
    "certifications.py": {Role.HR, Role.AUDITOR},
    "content.py": {Role.HR, Role.AUDITOR, Role.EDITOR},
}
NO_SCREENS = {"__init__.py", "entry.py", "session.py"}


def test_every_screen_is_somebodys() -> None:
    assert {file.name for file in (HOME / "screens").glob("*.py")} - NO_SCREENS == LEARNING | OTHERS.keys()


@pytest.mark.parametrize("role", Role)
def test_each_role_is_offered_its_own_screens_and_no_others(
    open_screen: Open, anybody: dict[Role, Principal], role: Role
) -> None:
    app = open_screen(anybody[role]).app
    for screen in LEARNING:
        app.switch_page(screen)
    for screen, whose in OTHERS.items():
        if role in whose:
            app.switch_page(screen)
        else:
            with pytest.raises(ValueError, match="not a page"):
                app.switch_page(screen)


def alone(name: str) -> None:
    import runpy

    from screens import session

    session.begin()
    runpy.run_path(f"screens/{name}")


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("name", OTHERS)
def test_a_screen_by_itself_refuses_those_whose_it_is_not(
    open_screen: Open, anybody: dict[Role, Principal], role: Role, name: str
) -> None:
    """Even where it is offered to them by mistake."""
    open_screen(anybody[role])
    app = AppTest.from_function(alone, default_timeout=PATIENCE, kwargs={"name": name}).run()
    if role in OTHERS[name]:
        assert len(app.title) == 1
        assert not app.exception
    else:
        assert not app.title
        assert [each.proto.type for each in app.exception] == ["RefusedError"]


@pytest.mark.parametrize("screen", sorted(LEARNING | OTHERS.keys()))
def test_every_screen_says_where_to_turn_and_who_is_signed_in(
    open_screen: Open, assigned: Study, anybody: dict[Role, Principal], screen: str, language: str
) -> None:
    assigned.cards(anybody[Role.EMPLOYEE])
    who = anybody[min(OTHERS.get(screen, {Role.EMPLOYEE}))]
    (foot,) = [each.body for each in open_screen(who, screen, language).elements("html") if "kodex-foot" in each.body]
    assert "compliance@example.com" in foot
    assert "legal@example.com" in foot
    assert who.person.name in foot
    assert '<a href="/sign-out">' in foot
    other = next(each for each in LANGUAGES if each != language)
    assert f'<a href="/language/{other}" lang="{other}"' in foot


# Nobody


@pytest.mark.parametrize("screen", sorted(LEARNING | OTHERS.keys()))
@pytest.mark.parametrize("why", ["never signed in", "signed out", "left the company", "too long ago"])
def test_whoever_is_not_signed_in_sees_the_way_to_sign_in_and_nothing_else(
    open_screen: Open, database: Database, assigned: Study, hr: Principal, screen: str, why: str
) -> None:
    assigned.cards(hr) if False else None
    token = sign_in(database, hr)
    match why:
        case "never signed in":
            token = NOBODYS
        case "signed out":
            accounts.sign_out(database, token, SECRET)
        case "left the company":
            leaves(database, hr)
        case "too long ago":
            token = accounts.sign_in(database, hr.key, SECRET, datetime.now(UTC) - timedelta(days=1))
    app = AppTest.from_file(ENTRY, default_timeout=PATIENCE)
    shown = open_screen(token)
    assert shown.title == plain(shown.words("Sign in again to go on"))
    assert 'href="/sign-in"' in shown.text()
    assert not shown.buttons()
    assert hr.person.name not in shown.text()
    assert app is not shown.app
