"""What runs: the screens, the HTTP routes beside them, and the start-up that lets neither begin half-ready."""

import gc
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

import startup
from installation import installation
from web import downloads, health, language, signin, verify
from web.guard import Guard
from web.headers import Headers
from web.language import Shell

HOME = Path(__file__).resolve().parent


@asynccontextmanager
async def lifespan(_: st.App) -> AsyncGenerator[None, None]:
    """Loads what a dashboard needs before anybody asks for it, and keeps the collector from walking over it."""
    import altair  # noqa: F401
    import pandas  # noqa: F401

    gc.collect()
    gc.freeze()
    yield
    installation().database.close()


if fault := startup.fault():
    sys.exit(fault)

app = st.App(
    HOME / "screens" / "entry.py",
    lifespan=lifespan,
    routes=[
        *signin.ROUTES,
        *language.ROUTES,
        *verify.ROUTES,
        *downloads.ROUTES,
        *health.ROUTES,
        Mount("/app/static", StaticFiles(directory=HOME / "static")),
    ],
    middleware=[Middleware(Headers), Middleware(Guard), Middleware(Shell)],
)
