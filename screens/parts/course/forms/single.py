"""Form of a decision with one right option: radio buttons."""

import streamlit as st

from lessons.decisions.choice import Choice
from lessons.decisions.decision import Answer
from screens.parts.course.forms.form import OptionRow, QuestionForm
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

    def answer(self, key: str, decision: Choice) -> Answer | None:  # noqa: ARG002
        chosen: str | None = st.session_state.get(f"answer_{key}")
        return chosen

    def rows(self, t: Words, decision: Choice, answer: Answer) -> list[OptionRow]:
        return [self._row(t, decision, each.id, answer) for each in decision.options]

    def _row(self, t: Words, decision: Choice, option_id: str, answer: Answer) -> OptionRow:
        option, is_own, is_right = decision.option(option_id), option_id == answer, option_id == decision.right
        text, why = option.text, option.explanation
        if is_own and is_right:
            return OptionRow(text, why, "right", t("yours · right"), is_own=True, is_open=True)
        if is_own:
            return OptionRow(text, why, "wrong", t("yours · wrong"), is_own=True, is_open=True)
        return OptionRow(text, why, "right", t("right")) if is_right else OptionRow(text, why)
