"""Two thousand hostile strings as names, addresses and units: wherever they arrive they are text and nothing else."""

import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from html.parser import HTMLParser
from urllib.parse import quote, urlencode

import httpx
import pytest
import width
from google.protobuf.message import Message
from hostile import BASES, ELSEWHERE, MARK, strings
from looking import signed_in
from openpyxl import load_workbook
from operating import records
from serving import NewReader, NewServer, Server
from streamlit.proto.WidgetStates_pb2 import WidgetState
from wire import Wire, connected

from people import directory
from people.access import Role
from people.directory import Person
from progress.completion import assignments
from progress.completion.assignments import Assignment

MANY = 2000
SHOWN = 60
"""How many stand on the screens that a browser draws."""
SEARCHES = 120
WINDOW = {"width": 390, "height": 844}
TEXT_ALONE = {
    ("html", "body"),
    ("vega_lite_chart", "spec"),
    ("selectbox", "options"),
}
"""Where a word from the directory may stand on a screen: nowhere that Streamlit reads as Markdown."""


def invented(number: int, text: str, unit: str, manager: Person | None = None) -> Person:
    return Person(
        f"{number:032x}",
        f"H{number}",
        text,
        f"{text}@example.com",
        unit,
        manager and manager.key,
        "cs",
        invented=True,
    )


@pytest.fixture(scope="module")
def infested(new_server: NewServer) -> Iterator[Server]:
    """A server in whose directory everything is hostile: one manager of few, and many others."""
    started = new_server()
    texts = list(strings(MANY))
    manager = invented(70_000, texts[0], texts[1])
    persons = [
        invented(70_001 + number, text, texts[number % SHOWN], manager if number < len(BASES) else None)
        for number, text in enumerate(texts)
    ]
    with started.database.writing() as connection:
        directory.add(connection, [manager, *persons])
    keys = [person.key for person in persons]
    due_on = datetime.now(UTC).date().replace(year=2030)
    assignments.assign(started.database, Assignment(started.course, due_on, "tests"), keys, datetime.now(UTC))
    started.start()
    yield started
    started.close()


@pytest.fixture(scope="module")
def hr(infested: Server) -> str:
    return f"kodex={signed_in(infested, infested.cast(Role.HR).person)}"


@pytest.fixture(scope="module")
def manager(infested: Server) -> Person:
    return infested.somebody("H70000").person


# Downloads


def test_no_download_holds_a_formula_that_runs(infested: Server, hr: str) -> None:
    with httpx.Client(base_url=infested.url, headers={"Cookie": hr}, timeout=120) as client:
        text = client.get("/export/certifications.csv").content.decode("utf-8-sig")
        book = load_workbook(io.BytesIO(client.get("/export/certifications.xlsx").content))
    hostile = [cell for record in records(text) for cell in record.values() if MARK in cell]
    assert len(hostile) == 3 * (MANY + 1)
    assert [cell for cell in hostile if cell.strip().startswith(tuple("=+-@＝＋－＠"))] == []
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert len([cell for cell in cells if MARK in str(cell.value)]) == 3 * (MANY + 1)
    assert [cell.value for cell in cells if cell.data_type == "f" or cell.hyperlink is not None] == []
    print(f"{MANY} strings: 0 live formulas in {len(hostile)} cells of CSV, 0 in {len(cells)} of XLSX")  # noqa: T201


@pytest.mark.wide
def test_a_search_finds_what_it_names_and_nothing_else(infested: Server, hr: str) -> None:
    with httpx.Client(base_url=infested.url, headers={"Cookie": hr}, timeout=60) as client:
        for number, text in enumerate(list(strings(MANY))[:SEARCHES]):
            if len(text) > 2000 or "\0" in text:
                continue
            answer = client.get(f"/export/certifications.csv?{urlencode({'search': text.strip()})}")
            assert answer.status_code == 200, text
            found = records(answer.content.decode("utf-8-sig"))
            called_so = {f"H{70_001 + number}", *(["H70000"] if number == 0 else [])}
            assert {record["employee_id"] for record in found} <= called_so, text


# Screens


def test_no_screen_reads_them_as_markdown_or_html(infested: Server, hr: str, manager: Person) -> None:
    places: dict[tuple[str, str], int] = {}
    screens = [(hr, "certifications"), (f"kodex={signed_in(infested, manager)}", "team")]
    with infested.database.reading() as connection:
        few = [directory.by_employee_id(connection, f"H{70_001 + number}") for number in range(len(BASES))]
    own = [f"kodex={signed_in(infested, person)}" for person in few if person is not None]
    screens += [(cookie, screen) for cookie in own for screen in ("", "record")]
    for cookie, screen in screens:
        with connected(infested.url, cookie) as wire:
            wire.visit(screen)
            assert not wire.elements("exception")
            for kind, name, text in drawn(wire):
                places[kind, name] = places.get((kind, name), 0) + text.count(MARK)
                if (kind, name) == ("html", "body"):
                    assert Skeleton.of(text).is_ours, text
    assert set(places) <= TEXT_ALONE
    assert places["html", "body"] > 500


@pytest.mark.wide
def test_a_search_on_the_screen_is_drawn_as_text(infested: Server, hr: str) -> None:
    with connected(infested.url, hr) as wire:
        wire.visit("certifications")
        (search,) = [each for each in wire.elements("text_input") if each.label in {"Hledat", "Search"}]
        for text in BASES:
            wire.submit(WidgetState(id=search.id, string_value=text + MARK))
            assert not wire.elements("exception"), text
            for kind, name, said in drawn(wire):
                assert (kind, name) in TEXT_ALONE | {("text_input", "value")}
                assert kind != "html" or Skeleton.of(said).is_ours, said


def drawn(wire: Wire) -> Iterator[tuple[str, str, str]]:
    """(kind of element, field, text) of every text on the screen that comes from a hostile string."""
    for _, delta in wire.deltas:
        if delta.WhichOneof("type") == "new_element":
            kind = delta.new_element.WhichOneof("type")
            for name, text in texts(getattr(delta.new_element, kind)):
                if MARK in text:
                    yield kind, name, text
        else:
            assert MARK not in str(delta)


def texts(message: Message, within: str = "") -> Iterator[tuple[str, str]]:
    """(the topmost field, the text) of every text and every run of bytes in the message."""
    for about, value in message.ListFields():
        name = within or about.name
        for each in value if about.is_repeated else [value]:
            if isinstance(each, Message):
                yield from texts(each, name)
            elif isinstance(each, bytes):
                yield name, each.decode("utf-8", "ignore")
            elif isinstance(each, str):
                yield name, each


class Skeleton(HTMLParser):
    """What a page's HTML is made of, its text left out."""

    OURS = frozenset("nav section p strong span a br h1 h2 table thead tbody tr th td div progress".split())
    ADDRESS = re.compile(r"(/|mailto:[\w.-]+@example\.com$)(?!/)")

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.is_ours = True

    @classmethod
    def of(cls, html: str) -> "Skeleton":
        read = cls()
        read.feed(html)
        read.close()
        return read

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        leads = [value or "" for name, value in attrs if name in {"href", "src", "action"}]
        runs = [name for name, _ in attrs if name.startswith("on")]
        if tag not in self.OURS or runs or not all(self.ADDRESS.match(each) for each in leads):
            self.is_ours = False


# Plain pages


@pytest.mark.wide
@pytest.mark.parametrize("language", width.languages())
def test_the_plain_pages_have_the_same_bones_whatever_is_written_into_them(infested: Server, language: str) -> None:
    def certified(name: str) -> str:
        return infested.study.certify(infested.newcomer(name)).certificate_no or ""

    number = certified("Obyčejná Osoba")
    with httpx.Client(base_url=infested.url, headers={"Accept-Language": language}, timeout=60) as client:
        bones = Skeleton.of(client.get(f"/verify/{number}").text).tags
        unknown = Skeleton.of(client.get("/verify/unknown").text).tags
        signing = Skeleton.of(client.get("/sign-in").text).tags
        for text in list(strings(MANY))[: len(BASES)]:
            page = client.get(f"/verify/{certified(text)}").text
            assert MARK in page
            assert Skeleton.of(page).tags == bones, text
            asked = client.get(f"/verify/{quote(text[:60], safe='')}")
            if asked.status_code == 404 and "<html" in asked.text:
                assert Skeleton.of(asked.text).tags == unknown, text
            typed = client.get("/verify", params={"number": text}).text
            assert Skeleton.of(typed).tags == unknown, text
            led = client.get(f"/sign-in?{urlencode({'next': '/' + text[:500]})}").text
            assert Skeleton.of(led).tags == signing, text


# In a browser


@pytest.mark.wide
@pytest.mark.browser
@pytest.mark.parametrize("who", ["their manager", "themselves"])
def test_on_a_phone_nothing_runs_nothing_is_fetched_and_the_layout_holds(
    infested: Server, new_reader: NewReader, who: str
) -> None:
    """The reader's browser complains of any script that fails and of any request to another server."""
    people = ["H70000"] if who == "their manager" else [f"H{70_001 + number}" for number in (14, 24, 25, 88, 92, 93)]
    for employee_id in people:
        reader = new_reader(infested.somebody(employee_id), at=infested, viewport=WINDOW)
        for path in ["/team"] if who == "their manager" else ["/", "/record"]:
            reader.go(path)
            page = reader.page
            assert page.evaluate("window.taken === undefined")
            assert page.evaluate("document.documentElement.scrollWidth") <= WINDOW["width"], (employee_id, path)
            assert page.evaluate("document.querySelector('.stMain').scrollWidth") <= WINDOW["width"], (
                employee_id,
                path,
            )
            loaded = page.evaluate("performance.getEntriesByType('resource').map(each => each.name)")
            assert not [address for address in loaded if ELSEWHERE in address]
            assert page.locator(f"a[href*='{ELSEWHERE}'], img[src*='{ELSEWHERE}'], iframe").count() == 0
            assert MARK in page.content()
