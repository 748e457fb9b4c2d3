"""The chart over time. Its form is built once for each language; only the figures change."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import streamlit as st

from progress.reports.lists import Forecast
from words import Words

Rows = list[dict[str, Any]]

STEEP = 0.15
"""Rise of a forecast, as a share of all people, above which a label below its end would touch the line."""
SHARES = (0, 0.5, 1)
"""Marks of the vertical axis."""
ROLES = ["finding", "context", "label", "ink", "band", "on", "late"]
"""In the order of `chartCategoricalColors`, from which the theme takes the colours, light and dark."""
_CONFIG = {
    "axis": {
        "labelFlush": False,
        "labelFontSize": 13,
        "labelLimit": 220,
        "labelPadding": 8,
        "gridOpacity": 0.6,
        "labelOverlap": True,
    },
    "text": {"fontSize": 13},
    "line": {"strokeWidth": 2.25, "strokeCap": "round"},
    "view": {"strokeWidth": 0},
    "padding": {"left": 0, "right": 4, "top": 4, "bottom": 0},
}


@dataclass(frozen=True)
class Completion:
    """Draw the growth of completion, and its forecast."""

    curve: Sequence[tuple[date, int]]
    """(day, people certified by then), to the day that is shown."""
    people: int
    due_on: date
    forecast: Forecast | None
    is_past: bool
    """True if a past day is shown."""


def over_time(t: Words, completion: Completion, alt_text: str) -> None:
    curve, people, due_on = completion.curve, completion.people, completion.due_on
    today, certified = curve[-1]
    share_now = t.percent(100 * certified / people)
    line = [{"day": day.isoformat(), "share": n / people, "role": "context"} for day, n in curve]
    share_today = certified / people
    now = {"day": today.isoformat(), "share": share_today}
    due = {"day": due_on.isoformat()}
    label = t("due {day}", day=t.short_day(due_on))
    texts: Rows = [
        {
            **now,
            "says": f"{t.short_day(today)} {share_now}"
            if completion.is_past
            else t("today {share}", share=share_now),
            "role": "ink",
            "dy": -12,
        },
        {**due, "share": 0.03, "says": label, "role": "ink", "dy": 0},
    ]
    ahead: Rows = []
    if completion.forecast is not None:
        share = completion.forecast.at_most / people
        ahead = [{**now, "role": "finding"}, {**due, "share": share, "role": "finding"}]
        says = t("at most {share}", share=t.percent(100 * share))
        # Above a steep line, which would run through it, and below a flat one, clear of today's label.
        is_steep = share - share_today > STEEP
        texts.append({**due, "share": share, "says": says, "role": "finding", "dy": -12 if is_steep else 18})
    points = [{**now, "role": "ink"}, *ahead[1:]]
    rule = [{**due, "role": "ink"}]
    _draw(_curve_form(t.language), [line, ahead, rule, points, texts], alt_text, height=260)


def _draw(form: dict[str, Any], layers: list[Rows], alt_text: str, height: int) -> None:
    drawn = [{**layer, "data": {"values": rows}} for layer, rows in zip(form["layer"], layers, strict=True)]
    st.vega_lite_chart(spec={**form, "layer": drawn, "height": height}, width="stretch", alt=alt_text)


def _percent_label(t: Words) -> str:
    """Vega knows few languages, so its axes are labelled by expressions made from Babel's patterns."""
    labels = {share: t.percent(100 * share) for share in SHARES}
    return f"({json.dumps(labels, ensure_ascii=False)})[datum.value]"


def _day_label(t: Words) -> str:
    months = json.dumps(list(t.locale.months["format"]["abbreviated"].values()), ensure_ascii=False)
    meaning = {"d": "date(datum.value)", "M": "(month(datum.value) + 1)", "MMM": f"{months}[month(datum.value)]"}
    parts = re.findall(r"d|M+|[^dM]+", t.locale.datetime_skeletons["MMMd"].pattern)
    return " + ".join(meaning.get(part) or json.dumps(part.replace("'", "")) for part in parts)


@cache
def _curve_form(language: str) -> dict[str, Any]:
    import altair as alt

    t = Words.of(language)
    x = alt.X("day:T", title=None, axis=alt.Axis(labelExpr=_day_label(t), tickCount=5, grid=False, labelFlush=False))
    y = alt.Y(
        "share:Q",
        title=None,
        scale=alt.Scale(domain=[0, 1]),
        axis=alt.Axis(values=list(SHARES), labelExpr=_percent_label(t)),
    )
    line = alt.Chart().mark_line().encode(x=x, y=y, color=_role(alt))
    ahead = alt.Chart().mark_line(strokeDash=[2, 5]).encode(x=x, y=y, color=_role(alt))
    rule = alt.Chart().mark_rule().encode(x=x, color=_role(alt))
    points = alt.Chart().mark_point(size=60, filled=True, opacity=1).encode(x=x, y=y, color=_role(alt))
    texts = (
        alt.Chart()
        .mark_text(align="right", dx=-8, fontWeight=600, dy=alt.expr("datum.dy"))
        .encode(x=x, y=y, text="says:N", color=_role(alt))
    )
    return _form(alt, [line, ahead, rule, points, texts])


def _role(alt: Any) -> Any:
    return alt.Color("role:N", scale=alt.Scale(domain=ROLES), legend=None)


def _form(alt: Any, layers: list[Any]) -> dict[str, Any]:
    """Return the chart's specification without figures."""
    placeholder = alt.Data(values=[])
    spec = alt.layer(*layers, data=placeholder).to_dict(validate=False)
    return {key: spec[key] for key in ("layer", "encoding") if key in spec} | {"config": _CONFIG}
