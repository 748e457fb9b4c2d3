"""Feedback in place, as HTML: the options stay where they were, each with its consequence."""

from collections.abc import Iterable
from html import escape

from lessons.decisions.decision import Decision
from screens.parts.content.prose import block, inline
from screens.parts.course.forms.form import OptionRow
from words import Words

_SIGNS = {"right": "✓", "wrong": "✕", "plain": ""}


def options(t: Words, decision: Decision, rows: Iterable[OptionRow], above: str = "") -> str:
    listed = "".join(_row(t, row) for row in rows)
    prompt = f'<p class="ask">{inline(t, decision.prompt)}</p>'
    return f'<div class="kodex-after {decision.kind or "single"}">{above}{prompt}<ul>{listed}</ul></div>'


def saved(t: Words, is_new: bool = True) -> str:
    """Return HTML that says that the answer is saved, for where its button was; nothing if it is not `is_new`."""
    said = escape(t("Your answer is saved"))
    return f'<p class="kodex-saved" role="status"><span aria-hidden="true">✓</span> {said}</p>' if is_new else ""


def _row(t: Words, row: OptionRow) -> str:
    kinds = " ".join(kind for kind in (row.state, "own" if row.is_own else "") if kind)
    tag = f"<em>{inline(t, row.tag)}</em>" if row.tag else ""
    head = f'<i aria-hidden="true">{_SIGNS[row.state]}</i><p>{inline(t, row.text)} {tag}</p>'
    why = block(t, row.explanation)
    if row.is_open:
        return f'<li class="{kinds}">{head}<div>{why}</div></li>'
    if not row.explanation:
        return f'<li class="{kinds}">{head}</li>'
    return f'<li class="{kinds}">{head}<details><summary>{t("Where it leads")}</summary>{why}</details></li>'
