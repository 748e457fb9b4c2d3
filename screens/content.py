"""Content: the courses, their versions, and the number of questions on each principle."""

import streamlit as st

from people.access import Act, require
from quizzes.content import Course
from screens.parts import page, remarks
from screens.parts.session import Visit, current
from words import LANGUAGES


def course(visit: Visit, taught: Course) -> None:
    t = visit.words
    page.opening(
        t(
            "Version {version} · {languages}",
            version=taught.entry.version,
            languages=t.list(LANGUAGES[each] for each in visit.content.languages),
        ),
        taught.title(visit.language),
        t(
            "{questions}; an attempt asks {asked}, {pass_mark} is needed. The content was checked at start.",
            questions=t.plural("{n} question", "{n} questions", len(taught.questions)),
            asked=taught.asked,
            pass_mark=t.percent(taught.entry.pass_mark),
        ),
    )
    counts = {
        principle: sum(question.source.principle == principle for question in taught.questions.values())
        for principle in taught.principles
    }
    with st.container(gap="small"):
        st.header(t("Questions by principle"), anchor=False)
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
        st.header(t("Fingerprint of this version"), anchor=False)
        st.markdown(t("Every attempt and every certificate names it, so that it is known what was taught."))
        st.text(taught.sha256)


visit = current()
require(visit.principal, Act.SEE_CONTENT)
for each in visit.content.courses.values():
    course(visit, each)
remarks.draw(visit)
