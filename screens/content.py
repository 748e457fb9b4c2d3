"""Content: the courses, their versions, and the number of questions on each principle."""

import streamlit as st

from people.access import Act, require
from quizzes.content import Course
from screens.parts import page, remarks
from screens.parts.session import Visit, current
from words import LANGUAGES


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
        )
    with st.container(gap="small"):
        st.subheader(t("Fingerprint of this version"), anchor=False)
        st.markdown(t("Every attempt and every certificate names it, so that it is known what was taught."))
        st.text(taught.sha256)


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
