"""Open Badges: a certificate's for those who may have its document; its status and the public keys for anybody."""

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from installation import Installation, installation, now
from people.access import sees_certificate_of
from progress import certificates, open_badge, validity
from progress.open_badge import KEYS, Place
from progress.validity import State
from signing import Key, UnusableKeyError
from web import visitor
from web.downloads import PRIVATE


async def badge(request: Request) -> Response:
    return await run_in_threadpool(_badge, request)


def _badge(request: Request) -> Response:
    house = installation()
    principal = visitor.principal(request)
    if principal is None:
        raise HTTPException(401)
    with house.database.snapshot() as connection:
        found = certificates.find(connection, request.path_params["number"])
        if found is None or found.is_erased or not sees_certificate_of(connection, principal, found.person_key):
            raise HTTPException(404)
        held = validity.of_person(connection, found.person_key, house.today(now()), house.settings.time_zone)
    if held[found.number].state is State.REVOKED:
        raise HTTPException(410)
    text = open_badge.signed(found, _place(request, house), _key(house))
    headers = {**PRIVATE, "Content-Disposition": f'attachment; filename="{found.number}.jwt"'}
    return Response(text, media_type="application/vc+jwt", headers=headers)


async def status(request: Request) -> Response:
    return await run_in_threadpool(_status, request)


def _status(request: Request) -> Response:
    house = installation()
    with house.database.snapshot() as connection:
        found = certificates.find(connection, request.path_params["number"][:80])
        if found is None:
            raise HTTPException(404)
        held = validity.of_person(connection, found.person_key, house.today(now()), house.settings.time_zone)
    is_revoked = held[found.number].state is State.REVOKED
    listed = open_badge.status(found.number, _place(request, house), is_revoked=is_revoked)
    return JSONResponse(listed, headers={"Cache-Control": "no-store"})


async def keys(request: Request) -> Response:
    return await run_in_threadpool(_keys, request)


def _keys(request: Request) -> Response:
    house = installation()
    return JSONResponse(open_badge.keys(_key(house).verifiers, _place(request, house)))


def _place(request: Request, house: Installation) -> Place:
    base = house.settings.public_url or str(request.base_url).rstrip("/")
    return Place(base, house.settings.time_zone)


def _key(house: Installation) -> Key:
    try:
        return house.key
    except UnusableKeyError as error:
        raise HTTPException(503, str(error.reason)) from error


ROUTES = [Route("/badge/{number}.jwt", badge), Route("/badge/{number}/status.json", status), Route(KEYS, keys)]
