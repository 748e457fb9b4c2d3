"""Whether the process lives (`/healthz`) and whether it can serve people (`/readyz`)."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

import schema
from installation import installation


async def is_alive(_: Request) -> Response:
    return PlainTextResponse("ok")


async def is_ready(_: Request) -> Response:
    checks = await run_in_threadpool(_checks)
    return JSONResponse(checks, 200 if all(checks.values()) else 503)


def _checks() -> dict[str, bool]:
    house = installation()
    try:
        newest = schema.is_newest(house.database)
    except Exception:  # whatever keeps the database from answering, the answer is the same
        return {"database": False, "schema": False, "content": bool(house.content.courses)}
    return {"database": True, "schema": newest, "content": bool(house.content.courses)}


ROUTES = [Route("/healthz", is_alive), Route("/readyz", is_ready)]
