"""Open Badges: a certificate's for those who may have its document; status lists and public keys for anybody."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from installation import Installation, installation, now
from people.access import sees_certificate_of
from progress.completion import certificates
from progress.completion.certificates import Certificate
from progress.completion.validity import State
from progress.documents import badge_picture, badge_status, open_badge
from progress.documents.open_badge import ISSUER, KEYS, METADATA, Place
from progress.record.signing import Key, UnusableKeyError
from web import visitor
from web.certificates import verify
from web.headers import PRIVATE

LIST_NUMBER = re.compile("[0-9]{1,6}", re.ASCII)
CREDENTIAL = "application/vc+jwt"
OPEN = {"Access-Control-Allow-Origin": "*"}
"""For what anybody may read, a page of somebody else's too: nothing in it depends on who asks."""
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
    """The certificate that is asked for and its credential, for whoever may have it."""
    house = installation()
    principal = visitor.principal(request)
    if principal is None:
        raise HTTPException(401)
    with house.database.snapshot() as connection:
        found = certificates.find(connection, request.path_params["number"])
        if found is None or found.is_erased or not sees_certificate_of(connection, principal, found.person_key):
            raise HTTPException(404)
        stands = verify.standing(connection, found)
    if stands.state is State.REVOKED:
        raise HTTPException(410)
    return found, open_badge.signed(found, _place(request, house), _key(house))


def _public(path: str, answer: Callable[[Request], Response]) -> Route:
    """What is open to every page of everybody's; a browser may ask before whether it is."""

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
    house = installation()
    asked = request.path_params["number"]
    with house.database.snapshot() as connection:
        number = int(asked) if LIST_NUMBER.fullmatch(asked) else -1
        if not 0 <= number <= badge_status.newest(connection):
            raise HTTPException(404)
        revoked = badge_status.revoked(connection, number, house.today(now()), house.settings.time_zone)
    text = open_badge.signed_status_list(number, revoked, _place(request, house), _key(house), now())
    return Response(text, media_type=CREDENTIAL, headers=NO_WHILE)


def _former_status(request: Request) -> Response:
    house = installation()
    with house.database.snapshot() as connection:
        found = certificates.find(connection, request.path_params["number"])
        if found is None:
            raise HTTPException(404)
        is_revoked = verify.standing(connection, found).state is State.REVOKED
    return _json(open_badge.former_status(found.number, _place(request, house), is_revoked=is_revoked), NO_WHILE)


def _keys(request: Request) -> Response:
    house = installation()
    return _json(open_badge.keys(_key(house).verifiers, _place(request, house)), A_WHILE)


def _issuer(request: Request) -> Response:
    house = installation()
    return _json(open_badge.issuer(_key(house).verifiers, _place(request, house)), A_WHILE)


def _metadata(request: Request) -> Response:
    return _json(open_badge.metadata(_place(request, installation())), A_WHILE)


def _json(said: Mapping[str, Any], headers: Mapping[str, str]) -> Response:
    return JSONResponse(said, headers=headers)


def _place(request: Request, house: Installation) -> Place:
    base = house.settings.public_url or str(request.base_url).rstrip("/")
    return Place(base, house.settings.time_zone)


def _key(house: Installation) -> Key:
    try:
        return house.key
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
