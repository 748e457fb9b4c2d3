"""The next attempt after one that was not passed: its button, or when it may begin."""

import streamlit as st

from progress.completion import learning
from progress.completion.enrolments import Attempt
from quizzes.content import Course
from screens.parts import navigation, page
from screens.parts.course import actions
from screens.parts.session import Visit


def draw(visit: Visit, course: Course, attempt: Attempt, label: str, *, is_primary: bool = True) -> None:
    """Draw the button of the next attempt, or when it can begin."""
    t = visit.words
    opens_at = learning.next_attempt_opens_at(visit.database, visit.asker, course, visit.installation.pace)
    if opens_at is not None:
        moment = t.moment(opens_at, visit.zone)
        page.said(t("The next attempt can begin on {moment}. Until then, read what you missed again.", moment=moment))
    elif is_primary:
        navigation.button(label, f"begin_{attempt.id}", actions.begin_attempt, course.id)
    elif st.button(label, key=f"begin_{attempt.id}", on_click=actions.begin_attempt, args=(course.id,)):
        navigation.again(actions.begin_attempt, course.id)
