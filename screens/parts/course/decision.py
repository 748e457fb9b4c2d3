"""Decisions on the screen: a form before the answer, the same options with their consequences after it. Nothing of an
explanation is drawn before the answer is saved."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from lessons.decisions.choice import Choice
from lessons.decisions.classify import Classify
from lessons.decisions.decision import Answer, Decision
from lessons.decisions.multiple import Multiple
from lessons.decisions.order import Ordering
from lessons.decisions.spot import Spot
from screens.parts import navigation, page
from screens.parts.course import feedback
from screens.parts.course.forms.classify import ClassifyForm
from screens.parts.course.forms.form import QuestionForm
from screens.parts.course.forms.multiple import MultipleForm
from screens.parts.course.forms.order import OrderForm
from screens.parts.course.forms.single import SingleForm
from screens.parts.course.forms.spot import SpotForm
from words import Words

FORMS: Mapping[type[Decision], QuestionForm[Any]] = {
    Choice: SingleForm(),
    Multiple: MultipleForm(),
    Classify: ClassifyForm(),
    Ordering: OrderForm(),
    Spot: SpotForm(),
}
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
    note: str = ""
    """What the answer is for, above the button."""
    confidences: Mapping[str, str] = field(default_factory=dict)
    """Words for how sure the learner is, by value; without them it is not asked."""


def ask(t: Words, decision: Decision, submit: Submit) -> None:
    """Draw a form with one decision."""
    if _form_of(decision).is_live:
        _ask_live(t, decision, submit)
    else:
        _ask_in_form(t, decision, submit)


def _ask_in_form(t: Words, decision: Decision, submit: Submit) -> None:
    form = _form_of(decision)
    with st.form(f"form_{submit.key}", border=False):
        complaint = st.empty()
        form.fields(t, submit.key, decision)
        _confidence(t, submit)
        args = decision, submit.key, submit.save
        pressed = st.form_submit_button(submit.label, type="primary", on_click=_submit, args=args)
        if pressed and form.answer(submit.key, decision) is not None:
            navigation.again(_submit, *args)
        elif pressed:
            with complaint:
                page.complaint(t.say(form.unanswered))


@st.fragment
def _ask_live(t: Words, decision: Decision, submit: Submit) -> None:
    """Draw fields that follow the learner's moves; of the screen, only they run again until the answer is sent."""
    form = _form_of(decision)
    complaint = st.empty()
    form.fields(t, submit.key, decision)
    _confidence(t, submit)
    if st.button(submit.label, type="primary", key=f"submit_{submit.key}"):
        if form.answer(submit.key, decision) is None:
            with complaint:
                page.complaint(t.say(form.unanswered))
        else:
            navigation.again(_submit, decision, submit.key, submit.save)


def _confidence(t: Words, submit: Submit) -> None:
    if submit.confidences:
        st.segmented_control(
            t("How sure are you? It does not count towards the result."),
            list(submit.confidences),
            format_func=submit.confidences.__getitem__,
            key=f"confidence_{submit.key}",
        )
    if submit.note:
        st.caption(submit.note)


def _submit(decision: Decision, key: str, save: Save) -> None:
    answer = _form_of(decision).answer(key, decision)
    if answer is not None:
        save(answer, st.session_state.get(f"confidence_{key}"))


def explained(t: Words, decision: Decision, answer: Answer) -> str:
    """Return HTML of the options where they were: what was answered, what is right, where each leads."""
    form = _form_of(decision)
    return feedback.options(t, decision, form.rows(t, decision, answer), form.shown(t, decision, answer))


def tried(t: Words, decision: Decision, answer: Answer) -> str:
    """Return HTML of the options after a wrong first try, which tells nothing of the right answer."""
    form = _form_of(decision)
    verdict = f'<p class="kodex-verdict wrong">{t("That is not the right answer")}</p>'
    rows = form.tried(t, decision, answer)
    return verdict + feedback.options(t, decision, rows, form.shown(t, decision, answer))


def _form_of(decision: Decision) -> QuestionForm[Any]:
    return next(FORMS[kind] for kind in type(decision).__mro__ if kind in FORMS)
