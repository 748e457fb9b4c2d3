"""A decision as it is asked, and as it is explained afterwards. Nothing of the explanation is drawn before."""

from collections.abc import Callable, Sequence

import streamlit as st

from lessons.model import Choice, Option
from screens.parts import navigation, page
from words import Words


def asked(
    t: Words,
    key: str,
    prompt: str,
    options: Sequence[Option],
    label: str,
    save: Callable[..., None],
    *args: object,
    confidence: dict[str, str] | None = None,
    opening: Callable[[], None] = lambda: None,
) -> None:
    """One form with one decision. `save` gets `args`, the chosen option's id and the confidence stated, before
    the screen is drawn again.

    `key` tells this decision from every other of this person's; `confidence` offers words for how sure one is.
    """
    texts = {option.id: t.set(option.text) for option in options}
    with st.form(f"form_{key}", border=False):
        opening()
        st.radio(
            t.set(prompt),
            list(texts),
            index=None,
            format_func=texts.__getitem__,
            key=f"answer_{key}",
            width="stretch",
        )
        if confidence:
            st.segmented_control(
                t("How sure are you? It does not count towards the result."),
                list(confidence),
                format_func=confidence.__getitem__,
                key=f"confidence_{key}",
            )
        pressed = st.form_submit_button(label, type="primary", on_click=_submit, args=(key, save, *args))
        if pressed and st.session_state.get(f"answer_{key}"):
            navigation.again(_submit, key, save, *args)
        elif pressed:
            page.complaint(t("Choose one of the answers first."))


def _submit(key: str, save: Callable[..., None], *args: object) -> None:
    if chosen := st.session_state.get(f"answer_{key}"):
        save(*args, chosen, st.session_state.get(f"confidence_{key}"))


def explained(
    t: Words, choice: Choice, chosen_id: str, *, opening: tuple[str, str] | None = None, then: str = ""
) -> None:
    """What was chosen, what is right, and why. `opening` is a caption and the screen's title, for one that gives
    the verdict; `then` is Markdown that follows. All of it is one element: each costs time on every answer."""
    chosen, right = choice.option(chosen_id), choice.right_option
    rightly = f":green[:material/check:] **{t.set(right.text)}**\n\n{t.set(right.explanation)}"
    if chosen.id == right.id:
        yours = t("Your answer is right") if opening is None else t("Your answer")
        parts = [f"## {yours}\n\n{rightly}"]
    else:
        yours = t("Your answer is not right") if opening is None else t("Your answer")
        theirs = t("The right answer")
        wrongly = f":red[:material/close:] {t.set(chosen.text)}\n\n{t.set(chosen.explanation)}"
        parts = [f"## {yours}\n\n{wrongly}", f"## {theirs}\n\n{rightly}"]
    text = "\n\n".join([*parts, then])
    if opening is not None:
        page.opening(*opening, text)
        return
    with st.container(key="explained"):
        st.markdown(text, anchors=False)
