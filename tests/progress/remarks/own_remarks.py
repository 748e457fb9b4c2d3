"""Remarks sent and answered."""

from studying import Study

from people.access import Principal
from progress.remarks import answering, sending
from progress.remarks.remarks import Remark, Reported, of_person
from progress.remarks.sending import About
from quizzes.content import Content

SAID = "Two options say the same."


def about_card(study: Study, place: int = 0) -> About:
    return About(study.course.id, Reported.CARD, study.course.cards[place].id, "cs")


def about_question(study: Study, who: Principal) -> About:
    """The first question of an attempt that begins."""
    attempt = study.begin(who).attempt
    assert attempt is not None
    return About(study.course.id, Reported.QUESTION, attempt.questions[0][0], "cs")


def send(study: Study, content: Content, who: Principal, about: About, said: str = SAID) -> None:
    sending.send(study.database, study.asker(who), content, about, said)


def answer(study: Study, editor: Principal, remark_id: str, text: str = "You are right, thank you.") -> None:
    answering.answer(study.database, study.asker(editor), remark_id, text)


def own(study: Study, who: Principal) -> tuple[Remark, ...]:
    with study.database.reading() as connection:
        return of_person(connection, who.key)


def news(study: Study, who: Principal) -> list[Remark]:
    with study.database.reading() as connection:
        return sending.answered(connection, study.asker(who))
