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

from database.collation import collated
from installation import Installation, installation, now
from people import directory, security_log
from people.access import Role
from people.demonstration import CAST
from people.directory import Person, people
from people.sign_in import accounts, passwords, throttle
from people.sign_in.passwords import Client
from people.sign_in.throttle import TooOftenError
from settings import Mode
from web import forms
from web.assets import files
from web.cookies import DEVICE, LANGUAGE, SESSION, YEAR
from web.own_path import own_path
from web.pages import page
from web.shell import SCRIPTS
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
class Persona:
    """A person that a visitor of a demonstration can choose to be."""

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
    installed = installation()
    said = words(request)
    parts: list[Persona] = []
    others: list[Person] = []
    with_passwords = installed.settings.single_sign_on is None or _has_passwords(installed)
    if installed.settings.mode is Mode.DEMONSTRATION:
        with installed.database.reading() as connection:
            names = {role: directory.by_employee_id(connection, CAST[role][0]) for role in CAST}
            others = _others(connection, said.language)
        parts = [
            Persona(role.value, said.say(PARTS[role][0]), said.say(PARTS[role][1]), person.name)
            for role, person in names.items()
            if person is not None
        ]
    return page(
        request,
        "sign-in.html",
        status,
        is_demonstration=installed.settings.mode is Mode.DEMONSTRATION,
        single_sign_on=installed.settings.single_sign_on is not None,
        with_passwords=with_passwords,
        files_to_come=[files.address(name) for name in ("kodex.css", *SCRIPTS)],
        parts=parts,
        others=others,
        target=target,
        account=account,
        fault=said.say(fault) if isinstance(fault, Sentence) else fault,
    )


def _has_passwords(installed: Installation) -> bool:
    """True if anybody has a password. Where everybody uses single sign-on, nobody is asked for one."""
    with installed.database.reading() as connection:
        return connection.execute(select(passwords.passwords.c.person_key).limit(1)).first() is not None


def _others(connection: Connection, language: str) -> list[Person]:
    cast = [employee_id for employee_id, _, _ in CAST.values()]
    rows = connection.execute(
        select(people)
        .where(people.c.invented, people.c.active, people.c.employee_id.not_in(cast))
        .order_by(collated(people.c.unit, language), *directory.by_name(language))
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
    """Run work that takes an Argon2 hash or two, in few threads: those who wait for a turn hold up nobody else."""
    return await to_thread.run_sync(work, *arguments, limiter=_hashing)


def _sign_in_as(request: Request, chosen_person: str, target: str) -> Response:
    installed = installation()
    if installed.settings.mode is not Mode.DEMONSTRATION:
        return _sign_in_page(request, target, 403, sentence("Choosing who to be is for demonstrations alone."))
    employee_id = CAST[Role(chosen_person)][0] if chosen_person in set(CAST) else chosen_person
    with installed.database.reading() as connection:
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
    installed, at = installation(), now()
    throttle.forget_old(installed.database, at)
    try:
        signed_in = passwords.sign_in(installed.gate, account, password, client(request), at)
    except TooOftenError as error:
        return _sign_in_page(request, target, 429, too_often(request, error), account)
    if signed_in is None:
        fault = sentence("The employee number or e-mail and the password don’t match.")
        return _sign_in_page(request, target, 403, fault, account)
    return with_session(request, signed_in.token, target, signed_in.device)


def open_session(request: Request, person: Person, target: str, by: str) -> Response:
    """Begin a session for a person who has proved who they are, and redirect to `target`. `by` is for the log."""
    installed = installation()
    new = accounts.sign_in(installed.database, person.key, installed.settings.secret, now(), client(request).agent)
    security_log.note("sign-in", person=person.key, by=by)
    return with_session(request, new, target)


def with_session(request: Request, new: str, target: str, device: str = "") -> Response:
    """Redirect with the token of a new session; the session that this browser had before is ended.

    `device` is the value of the device cookie after a sign-in by password.
    """
    installed = installation()
    accounts.forget_ended(installed.gate, now())
    if old := SESSION.of(request):
        accounts.sign_out(installed.database, old, installed.settings.secret)
    response = RedirectResponse(target, 303)
    SESSION.keep(response, request, new, installed.gate.limits.longest)
    if device:
        DEVICE.keep(response, request, device, YEAR)
    if LANGUAGE.of(request) is None:
        LANGUAGE.keep(response, request, words(request).language, YEAR)
    return response


def client(request: Request) -> Client:
    """Return the origin of a request. Of an IPv6 address the network counts that one customer is given."""
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
    """End the session. A link from one of our pages is enough; from elsewhere it takes a press of a button."""
    if request.method == "GET" and not _comes_from_here(request):
        return page(request, "sign-out.html")
    installed = installation()
    if held := SESSION.of(request):
        await run_in_threadpool(accounts.sign_out, installed.database, held, installed.settings.secret)
    return signed_out()


def signed_out() -> Response:
    """Redirect to the sign-in page, without the cookies of a session."""
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
