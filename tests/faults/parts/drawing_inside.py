"""The application with a step as nobody should write one: it draws “saved” inside of its transaction."""

import os
import time
from collections.abc import Sequence

import streamlit as st
from sqlalchemy import Connection

from app import app
from progress.record import chains
from progress.record.chains import Event

__all__ = ["app"]

_append = chains.append


def append_and_draw(connection: Connection, chained: Sequence[Event]) -> None:
    _append(connection, chained)
    for _ in range(5):
        st.toast(os.environ["SAVED"])
        time.sleep(0.02)


chains.append = append_and_draw
