"""What runs: the screens, the HTTP routes beside them, and the start-up that lets neither begin half-ready."""

import asyncio
import gc
import logging
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from installation import descriptors, installation, startup
from progress.audit.confirmation import NotConfirmedError
from web import background, health, language, pages
from web.certificates import badges, verify
from web.downloads import certificates_zip, exports, records
from web.guard import Guard
from web.headers import Headers
from web.noted import Noted
from web.scim import endpoints
from web.shell import Shell
from web.sign_in import accounts, form, oidc
from web.transport import Transport

HOME = Path(__file__).resolve().parent


@asynccontextmanager
async def lifespan(_: st.App) -> AsyncGenerator[None, None]:
    # Addresses hold what people searched for; it does not belong in a log.
    logging.getLogger("uvicorn.access").disabled = True
    logging.getLogger("uvicorn.error").addFilter(names_nobody)
    preloading = asyncio.create_task(asyncio.to_thread(preload))
    yield
    await preloading
    background.stop()
    installation().database.close()


def names_nobody(record: logging.LogRecord) -> bool:
    """Whether uvicorn's line is none about a WebSocket, which has the client's address and what it asked for."""
    return "WebSocket %s" not in str(record.msg)


def preload() -> None:
    """Loads what a dashboard needs before anybody asks for one, and keeps the collector from walking over it."""
    import altair  # noqa: F401
    import pandas  # noqa: F401

    gc.collect()
    gc.freeze()


descriptors.raise_limit()
if warning := startup.warning():
    sys.stderr.write(f"{warning}\n")
if fault := startup.fault():
    sys.exit(fault)

app = st.App(
    HOME / "screens" / "entry.py",
    lifespan=lifespan,
    routes=[
        *form.ROUTES,
        *accounts.ROUTES,
        *oidc.ROUTES,
        *endpoints.ROUTES,
        *language.ROUTES,
        *verify.ROUTES,
        *badges.ROUTES,
        *certificates_zip.ROUTES,
        *records.ROUTES,
        *exports.ROUTES,
        *health.ROUTES,
        *pages.ROUTES,
        Mount("/app/static", StaticFiles(directory=HOME / "web" / "static")),
    ],
    middleware=[Middleware(Headers), Middleware(Noted), Middleware(Transport), Middleware(Guard), Middleware(Shell)],
    exception_handlers={NotConfirmedError: verify.not_confirmed, Exception: pages.failed},
)
