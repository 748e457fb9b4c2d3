"""Sign-in and sign-out: by password, or in a demonstration by choosing who to be."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_address, ip_network
from math import ceil
from typing import Any, TypeVar
from urllib.parse import urlsplit

from anyio import CapacityLimiter, to_thread
from sqlalchemy import Connection, select
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from installation import Installation, installation, now
from people import directory
from people.access import Role
from people.demonstration import CAST
from people.directory import Person, people
from people.sign_in import accounts, passwords, security_log, throttle
from people.sign_in.passwords import Client
from people.sign_in.throttle import TooOftenError
from settings import Mode
from web import forms
from web.cookies import DEVICE, LANGUAGE, SESSION, YEAR
from web.own_path import own_path
from web.pages import page
from web.visitor import words
from words import Sentence, sentence

OTHERS_SHOWN = 300

T = TypeVar("T")
_hashing = CapacityLimiter(2)

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
    return await run_in_threadpool(_sign_in_page, request, target)


def _sign_in_page(
    request: Request, target: str, status: int = 200, fault: Sentence | str | None = None, account: str = ""
) -> Response:
    house = installation()
    said = words(request)
    parts: list[Part] = []
    others: list[Person] = []
    with_passwords = house.settings.single_sign_on is None or _has_passwords(house)
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
        single_sign_on=house.settings.single_sign_on is not None,
        with_passwords=with_passwords,
        parts=parts,
        others=others,
        target=target,
        account=account,
        fault=said.say(fault) if isinstance(fault, Sentence) else fault,
    )


def _has_passwords(house: Installation) -> bool:
    """Whether anybody has one: where all sign in at their company's provider, nobody is asked for one."""
    with house.database.reading() as connection:
        return connection.execute(select(passwords.passwords.c.person_key).limit(1)).first() is not None


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
    form = await forms.read(request)
    target = own_path(form.get("next"))
    if installation().settings.mode is Mode.DEMONSTRATION or "person" in form:
        return await run_in_threadpool(_sign_in_as, request, form.get("person", ""), target)
    account, password = form.get("account", ""), form.get("password", "")
    return await slowly(_sign_in_with_password, request, account, password, target)


async def slowly(work: Callable[..., T], *arguments: Any) -> T:
    """Runs what takes an Argon2 hash or two. Those who wait for their turn keep nobody else's thread."""
    return await to_thread.run_sync(work, *arguments, limiter=_hashing)


def _sign_in_as(request: Request, chosen_person: str, target: str) -> Response:
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
    return open_session(request, person, target, "choice")


def _sign_in_with_password(request: Request, account: str, password: str, target: str) -> Response:
    house, at = installation(), now()
    throttle.forget_old(house.database, at)
    try:
        signed_in = passwords.sign_in(house.gate, account, password, client(request), at)
    except TooOftenError as error:
        return _sign_in_page(request, target, 429, too_often(request, error), account)
    if signed_in is None:
        fault = sentence("These do not go together. Check the employee number or e-mail, and the password.")
        return _sign_in_page(request, target, 403, fault, account)
    return with_session(request, signed_in.token, target, signed_in.device)


def open_session(request: Request, person: Person, target: str, by: str) -> Response:
    """Signs somebody in who has shown who they are, and leads them on to `target`. `by` says how, for the log."""
    house = installation()
    new = accounts.sign_in(house.database, person.key, house.settings.secret, now(), client(request).agent)
    security_log.note("sign-in", person=person.key, by=by)
    return with_session(request, new, target)


def with_session(request: Request, new: str, target: str, device: str = "") -> Response:
    """Leads on with the token of a new session; the one that this browser had before is over.

    `device` is what the browser is known by the next time, where somebody has shown their password.
    """
    house = installation()
    accounts.forget_ended(house.gate, now())
    if old := SESSION.of(request):
        accounts.sign_out(house.database, old, house.settings.secret)
    response = RedirectResponse(target, 303)
    SESSION.keep(response, request, new, house.gate.limits.longest)
    if device:
        DEVICE.keep(response, request, device, YEAR)
    if LANGUAGE.of(request) is None:
        LANGUAGE.keep(response, request, words(request).language, YEAR)
    return response


def client(request: Request) -> Client:
    """Where a request comes from. Of IPv6 the part counts that one customer is given whole."""
    host = request.client.host if request.client else ""
    with suppress(ValueError):
        if ip_address(host).version == 6:
            host = str(ip_network((host, 64), strict=False))
    return Client(host, request.headers.get("user-agent", ""), DEVICE.of(request) or "")


def too_often(request: Request, error: TooOftenError) -> str:
    minutes = ceil(error.wait / timedelta(minutes=1))
    return words(request).plural(
        "There were too many attempts. Try again in {n} minute.",
        "There were too many attempts. Try again in {n} minutes.",
        minutes,
    )


async def sign_out(request: Request) -> Response:
    """Ends the session. A link from a page of ours is enough; from elsewhere it takes a press of a button."""
    if request.method == "GET" and not _comes_from_here(request):
        return page(request, "sign-out.html")
    house = installation()
    if held := SESSION.of(request):
        await run_in_threadpool(accounts.sign_out, house.database, held, house.settings.secret)
    return signed_out()


def signed_out() -> Response:
    """Leads to the sign-in page, without the cookies of a session."""
    response = RedirectResponse("/sign-in", 303)
    SESSION.clear(response)
    return response


def _comes_from_here(request: Request) -> bool:
    return urlsplit(request.headers.get("referer", "")).netloc == request.headers.get("host")


ROUTES = [
    Route("/sign-in", show, methods=["GET"]),
    Route("/sign-in", sign_in, methods=["POST"]),
    Route("/sign-out", sign_out, methods=["GET", "POST"]),
]
