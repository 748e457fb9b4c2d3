"""The way through a guide. It is kept in the tab alone, and only until the tab is closed."""

import streamlit as st

from lessons.guide import Guide, GuideWalk

_CHOSEN, _ANSWERS = "guide", "guide_answers"


def chosen() -> str | None:
    """Return the id of the lesson whose guide was chosen in this tab."""
    found: str | None = st.session_state.get(_CHOSEN)
    return found


def walk(lesson_id: str, guide: Guide) -> GuideWalk:
    return guide.walk(st.session_state.get(_ANSWERS, {}).get(lesson_id, {}))


def choose(lesson_id: str | None) -> None:
    st.session_state[_CHOSEN] = lesson_id


def answer(lesson_id: str, question_id: str, answer_id: str) -> None:
    """Twice for one press comes to the same."""
    _answers(lesson_id)[question_id] = answer_id


def back_to(lesson_id: str, question_id: str) -> None:
    _answers(lesson_id).pop(question_id, None)


def begin_again(lesson_id: str) -> None:
    _answers(lesson_id).clear()


def _answers(lesson_id: str) -> dict[str, str]:
    """By question id. Of a question that is no longer on the way, an answer counts for nothing."""
    of_all: dict[str, dict[str, str]] = st.session_state.setdefault(_ANSWERS, {})
    return of_all.setdefault(lesson_id, {})
