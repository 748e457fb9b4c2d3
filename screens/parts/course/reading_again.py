"""A card that is read again: the cards beside it, and the way back to where the reader comes from."""

from html import escape

import streamlit as st

from lessons.cards import Card, CardKind
from progress.completion.enrolments import Enrolment
from progress.completion.rules import Standing
from quizzes.content import Course
from screens.parts import addresses, page
from screens.parts.session import Visit


def ways(visit: Visit, course: Course, card: Card, stands: Standing, enrolment: Enrolment) -> None:
    """Draw the links under a card that is finished."""
    t = visit.words
    number = question_asked_for(enrolment)
    beside(visit, course, card, stands, number)
    if number is not None and enrolment.attempt is not None:
        total = t.out_of(len(enrolment.attempt.questions))
        back = t("Back to question {n} {of_total}", n=number, of_total=total)
        page.link(addresses.question(course, number), back)
        return
    page.link(addresses.PRINCIPLES, t("All principles"))
    if stands.next_card is not None:
        page.link(addresses.lesson(course), t("Back to where you stopped"))
    else:
        page.link(addresses.HOME, t("Back to your courses"))


def before(visit: Visit, course: Course, card: Card, stands: Standing) -> None:
    """Note a link to the card before the one at hand for the foot: an element of its own costs each answer time."""
    t = visit.words
    earlier = stands.cards[: stands.cards.index(card)]
    if earlier:
        label = t("Previous: {card}", card=title(visit, course, earlier[-1]))
        address = addresses.card(course, earlier[-1].id)
        visit.above_foot.append(f'<p class="kodex-report"><a href="{escape(address)}">{escape(label)}</a></p>')


def question_asked_for(enrolment: Enrolment) -> int | None:
    """Return the number of the question in the address, if the reader has answered it in the latest attempt."""
    wanted, attempt = st.query_params.get("question", ""), enrolment.attempt
    if attempt is None or not (wanted.isascii() and wanted.isdecimal() and len(wanted) < 4):
        return None
    return int(wanted) if 1 <= int(wanted) < attempt.next_number else None


def beside(visit: Visit, course: Course, card: Card, stands: Standing, question: int | None) -> None:
    """Draw links to the finished cards before and after this one."""
    t = visit.words
    done = [each for each in stands.cards if each not in stands.missing_cards]
    at = done.index(card)
    before, after = done[at - 1] if at else None, done[at + 1] if at + 1 < len(done) else None
    links = [
        f'<a href="{escape(addresses.card(course, each.id, question))}">'
        f"<span>{escape(label)}</span> <span>{escape(title(visit, course, each))}</span></a>"
        for label, each in ((t("Previous:"), before), (t("Next:"), after))
        if each is not None
    ]
    if links:
        name = escape(t("Other cards of the lesson"))
        st.html(f'<nav class="kodex-beside" aria-label="{name}">{"".join(links)}</nav>')


def title(visit: Visit, course: Course, card: Card) -> str:
    lesson = course.lesson(card.lesson_id).text(visit.language)
    match card.kind:
        case CardKind.PRINCIPLE:
            text = lesson.principle(card.part).title
        case CardKind.WHY:
            text = lesson.why.title
        case CardKind.DILEMMA:
            text = lesson.dilemma.title
        case _:
            return visit.words("Back to the beginning")
    return visit.words.set(text)


def passed(visit: Visit, course: Course, stands: Standing, *, is_waived: bool) -> None:
    """Draw what is at the lesson's address once the assessment is passed: the principles, and what comes next."""
    t = visit.words
    page.opening(
        course.title(visit.language),
        t("This lesson is waived: you know it") if is_waived else t("You have done this lesson"),
        t("Your certificate is on the page of your courses.")
        if stands.is_certified
        else t("Only the commitment is still to be signed."),
    )
    page.link(addresses.PRINCIPLES, t("Look up the principles"))
    if not stands.is_certified:
        page.link(addresses.commitment(course), t("Sign the commitment"))
    page.link(addresses.HOME, t("Back to your courses"))
