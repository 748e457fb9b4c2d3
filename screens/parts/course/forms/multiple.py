"""Form of a decision with several right options: a box to tick for each."""

import streamlit as st

from lessons.decisions.decision import Answer
from lessons.decisions.multiple import Multiple
from screens.parts.course.forms.form import OptionRow, QuestionForm, row_of_several
from words import Words, sentence


class MultipleForm(QuestionForm[Multiple]):
    unanswered = sentence("Choose at least one of the answers first.")

    def fields(self, t: Words, key: str, decision: Multiple) -> None:
        with st.container(key=f"answers_{key}", gap="xsmall"):
            st.markdown(t.set(decision.prompt))
            for option in decision.options:
                st.checkbox(t.set(option.text), key=f"answer_{key}_{option.id}", width="stretch")

    def answer(self, key: str, decision: Multiple) -> Answer | None:
        ticked = (each.id for each in decision.options if st.session_state.get(f"answer_{key}_{each.id}"))
        return sorted(ticked) or None

    def rows(self, t: Words, decision: Multiple, answer: Answer) -> list[OptionRow]:
        return [
            row_of_several(
                t, each.text, each.explanation, is_right=each.id in decision.right, is_own=each.id in answer
            )
            for each in decision.options
        ]
