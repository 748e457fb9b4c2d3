"""Team: how the reporting line is doing against the due date, and who needs a word. Never anybody's answers."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from people.access import Act, require
from progress.completion.rules import Status
from progress.reports import lists
from progress.reports.as_of import View
from progress.reports.lists import Entry, Forecast, Summary, UnitCount
from progress.reports.selection import Selection
from screens.parts import charts, deputies, filters, listing, page, statuses
from screens.parts.session import Visit, visit
from words import Words

SMALLEST_UNIT = 5
"""People below whom a unit says more about single people than about a unit."""
MOST_UNITS = 12


def finding(seen: Visit, found: Summary, forecast: Forecast | None, due_on: date | None, day: date) -> str:
    t = seen.words
    if found.certified == found.people:
        return t("The whole team is certified")
    if not found.missing:
        return t("Everybody in the team is certified or exempt")
    if found.count(Status.NOTHING_ASSIGNED) == found.people:
        return t("Nobody in your team has a course yet")
    if forecast is not None:
        return t(
            "At this pace, at most {share} of the team will make the due date",
            share=t.percent(100 * forecast.at_most / found.people),
        )
    if overdue := found.count(Status.OVERDUE):
        return t.plural("{n} person is overdue", "{n} people are overdue", overdue)
    if due_on is not None and due_on >= day:
        return t.plural(
            "{n} person still to go by {day}", "{n} people still to go by {day}", found.missing, day=t.day(due_on)
        )
    return statuses.certified(t, found)


def unit_heading(seen: Visit, found: Summary, shown: Sequence[UnitCount]) -> str:
    t = seen.words
    if not shown or not shown[0].missing:
        return t("By unit")
    return t(
        "{unit}: {n} {of_total} missing certificates",
        unit=shown[0].unit,
        n=t.number(shown[0].missing),
        of_total=t.out_of(found.missing),
    )


def by_unit(seen: Visit, found: Summary) -> None:
    """The units with the most people missing; small ones, and those beyond the first dozen, are one row."""
    t = seen.words
    shown = [unit for unit in found.units if unit.people >= SMALLEST_UNIT][:MOST_UNITS]
    rest = [unit for unit in found.units if unit not in shown]

    def row(name: str, units: Sequence[UnitCount]) -> tuple[str, float, list[str]]:
        everybody, certified = (sum(getattr(each, what) for each in units) for what in ("people", "certified"))
        missing = sum(each.missing for each in units)
        share = f"{t.percent(100 * certified / everybody)} · {t.number(certified)}/{t.number(everybody)}"
        return name, certified / everybody, [share, t.number(missing)]

    rows = [row(unit.unit, [unit]) for unit in shown]
    if rest:
        rows.append(row(t.plural("{n} smaller unit", "{n} smaller units", len(rest)), rest))
    if len(rows) > 1:
        rows.append(row(t("Together"), found.units))
    worst = shown[0].unit if shown and shown[0].missing else None
    with st.container(gap="small"):
        page.heading(unit_heading(seen, found, shown))
        page.bars([t("Unit"), t("Certified"), t("Missing")], rows, worst)


def team(seen: Visit) -> None:
    course_id = filters.course(seen, with_all=False)
    opening = st.container(gap="medium")
    day = filters.day(seen)
    with filters.as_of(seen, Act.SEE_TEAM, day) as view:
        found = lists.summary(view, Selection(course_id=course_id))
        if found.people == 1:
            with opening:
                one_person(seen, view, course_id)
            members(seen, view, course_id, is_alone=True)
        elif found.people:
            dashboard(seen, view, found, course_id, opening)
        else:
            with opening:
                nobody(seen, day)
    with opening:
        deputies.standing_in(seen)


def nobody(seen: Visit, day: date) -> None:
    t = seen.words
    if day < seen.today:
        page.opening(
            t("Your team · as of {day}", day=t.date(day)),
            t("Nobody was in your team that day"),
            t("You see those who were in your team that day and are in it today. Choose a later day, or today."),
        )
    else:
        page.opening(t("Your team"), t("Nobody reports to you"))


def one_person(seen: Visit, view: View, course_id: str | None) -> None:
    """A team of one needs no shares: where that person stands, in one sentence."""
    t = seen.words
    (only,) = lists.entries(view, Selection(course_id=course_id))
    title = seen.content.courses[only.course_id].title(t.language)
    said = t("{course} · as of {today}", course=title, today=t.date(view.day))
    page.about(said, t("{name}: {status}", name=only.name, status=statuses.said(t, only.status)), until(t, only))


def until(t: Words, entry: Entry) -> str:
    """The day that matters next: the last one of a certificate, or the due date."""
    if entry.valid_until is not None:
        return t("Valid until {day}.", day=t.date(entry.valid_until))
    return t("Due on {day}.", day=t.date(entry.due_on)) if entry.due_on else ""


def dashboard(seen: Visit, view: View, found: Summary, course_id: str | None, opening: DeltaGenerator) -> None:
    t, day, selection = seen.words, view.day, Selection(course_id=course_id)
    curve = lists.completion_by_day(view, selection)
    due_days = lists.due_days(view, selection)
    due_on = due_days[0] if due_days else None
    forecast = lists.forecast(curve, found.people, due_on) if due_on else None
    with opening:
        title = finding(seen, found, forecast, due_on, day)
        page.opening(
            caption(seen, course_id, due_days, day),
            title,
            statuses.others(t, found) if title == statuses.certified(t, found) else statuses.counted(t, found),
        )
    if due_on is not None:
        left, right = st.columns(2, gap="medium")
        with left:
            by_unit(seen, found)
        with right:
            over_time(seen, found, curve, due_on, forecast, day)
    members(seen, view, course_id)


def caption(seen: Visit, course_id: str | None, due_days: Sequence[date], day: date) -> str:
    t = seen.words
    course, today = _title(seen, course_id), t.date(day)
    if not due_days:
        return t("{course} · as of {today}", course=course, today=today)
    due = t.day(due_days[0])
    if len(due_days) > 1:
        return t("{course} · mostly due {day} · as of {today}", course=course, day=due, today=today)
    return t("{course} · due {day} · as of {today}", course=course, day=due, today=today)


def over_time(
    seen: Visit,
    found: Summary,
    curve: Sequence[tuple[date, int]],
    due_on: date,
    forecast: Forecast | None,
    day: date,
) -> None:
    t = seen.words
    st.header(
        t("Completion over time") if forecast is None else t("This pace is too slow for the due date"), anchor=False
    )
    if curve[-1][1] < lists.SMALLEST_CURVE:
        st.markdown(t("The curve appears once five people are certified; before, it would show single people."))
        return
    charts.over_time(
        t,
        curve,
        found.people,
        due_on,
        forecast,
        t("People certified over time against the due date. The same numbers are in the table below."),
        is_past=day < seen.today,
    )
    if forecast is not None:
        st.caption(
            t.plural(
                "Unless the pace rises, at least {n} person will be missing on {day}.",
                "Unless the pace rises, at least {n} people will be missing on {day}.",
                max(0, found.people - found.count(Status.EXEMPT) - forecast.at_most),
                day=t.day(due_on),
            )
        )
    with st.expander(t("The same numbers as a table")):
        weekly = [*curve[:-1:7], curve[-1]]
        page.rows(
            [[t.short_date(day), t.number(n), t.percent(100 * n / found.people)] for day, n in weekly],
            head=[t("Day"), t("Certified"), t("Share")],
        )


def _title(seen: Visit, course_id: str | None) -> str:
    t = seen.words
    return seen.content.courses[course_id].title(seen.language) if course_id else t("All courses")


def members(seen: Visit, view: View, course_id: str | None, *, is_alone: bool = False) -> None:
    """The people, filtered, those who need a word first."""
    t = seen.words
    with st.container(gap="small"):
        st.header(t("Who is where"), anchor=False)
        selection = Selection(course_id=course_id)
        if not is_alone:
            search, unit, status = filters.people(t, lists.units(view), t("Name or employee number"))
            selection = replace(selection, unit=unit, status=status, search=search)
        shown = lists.entries(view, selection, listing.MOST_ROWS)
        total = lists.summary(view, selection).people
        listing.draw(seen, shown, total, t("People of your team, those who need attention first"))
        listing.downloads(seen, view, "team", selection)
        st.caption(t("You see status and dates. Nobody’s score and nobody’s answers are shown to a manager."))


seen = visit()
require(seen.principal, Act.SEE_TEAM)
with page.wide("dashboard"):
    team(seen)
    deputies.draw(seen)
