"""Certifications: search, filter and export of certification records."""

from datetime import date

import streamlit as st

from people.access import Act, require
from progress.completion.rules import Status
from progress.reports import lists
from progress.reports.as_of import View
from progress.reports.lists import Summary
from progress.reports.selection import Selection
from screens.parts import filters, listing, page, statuses
from screens.parts.session import Visit, current
from words import Words


def finding(visit: Visit, found: Summary, records_found: Summary) -> str:
    """`found` counts people, `records_found` their enrolments."""
    t = visit.words
    revoked, expiring = records_found.count(Status.REVOKED), records_found.count(Status.EXPIRING)
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
    return st.date_input(label, None, date.min, date.max, format=t.date_field, width=180)


def certifications(visit: Visit) -> None:
    opening = st.container(gap="medium")
    day = filters.day(visit)
    courses = visit.content.courses
    only = next(iter(courses)) if len(courses) == 1 else None
    with filters.as_of(visit, Act.SEE_CERTIFICATIONS, day) as view:
        selection = Selection(course_id=only)
        found = lists.summary_of_people(view, selection)
        with opening:
            open_with(visit, found, found if only else lists.summary(view, selection), day)
        if found.people:
            records(visit, view)


def open_with(visit: Visit, found: Summary, records_found: Summary, day: date) -> None:
    t = visit.words
    caption = t("Certification records · as of {today}", today=t.date(day))
    if found.count(Status.NOTHING_ASSIGNED) == found.people > 0:
        page.opening(
            caption, finding(visit, found, records_found), t("Their record begins when a course is assigned to them.")
        )
    elif found.people:
        title = finding(visit, found, records_found)
        says_it = title == statuses.certified(t, found)
        page.opening(caption, title, statuses.others(t, found) if says_it else statuses.counted(t, found))
    elif day < visit.today:
        page.opening(caption, t("Nobody was in the directory that day"), t("Choose a later day, or today."))
    else:
        page.opening(t("Certification records"), t("There is nobody in the directory yet"))


def records(visit: Visit, view: View) -> None:
    t = visit.words
    selection = narrowed(visit, lists.units(view))
    shown = lists.entries(view, selection, listing.MOST_ROWS)
    total = lists.summary(view, selection).people
    listing.draw(
        visit, shown, total, t("Certification records, those who need attention first"), with_certificate=True
    )
    listing.downloads(visit, view, "certifications", selection)


visit = current()
require(visit.principal, Act.SEE_CERTIFICATIONS)
with page.wide("register"):
    certifications(visit)
