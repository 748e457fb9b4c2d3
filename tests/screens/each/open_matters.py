"""Screens of one person."""

from studying import Study

from lessons.cards import Card
from people.access import Principal
from progress.completion import learning
from progress.completion.steps import Submission


def alone(name: str) -> None:
    """The script of one screen, without the entry that decides whose it is."""
    import runpy

    import streamlit as st

    from people.access import RefusedError
    from screens.parts import session

    session.begin()
    try:
        runpy.run_path(f"screens/{name}")
    except RefusedError:
        st.text("refused")


def done(study: Study, who: Principal, card: Card) -> None:
    choice = card.choice(study.course.lesson(card.lesson_id).source)
    if choice is not None:
        learning.answer_card(
            study.database, study.asker(who), study.course, card, Submission(choice.right_answer, "cs")
        )
    study.talk(who, card)
    learning.leave_card(study.database, study.asker(who), study.course, card, "cs")
