"""The application: the screens, the HTTP routes, and a start-up that refuses to run half ready."""

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
from progress.completion.certificates import NotConfirmedError
from web import background, health, language, pages
from web.assets import files
from web.assets.files import Assets
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
    """Return False for uvicorn's lines about WebSockets: they hold the client's address and what it asked for."""
    return "WebSocket %s" not in str(record.msg)


def preload() -> None:
    """Load the libraries of a dashboard before the first one is asked for, out of reach of the garbage collector, and
    compress what every browser asks for."""
    import altair  # noqa: F401
    import pandas  # noqa: F401

    files.prepare()
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
    middleware=[
        Middleware(Headers),
        Middleware(Noted),
        Middleware(Transport),
        Middleware(Guard),
        Middleware(Assets),
        Middleware(Shell),
    ],
    exception_handlers={
        NotConfirmedError: verify.not_confirmed,
        404: pages.not_found,
        Exception: pages.failed,
    },
)
