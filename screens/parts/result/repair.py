"""The way from a failed attempt to the next one: each principle that went wrong, with a fresh decision."""

import streamlit as st

from lessons.decisions.decision import Answer
from progress.completion.enrolments import Attempt, Enrolment
from progress.insight import understanding
from progress.insight.understanding import Understood
from quizzes import practice
from quizzes.content import Course
from quizzes.kinds.question import Question
from screens.parts import navigation, page
from screens.parts.content import prose, rule
from screens.parts.course import decision
from screens.parts.course.decision import Submit
from screens.parts.result import retrying
from screens.parts.session import Visit

PLACE = "repair"
"""Parameter of the address: the number of the principle at hand, from 1."""


def questions(course: Course, enrolment: Enrolment, attempt: Attempt, found: list[Understood]) -> list[str]:
    """Return the ids of the questions to practise with, in the order of the result."""
    return list(practice.draw(course, attempt.seed, understanding.missed(found), enrolment.met).values())


def place(asked: list[str]) -> int | None:
    """Return the place that the address names; one past the last means that all are done."""
    wanted = st.query_params.get(PLACE, "")
    return int(wanted) if wanted.isdecimal() and 1 <= int(wanted) <= len(asked) + 1 else None


def go_to(number: int) -> None:
    st.query_params[PLACE] = str(number)


def draw(visit: Visit, course: Course, attempt: Attempt, asked: list[str], number: int) -> None:
    """Draw one fresh decision; nothing of it is recorded, and the next attempt does not ask it."""
    t = visit.words
    question = course.questions[asked[number - 1]].text(visit.language)
    drawn = question.as_drawn(attempt.seed, question.id)
    key = f"practice_{attempt.id}_{number}"
    situation = f"<p>{prose.inline(t, question.situation)}</p>"
    answer: Answer | None = st.session_state.get(f"answered_{key}")
    if answer is None:
        page.explained(t.set(question.title), situation)
        note = t("It is practice: it is not scored and not recorded.")
        decision.ask(t, drawn, Submit(key, t("See where it leads"), lambda given, _: _keep(key, given), note))
        return
    principle = course.principles[question.principle].text(visit.language)
    page.explained(
        t.set(question.title),
        situation,
        decision.explained(t, drawn, answer),
        rule.conclusion(visit, course, principle),
    )
    if number < len(asked):
        label = t("Next: {title}", title=_principle(visit, course, asked[number]))
        navigation.button(label, f"repair_{number}", go_to, number + 1)
    else:
        retrying.draw(visit, course, attempt, t("Begin the next attempt"))


def offer(visit: Visit, course: Course, attempt: Attempt, asked: list[str]) -> None:
    """Draw the way on from a failed result: the practice first, or the next attempt at once."""
    t = visit.words
    minutes = course.minutes_of(visit.language, (), len(asked))
    heading = t.plural("{n} principle, then the next attempt", "{n} principles, then the next attempt", len(asked))
    text = t.plural(
        "Decide only what went wrong, in new situations. It takes about {n} minute; the next attempt asks others.",
        "Decide only what went wrong, in new situations. It takes about {n} minutes; the next attempt asks others.",
        minutes,
    )
    st.markdown(f"## {heading}\n\n{text}")
    with st.container(horizontal=True, gap="small"):
        label = t("Begin: {title}", title=_principle(visit, course, asked[0]))
        navigation.button(label, f"repair_{attempt.id}", go_to, 1)
        retrying.draw(visit, course, attempt, t("Go straight to the next attempt"), is_primary=False)


def _principle(visit: Visit, course: Course, question_id: str) -> str:
    principle: Question = course.questions[question_id].source
    return visit.words.set(course.principles[principle.principle].text(visit.language).title)


def _keep(key: str, answer: Answer) -> None:
    st.session_state[f"answered_{key}"] = answer
