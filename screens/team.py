"""Team: how the reporting line is doing against the due date, and who needs a reminder. Never anyone's answers."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from people.access import Act, require
from progress.completion.rules import Status
from progress.reports import lists
from progress.reports.as_of import View
from progress.reports.lists import Forecast, ListEntry, Summary, UnitCount
from progress.reports.selection import Selection
from screens.parts import charts, deputies, filters, listing, page, statuses
from screens.parts.charts import Completion
from screens.parts.session import Visit, current
from words import Words

SMALLEST_UNIT = 5
"""People in a unit below which its figures would be about individuals."""
MOST_UNITS = 12


def finding(visit: Visit, found: Summary, forecast: Forecast | None, due_on: date | None, day: date) -> str:
    t = visit.words
    if found.certified == found.people:
        return t("The whole team is certified")
    if not found.missing:
        return t("Everybody in the team is certified or exempt")
    if found.count(Status.NOTHING_ASSIGNED) == found.people:
        return t("Nobody in your team has a course yet")
    if forecast is not None:
        return t(
            "At this pace, at most {share} of the team will be certified by {day}",
            share=t.percent(100 * forecast.at_most / found.people),
            day=t.day(forecast.due_on),
        )
    if overdue := found.count(Status.OVERDUE):
        return t.plural("{n} person is overdue", "{n} people are overdue", overdue)
    if due_on is not None and due_on >= day:
        return t.plural(
            "{n} person still to go by {day}", "{n} people still to go by {day}", found.missing, day=t.day(due_on)
        )
    return statuses.certified(t, found)


def unit_heading(visit: Visit, found: Summary, shown: Sequence[UnitCount]) -> str:
    t = visit.words
    if not shown or not shown[0].missing:
        return t("By unit")
    return t(
        "{unit}: {n} {of_total} missing certificates",
        unit=shown[0].unit,
        n=t.number(shown[0].missing),
        of_total=t.out_of(found.missing),
    )


def by_unit(visit: Visit, found: Summary) -> None:
    """Draw the units with the most people missing. Small ones, and those beyond the first dozen, share a row."""
    t = visit.words
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
        page.heading(unit_heading(visit, found, shown))
        page.bars([t("Unit"), t("Certified"), t("Missing")], rows, worst)


def team(visit: Visit) -> None:
    opening = st.container(gap="medium")
    with st.container(horizontal=True, key="filters_of_team"):
        course_id = filters.course(visit, with_all=False)
        day = filters.day(visit)
    with filters.as_of(visit, Act.SEE_TEAM, day) as view:
        found = lists.summary(view, Selection(course_id=course_id))
        if found.people == 1:
            with opening:
                one_person(visit, view, course_id)
            members(visit, view, course_id, is_alone=True)
        elif found.people:
            dashboard(visit, view, found, course_id, opening)
        else:
            with opening:
                nobody(visit, day)
    with opening:
        deputies.standing_in(visit)


def nobody(visit: Visit, day: date) -> None:
    t = visit.words
    if day < visit.today:
        page.opening(
            t("Your team · as of {day}", day=t.date(day)),
            t("Nobody was in your team that day"),
            t("You see those who were in your team that day and are in it today. Choose a later day, or today."),
        )
    else:
        page.opening(t("Your team"), t("Nobody reports to you"))


def one_person(visit: Visit, view: View, course_id: str | None) -> None:
    """Draw the status of the only person in a team: shares would say nothing."""
    t = visit.words
    (only,) = lists.entries(view, Selection(course_id=course_id))
    title = visit.content.courses[only.course_id].title(t.language)
    said = t("{course} · as of {today}", course=title, today=t.date(view.day))
    page.about(said, t("{name}: {status}", name=only.name, status=statuses.said(t, only.status)), until(t, only))


def until(t: Words, entry: ListEntry) -> str:
    """Return the day that matters next: the last day of a certificate, or the due date."""
    if entry.valid_until is not None:
        return t("Valid until {day}.", day=t.date(entry.valid_until))
    return t("Due on {day}.", day=t.date(entry.due_on)) if entry.due_on else ""


def dashboard(visit: Visit, view: View, found: Summary, course_id: str | None, opening: DeltaGenerator) -> None:
    t, day, selection = visit.words, view.day, Selection(course_id=course_id)
    curve = lists.completion_by_day(view, selection)
    due_days = lists.due_days(view, selection)
    due_on = due_days[0] if due_days else None
    forecast = lists.forecast(curve, found.wanted, due_on) if due_on else None
    with opening:
        title = finding(visit, found, forecast, due_on, day)
        page.opening(
            caption(visit, course_id, due_days, day),
            title,
            statuses.others(t, found) if title == statuses.certified(t, found) else statuses.counted(t, found),
        )
    if due_on is not None:
        left, right = st.columns(2, gap="medium")
        with left:
            by_unit(visit, found)
        with right:
            completion = Completion(curve, found.people, due_on, forecast, is_past=day < visit.today)
            over_time(visit, found, completion)
    members(visit, view, course_id)


def caption(visit: Visit, course_id: str | None, due_days: Sequence[date], day: date) -> str:
    t = visit.words
    course, today = _title(visit, course_id), t.date(day)
    if not due_days:
        return t("{course} · as of {today}", course=course, today=today)
    due = t.day(due_days[0])
    if len(due_days) > 1:
        return t("{course} · mostly due {day} · as of {today}", course=course, day=due, today=today)
    return t("{course} · due {day} · as of {today}", course=course, day=due, today=today)


def over_time(visit: Visit, found: Summary, completion: Completion) -> None:
    t, curve, forecast = visit.words, completion.curve, completion.forecast
    slow = t("At this pace, not everybody will be certified by {day}", day=t.day(completion.due_on))
    st.header(t("Completion over time") if forecast is None else slow, anchor=False)
    if curve[-1][1] < lists.SMALLEST_CURVE:
        st.markdown(t("The curve appears once five people are certified; before that, it would show individuals."))
        return
    alt_text = t("People certified over time against the due date. The same numbers are in the table below.")
    charts.over_time(t, completion, alt_text)
    if forecast is not None:
        st.caption(
            t.plural(
                "Unless the pace rises, at least {n} person will be missing on {day}.",
                "Unless the pace rises, at least {n} people will be missing on {day}.",
                found.wanted - forecast.at_most,
                day=t.day(completion.due_on),
            )
        )
    with st.expander(t("The same numbers as a table")):
        weekly = [*curve[:-1:7], curve[-1]]
        page.rows(
            [[t.short_date(day), t.number(n), t.percent(100 * n / found.people)] for day, n in weekly],
            head=[t("Day"), t("Certified"), t("Share")],
        )


def _title(visit: Visit, course_id: str | None) -> str:
    t = visit.words
    return visit.content.courses[course_id].title(visit.language) if course_id else t("All courses")


def members(visit: Visit, view: View, course_id: str | None, *, is_alone: bool = False) -> None:
    """Draw the people, filtered, those who need a reminder first."""
    t = visit.words
    with st.container(gap="small"):
        st.header(t("Where everyone stands"), anchor=False)
        selection = Selection(course_id=course_id)
        if not is_alone:
            search, unit, status = filters.people(t, lists.units(view), t("Name or employee number"))
            selection = replace(selection, unit=unit, status=status, search=search)
        shown = lists.entries(view, selection, listing.MOST_ROWS)
        total = lists.summary(view, selection).people
        listing.draw(visit, shown, total, t("People of your team, those who need attention first"))
        listing.downloads(visit, view, "team", selection)
        st.caption(t("You see status and dates. Nobody’s score and nobody’s answers are shown to a manager."))


visit = current()
require(visit.principal, Act.SEE_TEAM)
with page.wide("dashboard"):
    team(visit)
    deputies.draw(visit)
