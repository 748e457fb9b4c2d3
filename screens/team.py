"""Team: how the reporting line is doing against the due date, and who needs a word. Never anybody's answers."""

from datetime import date

import streamlit as st
from sqlalchemy import Connection
from streamlit.delta_generator import DeltaGenerator

from people import directory
from people.access import Act, require, visible
from progress import reports
from progress.reports import Forecast, Selection, Summary
from progress.rules import Status
from screens.parts import charts, deputies, filters, listing, page, statuses
from screens.session import Visit, visit


def finding(seen: Visit, found: Summary, forecast: Forecast | None) -> str:
    t = seen.words
    overdue = found.count(Status.OVERDUE)
    if found.certified == found.people:
        return t("The whole team is certified")
    if forecast is not None and forecast.certified < found.people:
        return t(
            "At this pace {share} of the team will make the due date",
            share=t.percent(100 * forecast.certified / found.people),
        )
    if forecast is not None:
        return t("At this pace the whole team will make the due date")
    if overdue:
        return t.plural("{n} person is overdue", "{n} people are overdue", overdue)
    return statuses.certified(t, found)


def standing_in_words(seen: Visit, found: Summary) -> str:
    t = seen.words
    revoked = found.count(Status.REVOKED)
    counted = t.list(
        [
            t.plural(
                "{n} is in progress",
                "{n} are in progress",
                found.count(Status.IN_PROGRESS) + found.count(Status.PASSED),
            ),
            t.plural("{n} has not started", "{n} have not started", found.count(Status.NOT_STARTED)),
            t.plural("{n} is overdue", "{n} are overdue", found.count(Status.OVERDUE)),
            *([t.plural("{n} certificate was revoked", "{n} certificates were revoked", revoked)] if revoked else []),
        ]
    )
    return f"{statuses.certified_share(t, found)}; {counted}."


def unit_heading(seen: Visit, found: Summary) -> str:
    t = seen.words
    last = found.units[-1]
    if len(found.units) == 1 or last.share == found.units[0].share:
        return t("By unit")
    return t("{unit} is behind: {share}", unit=last.unit, share=t.percent(100 * last.share))


def team(seen: Visit) -> None:
    course_id = filters.course(seen)
    opening = st.container(gap="medium")
    day = filters.day(seen)
    with filters.as_of(seen, Act.SEE_TEAM, day) as connection:
        found = reports.summary(connection, seen.principal, Act.SEE_TEAM, Selection(course_id=course_id), day)
        if found.people:
            dashboard(seen, connection, found, course_id, day, opening)
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
            t("Nobody in your team had a course that day"),
            t("You see those who were in your team that day and are in it today. Choose a later day, or today."),
        )
    else:
        page.opening(
            t("Your team"),
            t("Nobody in your team has a course yet"),
            t("As soon as human resources assign one, you will see here how the team is doing."),
        )


def dashboard(
    seen: Visit, connection: Connection, found: Summary, course_id: str | None, day: date, opening: DeltaGenerator
) -> None:
    t = seen.words
    selection = Selection(course_id=course_id)
    curve = reports.completion_by_day(connection, seen.principal, Act.SEE_TEAM, selection, day)
    due_on = reports.due_days(connection, seen.principal, Act.SEE_TEAM, selection, day)[0]
    forecast = reports.forecast(curve, found.people, due_on)
    with opening:
        page.opening(
            t(
                "{course} · due {day} · as of {today}",
                course=_title(seen, course_id),
                day=t.day(due_on),
                today=t.date(day),
            ),
            finding(seen, found, forecast),
            standing_in_words(seen, found),
        )
    left, right = st.columns(2, gap="medium")
    with left:
        page.heading(unit_heading(seen, found))
        charts.by_unit(
            t, found.units, t("Share of people certified, by unit. The same numbers are in the table below.")
        )
        with st.expander(t("The same numbers as a table")):
            page.rows(
                [
                    [unit.unit, str(unit.people), str(unit.certified), t.percent(100 * unit.share)]
                    for unit in found.units
                ],
                head=[t("Unit"), t("People"), t("Certified"), t("Share")],
            )
    with right:
        st.header(_pace_heading(seen, found, forecast), anchor=False)
        if curve[-1][1] < reports.SMALLEST_CURVE:
            st.markdown(t("The curve appears once five people are certified; before, it would show single people."))
        else:
            charts.over_time(
                t,
                curve,
                found.people,
                due_on,
                forecast,
                t("People certified over time against the due date. The same numbers are in the table below."),
                is_past=day < seen.today,
            )
            with st.expander(t("The same numbers as a table")):
                weekly = [*curve[:-1:7], curve[-1]]
                page.rows(
                    [[t.short_date(day), str(n), t.percent(100 * n / found.people)] for day, n in weekly],
                    head=[t("Day"), t("Certified"), t("Share")],
                )
    members(seen, connection, course_id, day)


def _title(seen: Visit, course_id: str | None) -> str:
    t = seen.words
    return seen.content.courses[course_id].title(seen.language) if course_id else t("All courses")


def _pace_heading(seen: Visit, found: Summary, forecast: Forecast | None) -> str:
    t = seen.words
    if forecast is None:
        return t("Completion over time")
    if forecast.certified < found.people:
        return t("The pace is too slow for the due date")
    return t("The pace is enough for the due date")


def members(seen: Visit, connection: Connection, course_id: str | None, day: date) -> None:
    """The people, filtered, those who need a word first."""
    t = seen.words
    act = Act.SEE_TEAM
    units = directory.units(connection, visible(seen.principal, act))
    with st.container(gap="small"):
        st.header(t("Who is where"), anchor=False)
        search, unit, status = filters.people(t, units, t("Name or employee number"))
        selection = Selection(course_id=course_id, unit=unit, status=status, search=search)
        shown = reports.entries(connection, seen.principal, act, selection, day, listing.LONGEST)
        total = reports.summary(connection, seen.principal, act, selection, day).people
        listing.draw(seen, shown, total, t("People of your team, those who need attention first"))
        listing.downloads(seen, "team", selection, day)
        st.caption(t("You see status and dates. Nobody’s answers are shown to a manager."))


seen = visit()
require(seen.principal, Act.SEE_TEAM)
with page.wide("dashboard"):
    team(seen)
    deputies.draw(seen)
