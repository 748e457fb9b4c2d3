"""Which course a learner's screen is about."""

import streamlit as st

from progress import enrolments
from progress.enrolments import Enrolment
from quizzes.content import Course
from screens.session import Visit


def taken(visit: Visit) -> list[tuple[Course, Enrolment]]:
    """The learner's courses in their latest cycle: open ones first, by due date."""
    with visit.database.reading() as connection:
        found = enrolments.of_person(connection, visit.principal.key)
    latest = {enrolment.course_id: enrolment for enrolment in sorted(found, key=lambda each: each.cycle)}
    courses = visit.content.courses
    return sorted(
        ((courses[name], enrolment) for name, enrolment in latest.items() if name in courses),
        key=lambda pair: (pair[1].certificate_no is not None, pair[1].due_on),
    )


def asked_for(visit: Visit) -> tuple[Course, Enrolment] | None:
    """The course that the address names, or the most urgent one; none when nothing is assigned."""
    courses = taken(visit)
    wanted = st.query_params.get("course")
    named = [pair for pair in courses if pair[0].id == wanted]
    return next(iter(named or courses), None)
