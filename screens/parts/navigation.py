"""The primary button of a screen, which leads on."""

from collections.abc import Callable

import streamlit as st

from quizzes.content import Course


def button(label: str, key: str, act: Callable[..., None], *args: object) -> None:
    """Draw the button. `act` runs before the screen is drawn again, perhaps twice for one press."""
    pressed = st.button(
        label,
        key=key,
        type="primary",
        icon=":material/arrow_forward:",
        icon_position="right",
        on_click=act,
        args=args,
    )
    if pressed:
        again(act, *args)


def to_screen(label: str, screen: str, course: Course) -> None:
    if st.button(label, key="onward", type="primary", icon=":material/arrow_forward:", icon_position="right"):
        st.switch_page(screen, query_params={"course": course.id})


def again(act: Callable[..., None], *args: object) -> None:
    """Run `act` for a press that had no effect: the server did not know the button yet, as after a restart, and ran
    no callback, or its result could not be saved. The button is then still drawn in the run of its press."""
    act(*args)
    st.rerun()
