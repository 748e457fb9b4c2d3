"""The stage of the screens: an installation over a database of one test, and what a browser would send."""

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
import width
from browsing import plain
from google.protobuf.text_format import MessageToString
from screen_runs import TITLE
from streamlit.components.v2.component_manager import BidiComponentManager
from streamlit.runtime.context import StreamlitCookies, StreamlitHeaders
from streamlit.testing.v1 import AppTest
from studying import Study
from surroundings import HOME

import installation
from database import Database
from lessons.decisions.classify import Classify
from lessons.decisions.decision import Answer, Decision
from lessons.decisions.multiple import Multiple
from lessons.decisions.order import Ordering
from lessons.decisions.spot import Spot
from people.access import Principal, Role
from people.sign_in import accounts
from quizzes.content import Content, Course
from words import Words

SECRET = b"only-for-tests-only-for-tests-only-for-tests"
ENTRY = HOME / "screens" / "entry.py"
PATIENCE = 60
IN_A_WEEK, LAST_WEEK = timedelta(days=7), timedelta(days=-7)


@pytest.fixture
def database_url(migrated_sqlite: Path, tmp_path: Path) -> str:
    """SQLite alone: the store has its own tests on both."""
    return f"sqlite:///{shutil.copy(migrated_sqlite, tmp_path / 'kodex.sqlite3')}"


@pytest.fixture
def installed(
    database: Database, content: Content, monkeypatch: pytest.MonkeyPatch
) -> Iterator[installation.Installation]:
    monkeypatch.chdir(HOME)
    monkeypatch.setattr(installation, "load", lambda _: content)  # read once for all tests
    # Kodex has no components of Streamlit's; to look for them anew takes most of a test's time.
    monkeypatch.setattr(
        BidiComponentManager, "discover_and_register_components", lambda *_, **__: None, raising=False
    )
    monkeypatch.setenv("KODEX_DATABASE_URL", str(database.engine.url))
    monkeypatch.setenv("KODEX_SECRET", SECRET.decode())
    installation.installation.cache_clear()
    yield installation.installation()
    installation.installation().database.close()
    installation.installation.cache_clear()


@pytest.fixture
def today(installed: installation.Installation) -> date:
    return installed.today(installation.now())


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
    """Stands in for `st.context`, which is what a browser sends: AppTest has no server and no place to say it."""

    cookies: StreamlitCookies
    headers: StreamlitHeaders
    url: str = "http://127.0.0.1:8501/"


LINK_ALONE = r'class="kodex-link"><a href="[^"]+">([^<]+)</a>'


def titles(app: AppTest) -> list[str]:
    lines = [line for text in app.markdown for line in text.value.splitlines()]
    in_html = [unescape(title) for html in app.get("html") for title in TITLE.findall(html.proto.body)]
    return [line.removeprefix("# ") for line in lines if line.startswith("# ")] + in_html


def cells(row: str) -> list[str]:
    return [plain(unescape(re.sub("<[^>]+>", "", cell))) for cell in re.findall("<t[hd][^>]*>(.*?)</t[hd]>", row)]


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
        (title,) = titles(self.app)
        return plain(title)

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

    def headers(self) -> list[str]:
        return [plain(header.value) for header in self.app.header]

    def links(self) -> list[str]:
        """Those to other screens, the way out of a course aside."""
        in_text = [label for text in self.app.markdown for label in re.findall(r"\[([^]]+)\]\(/", text.value)]
        alone = [label for html in self.elements("html") for label in re.findall(LINK_ALONE, html.body)]
        return [plain(unescape(label)) for label in (*in_text, *alone)]

    def listed(self) -> list[dict[str, str]]:
        """The list of people, by its column heads; nothing where there is none."""
        found = [html.body for html in self.elements("html") if "kodex-scroll" in html.body]
        if not found:
            return []
        (table,) = found
        head, *rows = (cells(row) for row in re.findall("<tr>(.*?)</tr>", table))
        return [dict(zip(head, row, strict=True)) for row in rows]

    def options(self) -> set[str]:
        (radio,) = self.app.radio
        return {plain(option) for option in radio.options}

    def press(self, label: str) -> None:
        said = plain(self.words(label))
        (button,) = [each for each in self.app.button if plain(each.label) == said]
        button.click().run()
        self.stands()

    def go_on(self) -> None:
        """Presses the button that leads on from a card; it names what comes next."""
        (button,) = [each for each in self.app.button if (each.key or "").startswith("next_")]
        button.click().run()
        self.stands()

    def choose(self, choice: Decision, *, right: bool = True) -> Answer:
        """Decides rightly or wrongly; returns the answer."""
        answer = choice.right_answer if right else choice.wrong_answers[0]
        self.fill_in(choice, answer)
        return answer

    def fill_in(self, choice: Decision, answer: Answer) -> None:
        match choice:
            case Spot():
                (pills,) = [each for each in self.app.get("button_group") if each.key.startswith("answer_")]
                pills.set_value(list(answer)).run()
            case Multiple():
                for box in self.app.checkbox:
                    if box.key.startswith("answer_") and box.key.rpartition("_")[2] in answer:
                        box.check()
            case Classify() if isinstance(answer, dict):
                for group in self.app.get("button_group"):
                    if group.key.startswith("answer_"):
                        group.set_value(answer[group.key.rpartition("_")[2]])
            case Ordering() if isinstance(answer, list):
                self._put_in_order(choice, answer)
            case _:
                (radio,) = self.app.radio
                text = plain(choice.option(answer).text)
                radio.set_value(next(each for each in radio.options if plain(each) == text))

    def _put_in_order(self, choice: Ordering, wanted: list[str]) -> None:
        for place, each in enumerate(wanted):
            while self.steps(choice).index(each) > place:
                (up,) = [button for button in self.app.button if (button.key or "").endswith(f"_{each}_-1")]
                up.click().run()

    def steps(self, choice: Ordering) -> list[str]:
        """The ids of the steps, in the order in which they stand."""
        texts = re.findall(r"<b>\d+\.</b> <span>(.*?)</span>", self.text())
        by_text = {plain(option.text): option.id for option in choice.options}
        return [by_text[plain(unescape(text))] for text in texts]

    def explained(self, choice: Decision) -> set[str]:
        """The options whose explanation is among what is sent."""
        sent = self.text()
        return {option.id for option in choice.options if plain(option.explanation) in sent}


Open = Callable[..., Screen]


@pytest.fixture
def open_screen(installed: installation.Installation, monkeypatch: pytest.MonkeyPatch) -> Open:
    """Opens a screen as somebody, or as whoever holds `token`, in a browser where a language was chosen."""

    def opened(
        who: Principal | str,
        screen: str = "home.py",
        language: str | None = "cs",
        prefers: str = "",
        **query: str,
    ) -> Screen:
        token = who if isinstance(who, str) else sign_in(installed.database, who)
        cookies = {"kodex": token} | ({"kodex-language": language} if language else {})
        client = Client(StreamlitCookies(cookies), StreamlitHeaders([("Accept-Language", prefers)]))
        monkeypatch.setattr(st, "context", client)
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


@pytest.fixture(params=width.languages())
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
