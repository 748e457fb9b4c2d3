"""Sign-in and sign-out. In a demonstration a visitor chooses who to be."""

from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from sqlalchemy import Connection, select
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from installation import installation, now
from people import accounts, directory
from people.access import Role
from people.demonstration import CAST
from people.directory import Person, people
from settings import Mode
from web.pages import page
from web.visitor import LANGUAGE_COOKIE, PLAIN_COOKIE, SECURE_COOKIE, is_secure, token, words
from words import Sentence, sentence

YEAR = 365 * 24 * 3600
OTHERS_SHOWN = 300

PARTS: dict[Role, tuple[Sentence, Sentence]] = {
    Role.EMPLOYEE: (sentence("Employee"), sentence("takes the course and gets a certificate")),
    Role.MANAGER: (sentence("Manager"), sentence("sees how their reporting line is doing")),
    Role.HR: (sentence("HR"), sentence("searches and exports certification records")),
    Role.AUDITOR: (sentence("Auditor"), sentence("reads the records and changes nothing")),
    Role.EDITOR: (sentence("Content editor"), sentence("looks after lessons and questions")),
}


@dataclass(frozen=True)
class Part:
    """Somebody that a visitor of a demonstration can choose to be."""

    value: str
    role: str
    does: str
    name: str


async def show(request: Request) -> Response:
    target = own_path(request.query_params.get("next"))
    return await run_in_threadpool(_sign_in_page, request, target, 200, None)


def _sign_in_page(request: Request, target: str, status: int, fault: Sentence | None) -> Response:
    house = installation()
    said = words(request)
    parts: list[Part] = []
    others: list[Person] = []
    if house.settings.mode is Mode.DEMONSTRATION:
        with house.database.reading() as connection:
            names = {role: directory.by_employee_id(connection, CAST[role][0]) for role in CAST}
            others = _others(connection)
        parts = [
            Part(role.value, said.say(PARTS[role][0]), said.say(PARTS[role][1]), person.name)
            for role, person in names.items()
            if person is not None
        ]
    return page(
        request,
        "sign-in.html",
        status,
        is_demonstration=house.settings.mode is Mode.DEMONSTRATION,
        parts=parts,
        others=others,
        target=target,
        fault=fault and said.say(fault),
    )


def _others(connection: Connection) -> list[Person]:
    cast = [employee_id for employee_id, _, _ in CAST.values()]
    rows = connection.execute(
        select(people)
        .where(people.c.invented, people.c.active, people.c.employee_id.not_in(cast))
        .order_by(people.c.unit, people.c.name)
        .limit(OTHERS_SHOWN)
    )
    return [directory.from_row(row) for row in rows]


async def sign_in(request: Request) -> Response:
    form = parse_qs((await request.body()).decode("utf-8", "replace"))
    target = own_path(form.get("next", [None])[0])
    return await run_in_threadpool(_sign_in, request, form.get("person", [""])[0], target)


def _sign_in(request: Request, chosen_person: str, target: str) -> Response:
    house = installation()
    if house.settings.mode is not Mode.DEMONSTRATION:
        return _sign_in_page(request, target, 403, sentence("Choosing who to be is for demonstrations alone."))
    employee_id = CAST[Role(chosen_person)][0] if chosen_person in set(CAST) else chosen_person
    with house.database.reading() as connection:
        person = directory.by_employee_id(connection, employee_id)
    if person is None or not person.invented or not person.active:
        return _sign_in_page(
            request,
            target,
            400,
            sentence("There is nobody of that name here. Choose somebody from the list."),
        )
    return open_session(request, person, target)


def open_session(request: Request, person: Person, target: str) -> Response:
    """Signs somebody in who has shown who they are, however they did, and leads them on to `target`."""
    house = installation()
    secret, at = house.settings.secret, now()
    accounts.forget_ended(house.database, house.limits, at)
    if old := token(request.cookies):
        accounts.sign_out(house.database, old, secret)
    response = RedirectResponse(target, 303)
    secure = is_secure(request)
    response.set_cookie(
        SECURE_COOKIE if secure else PLAIN_COOKIE,
        accounts.sign_in(house.database, person.key, secret, at, request.headers.get("user-agent", "")),
        max_age=house.settings.session_hours * 3600,
        secure=secure,
        httponly=True,
        samesite="lax",
    )
    if LANGUAGE_COOKIE not in request.cookies:
        response.set_cookie(
            LANGUAGE_COOKIE,
            words(request).language,
            max_age=YEAR,
            secure=secure,
            httponly=True,
            samesite="lax",
        )
    return response


async def sign_out(request: Request) -> Response:
    """Ends the session. A link from a page of ours is enough; from elsewhere it takes a press of a button."""
    if request.method == "GET" and not _comes_from_here(request):
        return page(request, "sign-out.html")
    house = installation()
    if held := token(request.cookies):
        await run_in_threadpool(accounts.sign_out, house.database, held, house.settings.secret)
    response = RedirectResponse("/sign-in", 303)
    response.delete_cookie(SECURE_COOKIE, secure=True, httponly=True, samesite="lax")
    response.delete_cookie(PLAIN_COOKIE, httponly=True, samesite="lax")
    return response


def _comes_from_here(request: Request) -> bool:
    return urlsplit(request.headers.get("referer", "")).netloc == request.headers.get("host")


def own_path(path: str | None) -> str:
    """`path` when it is a page of this server; otherwise the first page."""
    if not path or not path.startswith("/") or path.startswith(("//", "/\\", "/sign-")):
        return "/"
    return path


ROUTES = [
    Route("/sign-in", show, methods=["GET"]),
    Route("/sign-in", sign_in, methods=["POST"]),
    Route("/sign-out", sign_out, methods=["GET", "POST"]),
]
