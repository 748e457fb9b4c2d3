"""People's own accounts: setting a password, asking for another, seeing and ending sessions."""

import logging
from datetime import datetime

from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from installation import Installation, installation, now
from mail import Letter, UnsentError
from people import security_log
from people.access import Asker, Principal
from people.directory import Person
from people.sign_in import accounts, letters, passwords, throttle, weakness
from people.sign_in.passwords import LASTS, Purpose, SignedIn
from people.sign_in.throttle import AttemptKind, Subject, TooOftenError
from quizzes.content import in_language
from settings import Mode
from web import forms, visitor
from web.cookies import SESSION
from web.pages import page
from web.sign_in import agents
from web.sign_in.form import client, signed_out, slowly, too_often, with_session
from web.visitor import words
from words import LANGUAGES, Sentence, sentence

log = logging.getLogger("kodex")

CHANGED = "changed"
CHANGED_UNTOLD = "changed-untold"
DONE: dict[str, Sentence] = {
    CHANGED: sentence("Your password is changed. You are signed in here, and nowhere else any more."),
    CHANGED_UNTOLD: sentence(
        "Your password is changed. You are signed in here, and nowhere else any more. "
        "The e-mail that tells you so could not be sent."
    ),
}
NOT_THE_SAME = sentence("The two passwords are not the same.")


# A forgotten password


async def forgotten(request: Request) -> Response:
    _require_local_accounts()
    can_write = installation().post is not None
    return page(request, "forgotten-password.html", can_write=can_write, is_done=False, fault=None)


async def ask_for_another(request: Request) -> Response:
    """Answer the same whether there is such an account or not; the rest happens after the answer."""
    _require_local_accounts()
    account = (await forms.read(request)).get("account", "")
    installed = installation()
    if installed.post is None:
        raise HTTPException(404)
    try:
        await run_in_threadpool(
            throttle.attempt, installed.gate, AttemptKind.LETTER, Subject(None, client(request).address), now()
        )
    except TooOftenError as error:
        fault = too_often(request, error)
        return page(request, "forgotten-password.html", 429, can_write=True, is_done=False, fault=fault)
    answer = page(request, "forgotten-password.html", can_write=True, is_done=True, fault=None)
    answer.background = BackgroundTask(_write_reset, installed, account)
    return answer


def _write_reset(installed: Installation, account: str) -> None:
    at = now()
    try:
        asked = passwords.new_reset(installed.gate, account, at)
    except TooOftenError:
        return  # the links that were sent within the hour are still good
    if asked is None:
        return
    person, new = asked
    address = f"{installed.settings.public_url}/set-password/{new}"
    letter = letters.reset(person, address, at + LASTS[Purpose.RESET], installed.settings.time_zone)
    if not _sent(installed, letter, at):
        passwords.void_link(installed.database, new, installed.settings.secret)


# Setting a password by a link


async def by_link(request: Request) -> Response:
    _require_local_accounts()
    return await run_in_threadpool(_link_page, request, 200, None)


def _link_page(request: Request, status: int, fault: str | None) -> Response:
    holder = _holder(request)
    return page(
        request,
        "set-password.html",
        status if holder else 410,
        holder=holder,
        can_write=installation().post is not None,
        shortest=weakness.SHORTEST_PASSWORD,
        fault=fault,
    )


async def set_by_link(request: Request) -> Response:
    _require_local_accounts()
    form = await forms.read(request)
    done = await slowly(_set_by_link, request, form.get("password", ""), form.get("again", ""))
    if isinstance(done, Response):
        return done
    if done.had_password:
        return await run_in_threadpool(_changed, request, done)
    return await run_in_threadpool(with_session, request, done.token, "/", done.device)


def _set_by_link(request: Request, password: str, again: str) -> SignedIn | Response:
    installed, at = installation(), now()
    holder = _holder(request)
    if holder is None:
        security_log.note("password set", result="refused", by="link")
        return _link_page(request, 410, None)
    if fault := _fault(installed, holder, password, again):
        return _link_page(request, 400, words(request).say(fault))
    held = request.path_params["token"]
    done = passwords.set_by_link(installed.gate, held, password, client(request), at)
    return done or _link_page(request, 410, None)


def _holder(request: Request) -> Person | None:
    installed, at = installation(), now()
    with installed.database.reading() as connection:
        return passwords.link_holder(connection, installed.gate, request.path_params["token"], at)


# One's own account


async def account(request: Request) -> Response:
    done = DONE.get(request.query_params.get("done", ""))
    return await run_in_threadpool(_account_page, request, 200, None, done)


def _account_page(request: Request, status: int, fault: str | None, done: Sentence | None) -> Response:
    installed, at = installation(), now()
    principal = _principal(request)
    t = words(request)
    held = SESSION.of(request)
    with installed.database.reading() as connection:
        own = accounts.sessions_of(connection, installed.gate, principal.key, held, at)
        has_password = passwords.has_password(connection, principal.key)
    zone = installed.settings.time_zone
    return page(
        request,
        "account.html",
        status,
        is_demonstration=installed.settings.mode is Mode.DEMONSTRATION,
        title=t.plural(
            "{n} browser is signed in to your account", "{n} browsers are signed in to your account", len(own)
        ),
        person=principal.person,
        sessions=[(each, agents.named(each.agent, t), t.moment(each.begun_at, zone)) for each in own],
        has_password=has_password,
        shortest=weakness.SHORTEST_PASSWORD,
        fault=fault,
        done=done and t.say(done),
    )


async def end_sessions(request: Request) -> Response:
    form = await forms.read(request)
    return await run_in_threadpool(_end_sessions, request, form.get("session"))


def _end_sessions(request: Request, session_id: str | None) -> Response:
    """End the session with that id; None ends all but this one."""
    installed = installation()
    principal = _principal(request)
    if session_id is None:
        accounts.end_other_sessions(installed.database, principal.key, SESSION.of(request), installed.settings.secret)
    else:
        accounts.end_session(installed.database, principal.key, session_id)
    return RedirectResponse("/account", 303) if visitor.principal(request) else signed_out()


async def change_password(request: Request) -> Response:
    form = await forms.read(request)
    done = await slowly(
        _change_password, request, form.get("old", ""), form.get("password", ""), form.get("again", "")
    )
    return done if isinstance(done, Response) else await run_in_threadpool(_changed, request, done)


def _change_password(request: Request, old: str, password: str, again: str) -> SignedIn | Response:
    installed, at = installation(), now()
    asker = Asker(_principal(request), at, installed.settings.time_zone)
    if fault := _fault(installed, asker.principal.person, password, again):
        return _account_page(request, 400, words(request).say(fault), None)
    try:
        done = passwords.change(installed.gate, asker, old, password, client(request))
    except TooOftenError as error:
        return _account_page(request, 429, too_often(request, error), None)
    if done is None:
        fault = sentence("That is not your current password. Nothing was changed.")
        return _account_page(request, 403, words(request).say(fault), None)
    return done


def _changed(request: Request, done: SignedIn) -> Response:
    """Tell the person by letter, too: somebody else may have changed the password."""
    installed, at = installation(), now()
    letter = letters.password_changed(done.person, at, installed.settings.time_zone)
    is_told = installed.post is None or _sent(installed, letter, at)
    result = CHANGED if is_told else CHANGED_UNTOLD
    return with_session(request, done.token, f"/account?done={result}", done.device)


def _fault(installed: Installation, person: Person, password: str, again: str) -> Sentence | None:
    if password != again:
        return NOT_THE_SAME
    names = [in_language(installed.content.company.name, language) for language in LANGUAGES]
    return weakness.fault(password, person, names)


def _sent(installed: Installation, letter: Letter, at: datetime) -> bool:
    if installed.post is None:
        return False
    try:
        installed.post.send(letter, at)
    except UnsentError as error:
        log.error("A letter could not be sent: %s", error)
        return False
    return True


def _principal(request: Request) -> Principal:
    principal = visitor.principal(request)
    if principal is None:
        raise HTTPException(401)
    return principal


def _require_local_accounts() -> None:
    """Raises 404 in a demonstration, where nobody has a password."""
    if installation().settings.mode is Mode.DEMONSTRATION:
        raise HTTPException(404)


ROUTES = [
    Route("/forgotten-password", forgotten, methods=["GET"]),
    Route("/forgotten-password", ask_for_another, methods=["POST"]),
    Route("/set-password/{token}", by_link, methods=["GET"]),
    Route("/set-password/{token}", set_by_link, methods=["POST"]),
    Route("/account", account, methods=["GET"]),
    Route("/account/sessions", end_sessions, methods=["POST"]),
    Route("/account/password", change_password, methods=["POST"]),
]
