"""The table of who gets to what is what the code says, and each of its cells is asked of a running server."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import httpx
import matrix
import pytest
from matrix import WHO, Row
from serving import KEY, NewServer, Server
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from surroundings import HOME
from websockets.exceptions import InvalidStatus
from wire import Wire, opened

from people import deputies
from people.access import Principal, Role
from people.deputies import Deputy
from people.sign_in import accounts
from progress.record import checkpoints, signing
from progress.reports import export_log
from progress.reports.export_log import ExportKind, Extent, HandedOut
from words import LANGUAGES, Words

UNIT = "Zácvik"
"""Where newcomers work."""


@dataclass
class Company:
    """A server with one person for each column of the table."""

    server: Server
    cast: dict[str, Principal | None]
    certificate: str
    """Of somebody in the line of manager and deputy and in the unit of HR of units."""
    holder: Principal


@pytest.fixture(scope="module")
def company(new_server: NewServer) -> Iterator[Company]:
    server = new_server()
    server.start()
    cast: dict[str, Principal | None] = {"nobody": None}
    for name in WHO.keys() - {"nobody", "manager"}:
        cast[name] = server.newcomer(f"Matice {name}", is_assigned=False)
    cast["manager"] = manager = server.newcomer("Matice manager", is_assigned=False)
    holder = server.newcomer("Držitelka", manager=manager)
    granted = {"HR": (Role.HR, ""), "HR of units": (Role.HR, UNIT), "editor": (Role.EDITOR, "")}
    today = date.today()  # noqa: DTZ011 - the days around it are the deputy's as well
    with server.database.writing() as connection:
        for name, (role, unit) in (granted | {"auditor": (Role.AUDITOR, "")}).items():
            accounts.grant(connection, [(key_of(cast[name]), role)], unit)
        period = (today - timedelta(days=1), today + timedelta(days=1))
        deputies.name(connection, Deputy(manager.key, key_of(cast["deputy"]), *period))
    number = server.study.certify(holder).certificate_no
    assert number is not None
    checkpoints.make(server.database, signing.opened(KEY), datetime.now(UTC))
    given = HandedOut(ExportKind.TEAM, Extent(manager="1"), {}, "team.csv", "csv", 1, "00", "a statement")
    export_log.keep(server.database, holder, given, datetime.now(UTC))
    yield Company(server, cast, number, holder)
    server.close()


def key_of(who: Principal | None) -> str:
    assert who is not None
    return who.key


# The table


def test_the_document_is_what_the_code_says() -> None:
    """When this fails: `make access`, and read what has changed before you commit it."""
    assert matrix.DOCUMENT.read_text("utf-8") == matrix.written()


def test_the_application_serves_the_routes_of_the_table_and_no_others() -> None:
    text = (HOME / "app.py").read_text("utf-8")
    assert {f"*{name.rpartition('.')[2]}.ROUTES," for name in matrix.modules_with_routes()} == {
        line.strip() for line in text.splitlines() if line.strip().endswith(".ROUTES,")
    }


def test_every_screen_but_a_learners_own_requires_an_act() -> None:
    free = {row.asked for row in matrix.screens() if row.act is None}
    learning = {"/lesson", "/assessment", "/commitment", "/refresher", "/attempt", "/record"}
    assert free == {"/", "/principles", "/guide", "/known", *learning}


# Each cell


ROUTES = matrix.routes()


@pytest.mark.parametrize("name", WHO)
@pytest.mark.parametrize(("method", "row"), ROUTES, ids=lambda each: each.asked if isinstance(each, Row) else each)
def test_a_route_answers_those_whose_it_is_and_nobody_else(
    company: Company, name: str, method: str, row: Row
) -> None:
    path = row.asked.removesuffix(matrix.OF_ANOTHER)
    who = company.cast[name]
    if row.asked == matrix.CERTIFICATE and who is not None:
        who = company.holder  # the one who has something of their own to ask for
    if path == matrix.CERTIFICATE:
        path = path.format(number=company.certificate)
    if path == matrix.CHECKPOINT:
        path = path.format(checkpoint=1)
    if row.asked == matrix.STATEMENT + matrix.OF_ANOTHER:
        path = path.format(export=1)
    if path == matrix.CERTIFICATES:  # everybody's would take a minute to draw
        path = f"{path}?search={company.certificate}"
    with company.server.client(who) as client:
        answer = client.request(method, matrix.example(path))
    if row.by_token:
        assert answer.status_code in {401, 404}
    elif row.lets_in(WHO[name]):
        assert not is_turned_away(answer), answer.status_code
        if row.act is not None or row.asked == matrix.CERTIFICATE:
            assert answer.status_code in {200, 202}, "202 is what a pack answers that a busy machine still makes"
    elif name == "nobody":
        assert answer.status_code == 401
    else:
        assert answer.status_code == (404 if row.asked.endswith(matrix.OF_ANOTHER) else 403)


def is_turned_away(answer: httpx.Response) -> bool:
    """By the guard, or by the route because of who asks."""
    to_sign_in = answer.headers.get("location", "").startswith("/sign-in?next=")
    return to_sign_in or answer.text in {"Sign in first", "Forbidden"} or answer.status_code == 500


NOT_THEIRS = {Words.of(language)("Not your screen") for language in LANGUAGES}
REFUSED = {Words.of(language)("This screen is not yours") for language in LANGUAGES}


@pytest.mark.parametrize("name", [name for name in WHO if name != "nobody"])
def test_a_screen_opens_for_those_whose_it_is_and_for_nobody_else(company: Company, name: str) -> None:
    """Over a raw WebSocket, by the screen's address, as it would be typed."""
    rows = matrix.screens()
    with company.server.client(company.cast[name]) as client:
        for row in rows:
            with opened(company.server.url, client.cookies.jar) as connection:
                wire = Wire(connection)
                wire.visit(row.asked.strip("/"))
            said = [ForwardMsg.FromString(frame) for frame in wire.frames]
            offered = {
                f"/{page.url_pathname}" if not page.is_default else "/"
                for each in said
                if each.WhichOneof("type") == "navigation"
                for page in each.navigation.app_pages
                if page.page_name not in NOT_THEIRS
            }
            is_refused = any(title in text.body for title in REFUSED for text in wire.elements("markdown"))
            assert offered == {each.asked for each in rows if each.lets_in(WHO[name])}
            assert is_refused is not row.lets_in(WHO[name]), row.asked
            assert not wire.elements("exception")


def test_nobody_gets_no_screen_at_all(company: Company) -> None:
    with pytest.raises(InvalidStatus) as refusal:
        opened(company.server.url)
    assert refusal.value.response.status_code in {401, 403}
    with company.server.client() as client:
        for row in matrix.screens():
            answer = client.get(row.asked, headers={"Accept": "text/html"})
            assert answer.headers["location"].startswith("/sign-in?next=")


@pytest.mark.parametrize("path", matrix.CLOSED_PATHS)
@pytest.mark.parametrize("name", WHO)
def test_what_is_closed_is_closed_to_everybody(company: Company, name: str, path: str) -> None:
    with company.server.client(company.cast[name]) as client:
        assert client.get(path).status_code == 404
        assert client.get(f"{path}/x").status_code == 404
