"""Form of a decision that puts each of several things into a category: one row of buttons a thing."""

from typing import cast

import streamlit as st

from lessons.decisions.classify import Classify
from lessons.decisions.decision import Answer
from screens.parts.course.forms.form import OptionRow, QuestionForm
from words import Words, sentence


class ClassifyForm(QuestionForm[Classify]):
    unanswered = sentence("Decide about each of them first.")

    def fields(self, t: Words, key: str, decision: Classify) -> None:
        texts = {category.id: t.set(category.text) for category in decision.categories}
        with st.container(key=f"answers_{key}", gap="small"):
            st.markdown(t.set(decision.prompt))
            for option in decision.options:
                st.segmented_control(
                    t.set(option.text),
                    list(texts),
                    format_func=texts.__getitem__,
                    key=f"answer_{key}_{option.id}",
                    width="stretch",
                )

    def answer(self, key: str, decision: Classify) -> Answer | None:
        put = {each.id: st.session_state.get(f"answer_{key}_{each.id}") for each in decision.options}
        return {name: category for name, category in put.items() if category} if all(put.values()) else None

    def tried(self, t: Words, decision: Classify, answer: Answer) -> list[OptionRow]:
        put = cast("dict[str, str]", answer)
        rows = []
        for each in decision.options:
            own = decision.category(put[each.id]).text
            if put[each.id] == decision.right[each.id]:
                rows.append(OptionRow(each.text, "", tag=t("yours: {yours}", yours=own), is_own=True))
            else:
                rows.append(OptionRow(each.text, "", "wrong", t("yours: {yours} · wrong", yours=own), is_own=True))
        return rows

    def rows(self, t: Words, decision: Classify, answer: Answer) -> list[OptionRow]:
        put = cast("dict[str, str]", answer)
        rows = []
        for each in decision.options:
            own, right = decision.category(put[each.id]).text, decision.category(decision.right[each.id]).text
            if own == right:
                tag = t("{yours} · right", yours=own)
                rows.append(OptionRow(each.text, each.explanation, "right", tag, is_own=True))
            else:
                tag = t("yours: {yours} · right: {right}", yours=own, right=right)
                rows.append(OptionRow(each.text, each.explanation, "wrong", tag, is_own=True, is_open=True))
        return rows
