"""Form of a decision about an order: every step can be moved up or down by a button."""

from html import escape

import streamlit as st

from lessons.decisions.decision import Answer
from lessons.decisions.order import Ordering
from screens.parts.content.prose import inline
from screens.parts.course.forms.form import OptionRow, QuestionForm
from words import Words, sentence

Moved = tuple[str, int]
"""Option id and its place, from 1."""


class OrderForm(QuestionForm[Ordering]):
    is_live = True
    unanswered = sentence("Put the steps in order first.")

    def fields(self, t: Words, key: str, decision: Ordering) -> None:
        order = self._order(key, decision)
        moved: Moved | None = st.session_state.get(f"moved_{key}")
        with st.container(key=f"answers_{key}", gap=None):
            st.markdown(t.set(decision.prompt))
            for place in range(len(order)):
                self._step(t, key, decision, place)
        if moved is not None:
            text = decision.option(moved[0]).text.rstrip(".")
            where = t("“{step}” is now number {n}.", step=text, n=moved[1])
            st.html(f'<p class="kodex-note" role="status">{escape(where)}</p>')

    def _step(self, t: Words, key: str, decision: Ordering, place: int) -> None:
        order = self._order(key, decision)
        option = decision.option(order[place])
        moved: Moved | None = st.session_state.get(f"moved_{key}")
        kind = "moved" if moved is not None and moved[0] == option.id else "step"
        with st.container(horizontal=True, key=f"{kind}_{key}_{place}", vertical_alignment="center", gap="small"):
            # The browser keeps what is put in order and not sent yet, by these places.
            drawn = f'data-place="{decision.options.index(option)}"{"" if self._is_moved(key) else " data-drawn"}'
            said = f"<b>{place + 1}.</b> <span>{inline(t, option.text)}</span>"
            st.html(f'<p class="kodex-step" {drawn}>{said}</p>')
            for by, icon, label in (
                (-1, ":material/arrow_upward:", t("Move up: {step}", step=option.text)),
                (1, ":material/arrow_downward:", t("Move down: {step}", step=option.text)),
            ):
                is_end = place + by not in range(len(order))
                st.button(
                    label,
                    icon=icon,
                    key=f"move_{key}_{option.id}_{by}",
                    disabled=is_end,
                    on_click=_move,
                    args=(key, order, place, by),
                )

    def _order(self, key: str, decision: Ordering) -> list[str]:
        """Return the order as it stands: the learner's, or the drawn one."""
        kept: list[str] | None = st.session_state.get(f"answer_{key}")
        return kept if kept and decision.offers(kept) else [option.id for option in decision.options]

    def _is_moved(self, key: str) -> bool:
        return f"answer_{key}" in st.session_state

    def answer(self, key: str, decision: Ordering) -> Answer | None:
        return self._order(key, decision)

    def tried(self, t: Words, decision: Ordering, answer: Answer) -> list[OptionRow]:  # noqa: ARG002
        return [OptionRow(f"{n}. {decision.option(each).text}", "") for n, each in enumerate(answer, start=1)]

    def rows(self, t: Words, decision: Ordering, answer: Answer) -> list[OptionRow]:
        is_right, own_order = decision.is_right(answer), list(answer)
        rows = []
        for n, option_id in enumerate(own_order if is_right else decision.right, start=1):
            option, own = decision.option(option_id), own_order.index(option_id) + 1
            text = f"{n}. {option.text}"
            if is_right or own == n:
                rows.append(OptionRow(text, option.explanation, "right", t("right"), is_own=True))
            else:
                tag = t("you had it as number {n}", n=own)
                rows.append(OptionRow(text, option.explanation, "wrong", tag, is_own=True, is_open=True))
        return rows


def _move(key: str, order: list[str], place: int, by: int) -> None:
    """Let a step change places with its neighbour."""
    moved = list(order)
    moved[place], moved[place + by] = moved[place + by], moved[place]
    st.session_state[f"answer_{key}"] = moved
    st.session_state[f"moved_{key}"] = (order[place], place + by + 1)
