"""The course that a learner's screen is about, and the saving of their steps."""

from collections.abc import Callable
from contextvars import ContextVar

import streamlit as st
from sqlalchemy.exc import SQLAlchemyError

from database import UnknownOutcomeError
from progress.completion import enrolments
from progress.completion.enrolments import Enrolment
from progress.completion.pace import TooSoonError
from progress.completion.steps import NotPossibleError
from progress.refreshers.answering import NotOpenError
from quizzes.content import Course
from screens.parts import page, session
from screens.parts.session import SignedOutError, Visit
from words import Sentence, sentence

ELSEWHERE = sentence(
    "This was already done in another tab or window. What was sent first counts; here is how things stand now."
)
_NOTICE = "notice"
_read_back: ContextVar[tuple[Visit, Enrolment] | None] = ContextVar("read_back", default=None)
"""Enrolment that a callback read back after saving, and the visit that it began: used in that visit's run alone."""


def taken(visit: Visit) -> list[tuple[Course, Enrolment]]:
    """Return the learner's courses in their latest cycle: open ones first, by due date."""
    with visit.database.reading() as connection:
        found = enrolments.of_person(connection, visit.principal.key)
    latest = {enrolment.course_id: enrolment for enrolment in sorted(found, key=lambda each: each.cycle)}
    courses = visit.content.courses
    return sorted(
        ((courses[name], enrolment) for name, enrolment in latest.items() if name in courses),
        key=lambda pair: (not pair[1].is_open, pair[1].due_on),
    )


def asked_for(visit: Visit) -> tuple[Course, Enrolment] | None:
    """Return the course that the address names, or the most urgent one; None if nothing is assigned."""
    wanted = st.query_params.get("course")
    saved = _read_back.get()
    _read_back.set(None)
    if saved is not None and saved[0] is visit and wanted in {None, saved[1].course_id}:
        return visit.content.courses[saved[1].course_id], saved[1]
    courses = taken(visit)
    named = [pair for pair in courses if pair[0].id == wanted]
    return next(iter(named or courses), None)


def save(step: Callable[[Visit], Enrolment], is_ours: Callable[[Visit, Enrolment], bool]) -> None:
    """Take a step in a callback, as the person who is signed in.

    If it cannot be saved, the next screen says why. `is_ours` tells whether what is read back is what this tab sent:
    if not, another tab was first, and the next screen says so beside what counts.
    """
    try:
        visit = session.in_callback()
        saved = step(visit)
        _read_back.set((visit, saved))
        if not is_ours(visit, saved):
            _say_next(ELSEWHERE)
    except SignedOutError:
        return
    except TooSoonError as error:
        _say_next(sentence("The next attempt can begin on {moment}. Nothing was lost.", moment=error.opens_at))
    except NotOpenError:
        _say_next(sentence("These questions have closed in the meantime. Your certificate is as it was."))
    except NotPossibleError:
        _say_next(ELSEWHERE)
    except UnknownOutcomeError:
        _say_next(page.UNKNOWN_OUTCOME)
    except SQLAlchemyError:
        _say_next(sentence("Your answer could not be saved. Nothing was lost: choose it again and send it."))


def _say_next(notice: Sentence) -> None:
    st.session_state[_NOTICE] = notice


def notice(visit: Visit) -> None:
    """Show once why the last step was not saved."""
    if held := st.session_state.pop(_NOTICE, None):
        page.complaint(visit.words.say(held, visit.zone))
