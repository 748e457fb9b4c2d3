"""Form of a decision with one right option: radio buttons."""

import streamlit as st

from lessons.model import Answer, Choice
from screens.parts.course.forms.form import QuestionForm
from words import Words, sentence


class SingleForm(QuestionForm[Choice]):
    unanswered = sentence("Choose one of the answers first.")

    def fields(self, t: Words, key: str, decision: Choice) -> None:
        texts = {option.id: t.set(option.text) for option in decision.options}
        st.radio(
            t.set(decision.prompt),
            list(texts),
            index=None,
            format_func=texts.__getitem__,
            key=f"answer_{key}",
            width="stretch",
        )

    def answer(self, key: str) -> Answer | None:
        chosen: str | None = st.session_state.get(f"answer_{key}")
        return chosen

    def explanation(self, t: Words, decision: Choice, answer: Answer, *, has_verdict: bool) -> list[str]:
        chosen, right = decision.option(answer), decision.right_option
        rightly = f":green[:material/check:] **{t.set(right.text)}**\n\n{t.set(right.explanation)}"
        if chosen.id == right.id:
            yours = t("Your answer") if has_verdict else t("Your answer is right")
            return [f"## {yours}\n\n{rightly}"]
        yours = t("Your answer") if has_verdict else t("Your answer is not right")
        theirs = t("The right answer")
        wrongly = f":red[:material/close:] {t.set(chosen.text)}\n\n{t.set(chosen.explanation)}"
        return [f"## {yours}\n\n{wrongly}", f"## {theirs}\n\n{rightly}"]
