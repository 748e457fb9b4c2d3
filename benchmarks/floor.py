"""The floor: the cheapest page that Streamlit can serve, under the same server and settings as Kodex."""

from pathlib import Path

import streamlit as st

app = st.App(Path(__file__).with_name("floor_page.py"))
