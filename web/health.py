"""Health checks: the process is alive (`/healthz`), and it can serve people (`/readyz`)."""

import logging
from datetime import date
from functools import cache

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from installation import installation, now, schema
from progress.reminding import days_file, silence

log = logging.getLogger(__name__)


async def is_alive(_: Request) -> Response:
    return PlainTextResponse("ok")


async def is_ready(_: Request) -> Response:
    checks = await run_in_threadpool(_checks)
    faults = [REASONS[name] for name, holds in checks.items() if not holds]
    if faults:
        return JSONResponse(checks | {"reason": faults[0]}, 503)
    # Silence stops nobody from learning: it is told, and the server stays in service.
    silent = await run_in_threadpool(_silent_days)
    return JSONResponse(checks | ({"silent_reminders": silent} if silent else {}))


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


def _silent_days() -> list[str]:
    """Return the days on which reminders were due and none went, or nobody looked."""
    installed = installation()
    working, _ = days_file.read(installed.settings.content)
    with installed.database.reading() as connection:
        silent = silence.read(connection, working.otherwise, installed.today(now()))
    for day in silent:
        _log_silence(day)
    return [day.isoformat() for day in silent]


@cache
def _log_silence(day: date) -> None:
    """Once for each day: the check is asked every few seconds."""
    log.warning("reminders: none went on %s", day)


ROUTES = [Route("/healthz", is_alive), Route("/readyz", is_ready)]
