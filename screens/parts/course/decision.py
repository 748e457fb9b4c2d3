"""Decisions on the screen: a form before the answer, an explanation after it. Nothing of the explanation is drawn
before the answer is saved."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from lessons.model import Answer, Choice, Decision
from screens.parts import navigation, page
from screens.parts.course.forms.form import QuestionForm
from screens.parts.course.forms.single import SingleForm
from words import Words

FORMS: Mapping[type[Decision], QuestionForm[Any]] = {Choice: SingleForm()}
"""By kind of decision. A subclass has the form of its nearest base."""

Save = Callable[[Answer, str | None], None]
"""Saves an answer and the confidence stated."""


@dataclass(frozen=True)
class Submit:
    """The button that sends a form."""

    key: str
    """Distinguishes this decision from every other of this person."""
    label: str
    save: Save
    """Called before the screen is drawn again."""


def ask(
    t: Words,
    decision: Decision,
    submit: Submit,
    *,
    confidences: Mapping[str, str] | None = None,
    opening: Callable[[], None] = lambda: None,
) -> None:
    """Draw a form with one decision, below what `opening` draws.

    `confidences` are words for how sure the learner is, by value; without them it is not asked.
    """
    form = _form_of(decision)
    with st.form(f"form_{submit.key}", border=False):
        opening()
        form.fields(t, submit.key, decision)
        if confidences:
            st.segmented_control(
                t("How sure are you? It does not count towards the result."),
                list(confidences),
                format_func=confidences.__getitem__,
                key=f"confidence_{submit.key}",
            )
        args = form, submit.key, submit.save
        pressed = st.form_submit_button(submit.label, type="primary", on_click=_submit, args=args)
        if pressed and form.answer(submit.key) is not None:
            navigation.again(_submit, *args)
        elif pressed:
            page.complaint(t.say(form.unanswered))


def _submit(form: QuestionForm[Any], key: str, save: Save) -> None:
    answer = form.answer(key)
    if answer is not None:
        save(answer, st.session_state.get(f"confidence_{key}"))


def explain(
    t: Words, decision: Decision, answer: Answer, *, opening: tuple[str, str] | None = None, then: str = ""
) -> None:
    """Draw what was answered, what is right, and why.

    `opening` is a caption and the screen's title, for a title that states the verdict; `then` is Markdown that
    follows. All of it is one element, because each element costs time on every answer.
    """
    parts = _form_of(decision).explanation(t, decision, answer, has_verdict=opening is not None)
    text = "\n\n".join([*parts, then])
    if opening is not None:
        page.opening(*opening, text)
        return
    with st.container(key="explained"):
        st.markdown(text, anchors=False)


def _form_of(decision: Decision) -> QuestionForm[Any]:
    return next(FORMS[kind] for kind in type(decision).__mro__ if kind in FORMS)
