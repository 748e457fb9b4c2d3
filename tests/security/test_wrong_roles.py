"""Thousands of runs in every role, over every screen and every route: nobody is told of anybody they may not see."""

import re
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from importlib import import_module
from random import Random
from urllib.parse import parse_qs, quote, unquote_plus, urlencode, urlsplit

import httpx
import matrix
import pytest
import width
from looking import Looker, Marks, everybody, lookers, marks_in
from serving import Server
from sqlalchemy import select
from starlette.routing import Route
from streamlit.proto.WidgetStates_pb2 import WidgetState
from surroundings import HOME
from wire import connected

from progress.completion.certificates import certificates
from progress.completion.rules import Status

SCREEN_RUNS = width.times(200, 1500)
DOWNLOAD_RUNS = 3500
FEW = 1 / 40
"""Of all runs, by each of those who may see everybody."""
ON_THEIR_WAY = 3
PIECE = 60
SCREENS = ["", *sorted({file.stem for file in (HOME / "screens").glob("*.py")} - matrix.NO_SCREENS)]
OPEN_TO_EVERYBODY = {"/sign-in", "/sign-out", "/verify", "/verify/{number:path}", "/badge/{number}/status.json"}
"""The list of a demonstration's people, the end of one's own session, and the check of a certificate or a badge, for
whoever has its number."""
DRAWN = {"/export/certificates.zip"}
"""Draws a page for each certificate in it; asked in tests/progress/documents/zip/."""
OWN_EXPORTS = ("team", "certifications")
"""Asked for as the screens do, by everybody: whoever may see others is told of them by one of these."""
QUERY = (
    "course card question person person_key person_id id key employee employee_id unit search status number "
    "course_id due_from due_to completed_from completed_to every_cycle leavers role manager team tab page from to"
).split()
WIDGETS = ("text_input", "text_area", "selectbox", "radio", "date_input", "checkbox", "button", "multiselect")


@dataclass
class Found:
    """What the runs came to."""

    leaks: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    told: Counter[str] = field(default_factory=Counter)
    """How many marks of people they may see, themselves aside, each looker was told."""
    runs: Counter[str] = field(default_factory=Counter)


class Watch:
    """Holds every answer against what its reader may see."""

    def __init__(self, server: Server) -> None:
        persons = everybody(server)
        self.marks = Marks(persons)
        self.lookers = lookers(server)
        self.hidden = {looker.title: self.marks.hidden_from(looker) for looker in self.lookers}
        self.seen = {
            looker.title: frozenset[str]().union(*(self.marks.of[key] for key in looker.sees - {looker.person.key}))
            for looker in self.lookers
        }
        self.persons = persons
        self.units = sorted({person.unit for person in persons})
        with server.database.reading() as connection:
            self.numbers = list(connection.execute(select(certificates.c.number)).scalars())
        self.found = Found()
        self.known: set[tuple[str, bytes]] = set()
        self.filtered_by: dict[str, set[str]] = {looker.title: set() for looker in self.lookers}
        """What each looker typed into an export's filters: its statement and *My record* tell them so later."""

    def begin(self) -> Found:
        """Start counting anew: what another test has read counts again."""
        self.found, self.known = Found(), set()
        return self.found

    def read(self, looker: Looker, asked: str, *answer: bytes) -> None:
        """`asked` is what the reader sent: what comes back of it tells them nothing new. A part of an answer that
        has been read before, byte for byte, is not read again."""
        new = {part for part in answer if (looker.title, part) not in self.known}
        self.known.update((looker.title, part) for part in new)
        said = set[str]().union(*(marks_in(part) for part in new))
        self.found.runs[looker.title] += 1
        self.found.told[looker.title] += len(said & self.seen[looker.title])
        theirs = marks_in(unquote_plus(asked).encode()) | self.filtered_by[looker.title]
        if leaked := (said & self.hidden[looker.title]) - theirs:
            where = [part for part in new if leaked & marks_in(part)]
            self.found.leaks.append(f"{looker.title}, {asked}: {sorted(leaked)[:3]} in {where[0][:2000]!r}")

    def keep_filters(self, looker: Looker, path: str) -> None:
        if path.startswith("/export/"):
            typed = parse_qs(urlsplit(path).query)
            for name in ("search", "unit", "course"):
                self.filtered_by[looker.title] |= marks_in(" ".join(typed.get(name, [])).encode())

    def forged(self, chance: Random) -> str:
        """A value that says somebody or something of somebody else's."""
        other = chance.choice(self.persons)
        harmless = ("", "*", "%", "all", "0", "1", "-1", "99", "null", "true", "../..", "customer-privacy")
        values = (other.key, other.employee_id, other.name, other.email, other.unit, chance.choice(self.numbers))
        return chance.choice([*values, chance.choice(harmless), chance.choice(list(Status)).value, other.key])

    def query(self, chance: Random) -> dict[str, str]:
        return {name: self.forged(chance) for name in chance.sample(QUERY, chance.randrange(4))}


@pytest.fixture(scope="module")
def watch(company: Server) -> Watch:
    return Watch(company)


@pytest.mark.parametrize("runs_of_all", SCREEN_RUNS)
def test_no_screen_tells_anybody_of_people_they_may_not_see(company: Server, watch: Watch, runs_of_all: int) -> None:
    """By name and by hash, with forged addresses and with the widgets of those whose screens they are."""
    chance = Random(3)
    found = watch.begin()
    pages, widgets = screens_and_widgets(company, watch)
    for looker, runs in shares(watch, runs_of_all):
        with connected(company.url, looker.cookie) as wire:
            for number in range(runs):
                wire.frames.clear()
                screen = SCREENS[number % len(SCREENS)]
                query = urlencode(watch.query(chance))
                if (number + 1) % 3:  # so that the last one, a manager's, is visited in the few runs that each has
                    wire.visit(screen, query)
                else:
                    wire.page, wire.query = pages[chance.choice(list(pages))], query
                    wire.submit(*chance.sample(widgets, min(3, len(widgets))))
                watch.read(looker, f"{screen}?{query}", *wire.frames)
                if wire.elements("exception"):
                    found.failures.append(f"{looker.title}, {screen}?{query}")
    report("screen", found)
    assert found.runs.total() == runs_of_all


def shares(watch: Watch, runs: int) -> Iterator[tuple[Looker, int]]:
    """Few for those who may see everybody anyway; the rest is shared out among the others."""
    sees_all = [looker for looker in watch.lookers if len(looker.sees) >= len(watch.persons) - 1]
    others = [looker for looker in watch.lookers if looker not in sees_all]
    few = round(FEW * runs)
    left = runs - few * len(sees_all)
    yield from ((looker, few) for looker in sees_all)
    for number, looker in enumerate(others):
        yield looker, left // len(others) + (number < left % len(others))


def screens_and_widgets(company: Server, watch: Watch) -> tuple[dict[str, str], list[WidgetState]]:
    """Every screen by the hash that its own people's browsers ask for it by, and their widgets, filled in."""
    pages: dict[str, str] = {}
    states: dict[str, WidgetState] = {}
    for looker in watch.lookers:
        with connected(company.url, looker.cookie) as wire:
            for screen in SCREENS:
                wire.visit(screen)
                pages.setdefault(wire.page, screen)
                for kind in WIDGETS:
                    for element in wire.elements(kind):
                        states[element.id] = filled(kind, element.id)
    assert len(pages) >= 7
    return {screen: page for page, screen in pages.items()}, list(states.values())


def filled(kind: str, widget_id: str) -> WidgetState:
    match kind:
        case "button":
            return WidgetState(id=widget_id, trigger_value=True)
        case "checkbox":
            return WidgetState(id=widget_id, bool_value=True)
        case "date_input":
            return WidgetState(id=widget_id, string_array_value={"data": ["2020/01/01"]})
        case "multiselect":
            return WidgetState(id=widget_id, string_array_value={"data": ["a"]})
        case _:
            return WidgetState(id=widget_id, string_value="a")


@pytest.mark.wide
def test_no_route_tells_anybody_of_people_they_may_not_see(company: Server, watch: Watch) -> None:
    """While an answer is read, the next ones are on their way."""
    chance = Random(4)
    found = watch.begin()
    routes = our_routes()
    asked = [
        Asked.forged(watch, looker, chance.choice(routes), chance)
        for looker, runs in shares(watch, DOWNLOAD_RUNS)
        for _ in range(runs)
    ]
    # What is drawn may pass their own files by, or narrow them until nobody is left.
    asked += [Asked(looker, "GET", f"/export/{what}.csv", None) for looker in watch.lookers for what in OWN_EXPORTS]
    with httpx.Client(base_url=company.url, timeout=60) as client, ThreadPoolExecutor(ON_THEIR_WAY) as threads:
        for start in range(0, len(asked), PIECE):
            piece = asked[start : start + PIECE]
            for each in piece:
                watch.keep_filters(each.looker, each.path)
            for each, answer in zip(piece, threads.map(lambda each: each.send(client), piece), strict=True):
                watch.read(each.looker, str(each), answer.content)
                if answer.status_code >= 500:
                    found.failures.append(f"{each.looker.title}, {each}: {answer.status_code}")
    report("route", found)


@dataclass(frozen=True)
class Asked:
    """One request by somebody who has no business there."""

    looker: Looker
    method: str
    path: str
    form: dict[str, str] | None

    @classmethod
    def forged(cls, watch: Watch, looker: Looker, route: Route, chance: Random) -> "Asked":
        path = re.sub(r"{(\w+)(:\w+)?}", lambda name: value_for(watch, chance, name[1]), route.path)
        query = urlencode(watch.query(chance))
        method = chance.choice([*(route.methods or {"GET"}), "GET", "GET"])
        form = {name: watch.forged(chance) for name in chance.sample(QUERY, 3)} if method == "POST" else None
        return cls(looker, method, f"{path}?{query}", form)

    def send(self, client: httpx.Client) -> httpx.Response:
        return client.request(self.method, self.path, headers={"Cookie": self.looker.cookie}, data=self.form)

    def __str__(self) -> str:
        return f"{self.method} {self.path} {self.form}"


def our_routes() -> list[Route]:
    """Those of every module under web/."""
    modules = map(import_module, matrix.modules_with_routes())
    routes = [route for module in modules for route in module.ROUTES]
    left_out = {*OPEN_TO_EVERYBODY, *DRAWN}
    found = [route for route in routes if isinstance(route, Route) and route.path not in left_out]
    asked_for = {"/export/{what}.{form}", "/export/evidence.zip", "/certificate/{number}.pdf"}
    assert asked_for <= {route.path for route in found}
    return found + 3 * [route for route in found if route.path.startswith("/export/")]


def value_for(watch: Watch, chance: Random, name: str) -> str:
    match name:
        case "what":
            return chance.choice(["certifications", "team", "people", "record", "content", watch.forged(chance)])
        case "form":
            return chance.choice(["csv", "csv", "csv", "csv", "csv", "csv", "csv", "csv", "csv", "xlsx", "json"])
        case "number":
            return chance.choice(watch.numbers)
        case "checkpoint" | "export":
            return str(chance.randrange(12))
        case _:
            return quote(watch.forged(chance), safe="") or "x"


def report(what: str, found: Found) -> None:
    print(f"{found.runs.total()} {what} runs in {len(found.runs)} roles: {len(found.leaks)} leaks")  # noqa: T201
    assert found.leaks == []
    assert found.failures == []
    # Somebody who may see nobody is told of themselves; whoever may see others has to have been told of some.
    for title in ("manager", "HR", "auditor", "HR of one unit", "deputy"):
        assert found.told[title] > 0, title


def test_what_is_looked_for_would_be_found(company: Server, watch: Watch) -> None:
    """An employee who read what HR reads would be caught: on the screen, in the text and in the workbook."""
    employee = next(looker for looker in watch.lookers if looker.title == "employee")
    hr = next(looker for looker in watch.lookers if looker.title == "HR")
    with connected(company.url, hr.cookie) as wire:
        wire.visit("certifications")
        answers = {"screen": b"\n".join(wire.frames)}
    with httpx.Client(base_url=company.url, timeout=60, headers={"Cookie": hr.cookie}) as client:
        for form in ("csv", "xlsx"):
            answers[form] = client.get(f"/export/certifications.{form}").content
    others = len(watch.persons) - 1
    for name, answer in answers.items():
        assert len(marks_in(answer) & watch.hidden[employee.title]) > 0.8 * others, name
