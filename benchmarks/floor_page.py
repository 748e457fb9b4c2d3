"""One line and one button."""

import streamlit as st

st.markdown("One line.")
st.button("One button")
