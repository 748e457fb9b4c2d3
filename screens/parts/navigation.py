"""The one button of a screen that leads on."""

from collections.abc import Callable

import streamlit as st

from quizzes.content import Course


def button(label: str, key: str, act: Callable[..., None], *args: object) -> None:
    """Does `act` before the screen is drawn again. `act` may come twice for one press, and has to bear it."""
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
    """For a button that is still drawn in the run that its press began. The press met a server that did not know
    the button yet, as after a restart, and so ran no callback; or what it did could not be saved."""
    act(*args)
    st.rerun()
