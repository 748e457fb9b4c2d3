"""Lesson: one card at a time, saved as it is left; the address may name a card to read again."""

from functools import partial

import streamlit as st

from lessons.cards import Card, CardKind
from lessons.model import Lesson, Picture
from progress.completion.enrolments import Enrolment
from progress.completion.rules import Standing, standing
from quizzes.content import Course
from screens.parts import addresses, navigation, page
from screens.parts.course import actions, decision, learner, reporting
from screens.parts.course.decision import Submit
from screens.parts.session import Visit, current


def draw_position(visit: Visit, course: Course, card: Card, stands: Standing) -> None:
    t = visit.words
    done = len(stands.cards) - len(stands.missing_cards)
    reading = sum(lesson.source.minutes for lesson in course.lessons)
    minutes = max(1, round(reading * len(stands.missing_cards) / len(stands.cards)))
    left = t.plural("about {n} minute left", "about {n} minutes left", minutes)
    match card.kind:
        case CardKind.PRINCIPLE:
            number = list(stands.principles).index(card) + 1
            label = t("Principle {n} {of_total}", n=number, of_total=t.out_of(len(stands.principles)))
        case CardKind.WHY:
            label = t("Why it matters")
        case _:
            label = t("Think first") if card.kind is CardKind.DILEMMA else t("Back to the beginning")
    page.position(visit, done / len(stands.cards), label, left)


def dilemma(visit: Visit, course: Course, card: Card, lesson: Lesson, enrolment: Enrolment) -> None:
    """Draw the decision that comes before anything is taught; its answer is discussed at the end."""
    t = visit.words
    page.opening("", t.set(lesson.dilemma.title), t.set(lesson.dilemma.situation))
    if card.id in enrolment.checks:
        chosen = lesson.dilemma.option(enrolment.checks[card.id])
        st.header(t("Your answer"), anchor=False)
        st.markdown(t.set(chosen.text))
        return
    drawn = lesson.dilemma.as_drawn(enrolment.person_key, card.id)
    decision.ask(t, drawn, submit(course, card, t("Save the answer and go on")))
    st.markdown(t("It is not scored. We come back to it at the end of the lesson."))


def submit(course: Course, card: Card, label: str) -> Submit:
    return Submit(card.id, label, partial(actions.answer_card, course.id, card))


def picture(visit: Visit, lesson: Lesson, shown: Picture | None) -> None:
    if shown is not None:
        file = visit.content.folder / "lessons" / lesson.id / shown.file
        st.image(file, alt=visit.words.set(shown.alt), width="stretch")


def why(visit: Visit, lesson: Lesson) -> None:
    t = visit.words
    page.opening("", t.set(lesson.why.title), f"> {t.set(lesson.promise)}")
    picture(visit, lesson, lesson.why.picture)
    st.markdown("\n\n".join(t.set(paragraph) for paragraph in lesson.why.paragraphs))


def principle(visit: Visit, course: Course, card: Card, lesson: Lesson, enrolment: Enrolment) -> None:
    t = visit.words
    taught = lesson.principle(card.part)
    page.opening("", t.set(taught.title), f"> {t.set(taught.rule)}")
    picture(visit, lesson, taught.picture)
    st.markdown(t.set(taught.meaning))
    do, dont = st.columns(2, gap="medium")
    with do:
        page.do(t("Do"), t.set(taught.do))
    with dont:
        page.dont(t("Avoid"), t.set(taught.dont))
    with st.container(gap="xsmall"):
        st.header(t("In practice"), anchor=False)
        st.markdown(t.set(taught.example))
    if card.id in enrolment.checks:
        decision.explain(t, taught.check, enrolment.checks[card.id])
        return

    def heading() -> None:
        st.header(t("Check yourself"), anchor=False)

    check = taught.check.as_drawn(enrolment.person_key, card.id)
    decision.ask(t, check, submit(course, card, t("Check the answer")), opening=heading)


def answer(visit: Visit, course: Course, card: Card, lesson: Lesson, enrolment: Enrolment) -> None:
    """Draw the dilemma again, and its answer."""
    t = visit.words
    page.opening("", t.set(lesson.dilemma.title), t.set(lesson.dilemma.situation))
    if card.id not in enrolment.checks:
        drawn = lesson.dilemma.as_drawn(enrolment.person_key, card.id)
        put_again = drawn.model_copy(update={"prompt": t("How would you decide now?")})
        decision.ask(t, put_again, submit(course, card, t("Check the answer")))
        return
    decision.explain(t, lesson.dilemma, enrolment.checks[card.id])
    with st.container(gap="xsmall"):
        st.header(t("How to think about it"), anchor=False)
        st.markdown("\n\n".join(t.set(paragraph) for paragraph in lesson.dilemma.answer))


def draw(visit: Visit, course: Course, card: Card, enrolment: Enrolment) -> None:
    lesson = course.lesson(card.lesson_id).text(visit.language)
    match card.kind:
        case CardKind.DILEMMA:
            dilemma(visit, course, card, lesson, enrolment)
        case CardKind.WHY:
            why(visit, lesson)
        case CardKind.PRINCIPLE:
            principle(visit, course, card, lesson, enrolment)
        case CardKind.ANSWER:
            answer(visit, course, card, lesson, enrolment)


def next_card(visit: Visit, course: Course, card: Card, enrolment: Enrolment) -> None:
    """Draw the button to the next card, once nothing is left to answer on this one."""
    asks = card.choice(course.lesson(card.lesson_id).source) is not None
    if asks and card.id not in enrolment.checks:
        return
    t = visit.words
    navigation.button(t("Next"), f"next_{card.id}", actions.leave_card, course.id, card)


def finished(visit: Visit, course: Course) -> None:
    t = visit.words
    page.opening(
        course.title(visit.language),
        t("You have finished the lesson. Next come the questions."),
        t(
            "{questions} from everyday work; you need {pass_mark}. Each answer is explained at once.",
            questions=t.plural("{n} question", "{n} questions", course.asked),
            pass_mark=t.percent(course.entry.pass_mark),
        ),
    )
    navigation.to_screen(t("Begin the final questions"), "assessment.py", course)


def again(visit: Visit, course: Course, card: Card, enrolment: Enrolment) -> None:
    """Draw a finished card, to be read again."""
    t = visit.words
    draw(visit, course, card, enrolment)
    reporting.card(visit, course, card)
    page.link(addresses.HOME, t("Back to your courses"))


visit = current()
found = learner.asked_for(visit)
if found is None:
    st.switch_page("home.py")
course, enrolment = found
learner.notice(visit)
stands = standing(enrolment, course)
wanted = next((card for card in stands.cards if card.id == st.query_params.get("card")), None)
if wanted is not None and wanted not in stands.missing_cards:
    again(visit, course, wanted, enrolment)
elif stands.next_card is not None:
    draw_position(visit, course, stands.next_card, stands)
    draw(visit, course, stands.next_card, enrolment)
    next_card(visit, course, stands.next_card, enrolment)
    reporting.card(visit, course, stands.next_card)
else:
    finished(visit, course)
