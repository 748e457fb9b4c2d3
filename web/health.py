"""Health checks: the process is alive (`/healthz`), and it can serve people (`/readyz`)."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from installation import installation, schema


async def is_alive(_: Request) -> Response:
    return PlainTextResponse("ok")


async def is_ready(_: Request) -> Response:
    checks = await run_in_threadpool(_checks)
    faults = [REASONS[name] for name, holds in checks.items() if not holds]
    return JSONResponse(checks | ({"reason": faults[0]} if faults else {}), 503 if faults else 200)


REASONS = {
    "database": "the database does not answer",
    "writable": "the database server is read-only",
    "schema": "the database has another schema than this version",
    "content": "there is no course",
}
"""For operators, each in front of the ones that it causes."""


def _checks() -> dict[str, bool]:
    installed = installation()
    has_content = bool(installed.content.courses)
    try:
        is_writable, is_newest = installed.database.is_writable(), schema.is_newest(installed.database)
    except Exception:  # whatever keeps the database from answering, the answer is the same
        return {"database": False, "writable": False, "schema": False, "content": has_content}
    return {"database": True, "writable": is_writable, "schema": is_newest, "content": has_content}


ROUTES = [Route("/healthz", is_alive), Route("/readyz", is_ready)]
