"""Principles: the rules of the reader's courses, to be looked up and printed at any time."""

from collections.abc import Sequence
from html import escape

import streamlit as st

from lessons.lesson import Principle, points
from progress.completion.enrolments import Enrolment
from progress.completion.rules import standing
from quizzes.content import Course
from screens.parts import addresses, page
from screens.parts.content import principle_rows, rule
from screens.parts.content.principle_rows import PrincipleRow
from screens.parts.course import learner
from screens.parts.marks import Size
from screens.parts.session import Visit, current
from words.spelling import fold


def mentions(principle: Principle, words: Sequence[str]) -> bool:
    """Whether all the words, folded, are somewhere in the texts of the principle."""
    folded = (principle.meaning or "", principle.example or "", *points(principle.do), *points(principle.dont))
    text = fold(" ".join((principle.title, principle.rule, *folded)))
    return all(word in text for word in words)


def rows(visit: Visit, course: Course, enrolment: Enrolment) -> list[PrincipleRow]:
    missing = standing(enrolment, course).missing_cards
    found = []
    for name, edition in course.principles.items():
        card = course.card_of(name)
        address = addresses.card(course, card.id) if card not in missing else None
        mark = rule.drawing(visit, course, name, Size.MEDIUM)
        found.append(PrincipleRow(edition.text(visit.language), address, mark))
    return found


def opening(visit: Visit, courses: Sequence[Course]) -> None:
    t = visit.words
    n = sum(len(course.principles) for course in courses)
    page.opening(
        courses[0].title(visit.language) if len(courses) == 1 else t("Your courses"),
        t.plural("{n} principle on one page", "{n} principles on one page", n)
        if len(courses) == 1
        else t.plural("{n} principle to look up", "{n} principles to look up", n),
        t("They stay here, long after the course. Open the one that you need now."),
    )


def draw(visit: Visit, taken: Sequence[tuple[Course, Enrolment]]) -> None:
    t = visit.words
    courses = [course for course, _ in taken]
    opening(visit, courses)
    words = fold(st.text_input(t("Search"), key="search_principles")).split()
    found = {
        course.id: [row for row in rows(visit, course, enrolment) if mentions(row.principle, words)]
        for course, enrolment in taken
    }
    n, total = sum(map(len, found.values())), sum(len(course.principles) for course in courses)
    if words:
        counted = t.plural("{n} {of_total} principle", "{n} {of_total} principles", n, of_total=t.out_of(total))
        nothing = t("No principle has these words. Try others, or ask the people named below.")
        st.html(f'<p class="kodex-caption" role="status">{escape(counted if n else nothing)}</p>')
    for course in courses:
        if not found[course.id]:
            continue
        with st.container(gap="small", key=f"of_{course.id}"):
            if len(courses) > 1:
                page.heading(course.title(visit.language))
            principle_rows.draw(visit, found[course.id])
    if n:
        button = f'<button type="button" class="kodex-button print">{escape(t("Print"))}</button>'
        st.html(f'<p class="kodex-files">{button}</p>')


def nothing_yet(visit: Visit) -> None:
    t = visit.words
    page.opening(
        t("Principles"),
        t("No principles yet"),
        t("The principles of a course stand here from the day on which it is assigned to you."),
    )
    page.link(addresses.HOME, t("Back to your courses"))


visit = current()
taken = learner.taken(visit)
if taken:
    draw(visit, taken)
else:
    nothing_yet(visit)
