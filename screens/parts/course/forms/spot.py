"""Form of a decision about phrases in a text: a button for each, with the number that it has in the text."""

import streamlit as st

from lessons.decisions.decision import Answer
from lessons.decisions.spot import Spot
from screens.parts.content import scenes
from screens.parts.course.forms.form import OptionRow, QuestionForm, row_of_several
from words import Words, sentence


class SpotForm(QuestionForm[Spot]):
    is_live = True
    unanswered = sentence("Mark at least one of the phrases first.")

    def fields(self, t: Words, key: str, decision: Spot) -> None:
        marked: list[str] = st.session_state.get(f"answer_{key}") or []
        st.html(scenes.artefact(t, decision, marked))
        texts = {each.id: f"{n} {t.set(each.text)}" for n, each in enumerate(decision.options, start=1)}
        st.pills(
            t.set(decision.prompt),
            list(texts),
            selection_mode="multi",
            format_func=texts.__getitem__,
            key=f"answer_{key}",
            width="stretch",
        )

    def answer(self, key: str, decision: Spot) -> Answer | None:  # noqa: ARG002
        return sorted(st.session_state.get(f"answer_{key}") or ()) or None

    def rows(self, t: Words, decision: Spot, answer: Answer) -> list[OptionRow]:
        return [
            row_of_several(
                t, f"{n} {each.text}", each.explanation, is_right=each.id in decision.right, is_own=each.id in answer
            )
            for n, each in enumerate(decision.options, start=1)
        ]

    def shown(self, t: Words, decision: Spot, answer: Answer) -> str:
        return scenes.artefact(t, decision, answer)
