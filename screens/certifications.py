"""Certifications: search, filter and export of certification records."""

from datetime import date

import streamlit as st
from sqlalchemy import Connection

from people import directory
from people.access import Act, require, visible
from progress.completion.rules import Status
from progress.reports import lists
from progress.reports.lists import Selection, Summary
from screens.parts import filters, listing, page, statuses
from screens.parts.session import Visit, current
from words import Words


def finding(visit: Visit, found: Summary) -> str:
    t = visit.words
    revoked, expiring = found.count(Status.REVOKED), found.count(Status.EXPIRING)
    overdue, unassigned = found.count(Status.OVERDUE), found.count(Status.NOTHING_ASSIGNED)
    if unassigned == found.people:
        return t.plural("{n} person, with no course yet", "{n} people, none with a course yet", found.people)
    says = []
    if revoked:
        says.append(t.plural("{n} certificate was revoked", "{n} certificates were revoked", revoked))
    if expiring:
        says.append(
            t.plural("{n} certificate expires within 60 days", "{n} certificates expire within 60 days", expiring)
        )
    if overdue:
        says.append(t.plural("{n} person is overdue", "{n} people are overdue", overdue))
    return ", ".join(says) or statuses.certified(t, found)


def narrowed(visit: Visit, units: list[str]) -> Selection:
    """The selection that the filters make."""
    t = visit.words
    search, unit, status = filters.people(t, units, t("Name, number or certificate"))
    course_id = filters.course(visit)
    with st.container(horizontal=True, vertical_alignment="bottom", key="filters_days"):
        completed_from, completed_to = _day(t, t("Completed from")), _day(t, t("Completed to"))
        due_from, due_to = _day(t, t("Due from")), _day(t, t("Due to"))
    leavers = st.checkbox(t("With people who have left"))
    return Selection(
        course_id=course_id,
        unit=unit,
        status=status,
        search=search,
        completed_from=completed_from,
        completed_to=completed_to,
        due_from=due_from,
        due_to=due_to,
        leavers=leavers,
    )


def _day(t: Words, label: str) -> date | None:
    return st.date_input(label, None, date.min, date.max, format=filters.day_form(t), width=180)


def certifications(visit: Visit) -> None:
    opening = st.container(gap="medium")
    day = filters.day(visit)
    courses = visit.content.courses
    only = next(iter(courses)) if len(courses) == 1 else None
    with filters.as_of(visit, Act.SEE_CERTIFICATIONS, day) as connection:
        found = lists.summary(connection, visit.principal, Act.SEE_CERTIFICATIONS, Selection(course_id=only), day)
        with opening:
            open_with(visit, found, day)
        if found.people:
            records(visit, connection, day)


def open_with(visit: Visit, found: Summary, day: date) -> None:
    t = visit.words
    caption = t("Certification records · as of {today}", today=t.date(day))
    if found.count(Status.NOTHING_ASSIGNED) == found.people > 0:
        page.opening(caption, finding(visit, found), t("Their record begins when a course is assigned to them."))
    elif found.people:
        title = finding(visit, found)
        says_it = title == statuses.certified(t, found)
        page.opening(caption, title, statuses.others(t, found) if says_it else statuses.counted(t, found))
    elif day < visit.today:
        page.opening(caption, t("Nobody was in the directory that day"), t("Choose a later day, or today."))
    else:
        page.opening(t("Certification records"), t("There is nobody in the directory yet"))


def records(visit: Visit, connection: Connection, day: date) -> None:
    t = visit.words
    act = Act.SEE_CERTIFICATIONS
    selection = narrowed(visit, directory.units(connection, visible(visit.principal, act)))
    shown = lists.entries(connection, visit.principal, act, selection, day, listing.LONGEST)
    total = lists.summary(connection, visit.principal, act, selection, day).people
    listing.draw(
        visit, shown, total, t("Certification records, those who need attention first"), with_certificate=True
    )
    listing.downloads(visit, connection, "certifications", selection, day)


visit = current()
require(visit.principal, Act.SEE_CERTIFICATIONS)
with page.wide("register"):
    certifications(visit)
