"""Content: the courses, their versions, and the number of questions on each principle."""

import streamlit as st

from people.access import Act, require
from progress.insight import retention
from progress.insight.retention import TEST, WHEN, Retention
from quizzes.content import Course
from screens.parts import page, remarks
from screens.parts.session import Visit, current
from words import LANGUAGES, Words


def course(visit: Visit, taught: Course) -> None:
    t = visit.words
    with st.container(gap="small"):
        st.header(taught.title(visit.language), anchor=False)
        version = t(
            "Version {version} · {languages}",
            version=taught.entry.version,
            languages=t.list(LANGUAGES[each] for each in visit.content.languages),
        )
        asked = t(
            "{questions}; an attempt asks {asked}, {pass_mark} is needed.",
            questions=t.plural("{n} question", "{n} questions", len(taught.questions)),
            asked=taught.asked,
            pass_mark=t.percent(taught.entry.pass_mark),
        )
        st.markdown(f"{version}\n\n{asked}")
    counts = {
        principle: sum(question.source.principle == principle for question in taught.questions.values())
        for principle in taught.principles
    }
    with st.container(gap="small"):
        st.subheader(t("Questions by principle"), anchor=False)
        page.rows(
            [
                [
                    edition.text(visit.language).title,
                    t.plural("{n} question", "{n} questions", counts[principle]),
                ]
                for principle, edition in taught.principles.items()
            ],
            has_figures=True,
        )
    retained(visit, taught)
    with st.container(gap="small"):
        st.subheader(t("Fingerprint of this version"), anchor=False)
        st.markdown(t("Every attempt and every certificate names it, so that it is known what was taught."))
        st.text(taught.sha256)


def retained(visit: Visit, taught: Course) -> None:
    """Draw how much is still decided right some time after the certificate, by principle."""
    t = visit.words
    found = retention.of_course(visit.database, taught, visit.now)
    with st.container(gap="small"):
        st.subheader(finding(visit, taught, found), anchor=False)
        if found.latest is None:
            st.markdown(
                t(
                    "Some weeks after the certificate everybody is asked two questions again. What has stayed of "
                    "each principle is shown here once five people have answered."
                )
            )
            return
        people = found.people
        page.rows(
            [
                [
                    edition.text(visit.language).title,
                    *(t.percent(told[when].percent) if when in told else "–" for when in WHEN),
                ]
                for name, edition in taught.principles.items()
                for told in [found.shares[name]]
            ]
            + [[t("People"), *(t.number(people[when]) if when in people else "–" for when in WHEN)]],
            [t("Right answers"), *(time(t, when) for when in WHEN)],
            has_figures=True,
        )
        st.caption(
            t(
                "The test is that of the same people. Refreshers begin with what somebody answered wrong or guessed, "
                "so they are harder than the test. Nothing is shown of fewer than five people."
            )
        )


def finding(visit: Visit, taught: Course, found: Retention) -> str:
    t, latest = visit.words, found.latest
    if latest is None:
        return t("What stays is not known yet")
    return t(
        "After {days} days {share} of the decisions are still right; weakest: {principle}",
        days=latest.days,
        share=t.percent(latest.percent),
        principle=taught.principles[latest.weakest].text(visit.language).title,
    )


def time(t: Words, when: int) -> str:
    return t("Test") if when == TEST else t.plural("{n} day", "{n} days", when)


visit = current()
require(visit.principal, Act.SEE_CONTENT)
courses = visit.content.courses
page.opening(
    visit.words("Content"),
    visit.words.plural("{n} course", "{n} courses", len(courses)),
    visit.words("The content was checked at start."),
)
for each in courses.values():
    course(visit, each)
remarks.draw(visit)
