"""Second try at a decision on a card. The record keeps the first answer; a later one lasts as long as the tab."""

import streamlit as st

from lessons.cards import Card
from lessons.decisions.decision import Answer, Decision
from progress.completion.enrolments import Enrolment
from screens.parts import navigation
from screens.parts.course.decision import Submit
from words import Words

_OPEN, _AGAIN, _DONE = "open", "again", "done"


def _state(card: Card) -> str:
    return str(st.session_state.get(f"retry_{card.id}", _OPEN))


def is_open(card: Card, check: Decision, enrolment: Enrolment) -> bool:
    """True if a wrong first answer can be tried again, and nothing of the key has been shown yet."""
    if card.id in enrolment.cards or check.hint is None:
        return False
    return not check.is_right(enrolment.checks[card.id]) and _state(card) == _OPEN


def is_tried_again(card: Card) -> bool:
    return _state(card) == _AGAIN


def is_under_way(card: Card, check: Decision, enrolment: Enrolment) -> bool:
    """True if the card is answered, and its consequences are still to be shown."""
    return is_tried_again(card) or is_open(card, check, enrolment)


def latest(card: Card) -> Answer | None:
    """Return the answer of the second try, if there was one."""
    found: Answer | None = st.session_state.get(f"retried_{card.id}")
    return found


def submit(t: Words, card: Card) -> Submit:
    return Submit(f"again_{card.id}", t("See where it leads"), lambda answer, _: _keep(card, answer))


def offer(t: Words, card: Card) -> None:
    """Draw the two ways on after a wrong first try."""
    with st.container(horizontal=True, gap="small"):
        navigation.button(t("Try again"), f"retry_again_{card.id}", _set, card, _AGAIN)
        if st.button(t("Show where each leads"), key=f"retry_show_{card.id}"):
            navigation.again(_set, card, _DONE)


def _set(card: Card, state: str) -> None:
    st.session_state[f"retry_{card.id}"] = state


def _keep(card: Card, answer: Answer) -> None:
    st.session_state[f"retried_{card.id}"] = answer
    _set(card, _DONE)
