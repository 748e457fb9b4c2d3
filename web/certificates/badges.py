"""Open Badges: for people who may have a certificate's document; status lists and public keys for everybody."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from installation import Installation, installation, now
from progress.completion import certificates
from progress.completion.certificates import Certificate
from progress.completion.validity import State
from progress.documents import badge_picture, badge_status, open_badge
from progress.documents.open_badge import ISSUER, KEYS, METADATA, Place
from progress.record.signing import Key, UnusableKeyError
from web import visitor
from web.certificates import documents, verify
from web.headers import PRIVATE

LIST_NUMBER = re.compile("[0-9]{1,6}", re.ASCII)
CREDENTIAL = "application/vc+jwt"
OPEN = {"Access-Control-Allow-Origin": "*"}
"""For answers that every page of every site may read: they do not depend on who asks."""
ASKED_BEFORE = {**OPEN, "Access-Control-Allow-Methods": "GET", "Access-Control-Allow-Headers": "*"}
A_WHILE = {"Cache-Control": "public, max-age=300"}
NO_WHILE = {"Cache-Control": "no-store"}


async def badge(request: Request) -> Response:
    return await run_in_threadpool(_badge, request)


def _badge(request: Request) -> Response:
    found, text = _signed(request)
    headers = {**PRIVATE, "Content-Disposition": f'attachment; filename="{found.number}.jwt"'}
    return Response(text, media_type=CREDENTIAL, headers=headers)


async def picture(request: Request) -> Response:
    return await run_in_threadpool(_picture, request)


def _picture(request: Request) -> Response:
    found, text = _signed(request)
    headers = {**PRIVATE, "Content-Disposition": f'attachment; filename="{found.number}.svg"'}
    return Response(badge_picture.baked(found, text), media_type="image/svg+xml", headers=headers)


def _signed(request: Request) -> tuple[Certificate, str]:
    """Return the certificate asked for and its credential. Raises 404 for people who may not have it."""
    installed = installation()
    principal = visitor.principal(request)
    if principal is None:
        raise HTTPException(401)
    with installed.database.snapshot() as connection:
        found = documents.wanted(connection, principal, request.path_params["number"])
        stands = verify.standing(connection, found)
    if stands.state is State.REVOKED:
        raise HTTPException(410)
    return found, open_badge.signed(found, _place(request, installed), _key(installed))


def _public(path: str, answer: Callable[[Request], Response]) -> Route:
    """Return a route that is open to every page of every site; a browser may ask first whether it is."""

    async def endpoint(request: Request) -> Response:
        if request.method == "OPTIONS":
            return Response(status_code=204, headers=ASKED_BEFORE)
        try:
            found = await run_in_threadpool(answer, request)
        except HTTPException as error:
            raise HTTPException(error.status_code, error.detail, OPEN) from error
        found.headers.update(OPEN)
        return found

    return Route(path, endpoint, methods=["GET", "OPTIONS"])


def _status_list(request: Request) -> Response:
    installed = installation()
    asked = request.path_params["number"]
    with installed.database.snapshot() as connection:
        number = int(asked) if LIST_NUMBER.fullmatch(asked) else -1
        if not 0 <= number <= badge_status.newest(connection):
            raise HTTPException(404)
        revoked = badge_status.revoked(connection, number, installed.today(now()), installed.settings.time_zone)
    text = open_badge.signed_status_list(number, revoked, _place(request, installed), _key(installed), now())
    return Response(text, media_type=CREDENTIAL, headers=NO_WHILE)


def _former_status(request: Request) -> Response:
    installed = installation()
    with installed.database.snapshot() as connection:
        found = certificates.find(connection, request.path_params["number"])
        if found is None:
            raise HTTPException(404)
        is_revoked = verify.standing(connection, found).state is State.REVOKED
    return _json(open_badge.former_status(found.number, _place(request, installed), is_revoked=is_revoked), NO_WHILE)


def _keys(request: Request) -> Response:
    installed = installation()
    return _json(open_badge.keys(_key(installed).verifiers, _place(request, installed)), A_WHILE)


def _issuer(request: Request) -> Response:
    installed = installation()
    return _json(open_badge.issuer(_key(installed).verifiers, _place(request, installed)), A_WHILE)


def _metadata(request: Request) -> Response:
    return _json(open_badge.metadata(_place(request, installation())), A_WHILE)


def _json(said: Mapping[str, Any], headers: Mapping[str, str]) -> Response:
    return JSONResponse(said, headers=headers)


def _place(request: Request, installed: Installation) -> Place:
    base = installed.settings.public_url or str(request.base_url).rstrip("/")
    return Place(base, installed.settings.time_zone)


def _key(installed: Installation) -> Key:
    try:
        return installed.key
    except UnusableKeyError as error:
        raise HTTPException(503, str(error.reason)) from error


ROUTES = [
    Route("/badge/{number}.jwt", badge),
    Route("/badge/{number}.svg", picture),
    _public("/badge/status/{number}", _status_list),
    _public("/badge/{number}/status.json", _former_status),
    _public(KEYS, _keys),
    _public(ISSUER, _issuer),
    _public(METADATA, _metadata),
]
