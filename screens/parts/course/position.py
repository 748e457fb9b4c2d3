"""Where one is in the course, and the minutes left of all of it. The ways out are in the foot of every screen."""

from html import escape

import streamlit as st

from lessons.cards import CardKind
from progress.completion.enrolments import Enrolment
from progress.completion.rules import Standing
from quizzes.content import Course
from screens.parts.session import Visit


def draw(visit: Visit, course: Course, enrolment: Enrolment, stands: Standing, here: str) -> None:
    """Draw the position: a segment for each principle and each long part, the one at hand half full."""
    left = "" if stands.is_certified else _left(visit, course, enrolment, stands)
    bar(here, _segments(stands), left)


def bar(here: str, segments: list[str], left: str) -> None:
    """Draw where one is, a segment for each part ("on", "now" or none), and what is left."""
    drawn = "".join(f'<i class="{state}"></i>' for state in segments)
    st.html(
        f'<div class="kodex-position"><p><strong>{escape(here)}</strong></p>'
        f'<div aria-hidden="true">{drawn}</div><span>{escape(left)}</span></div>'
    )


def _left(visit: Visit, course: Course, enrolment: Enrolment, stands: Standing) -> str:
    attempt = enrolment.attempt
    answered = len(attempt.responses) if attempt and not attempt.is_finished else 0
    asked = 0 if stands.is_passed else course.asked - answered
    minutes = course.minutes_of(visit.language, stands.missing_cards, asked)
    return visit.words.plural("about {n} minute left", "about {n} minutes left", minutes)


def of_questions(visit: Visit, course: Course, number: int, total: int) -> None:
    """Draw the position among the questions before the lesson: a segment for each."""
    t = visit.words
    here = t("Question {n} {of_total}", n=number, of_total=t.out_of(total))
    minutes = course.minutes_unexplained(visit.language, total - number + 1)
    left = t.plural("about {n} minute left", "about {n} minutes left", minutes)
    bar(here, ["on" if each < number else "now" if each == number else "" for each in range(1, total + 1)], left)


def _segments(stands: Standing) -> list[str]:
    """Return the state of each segment: "on", "now" or none."""
    parts = [card for card in stands.cards if card.kind not in {CardKind.DILEMMA, CardKind.WHY, CardKind.ANSWER}]
    done = ["" if card in stands.missing_cards else "on" for card in parts]
    done.append("on" if stands.is_passed else "")
    at = next((place for place, state in enumerate(done) if not state), None)
    if at is not None:
        done[at] = "now"
    return done
