"""Lesson: one card at a time, saved as it is left; the address may name a card to read again."""

import streamlit as st

from lessons.cards import Card, CardKind
from lessons.model import Lesson, Picture
from progress.completion.enrolments import Enrolment
from progress.completion.rules import Standing, standing
from quizzes import drawing
from quizzes.content import Course
from screens.parts import addresses, navigation, page
from screens.parts.course import actions, choices, learner
from screens.parts.session import Visit, current


def where(seen: Visit, course: Course, card: Card, stands: Standing) -> None:
    t = seen.words
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
    page.position(seen, done / len(stands.cards), label, left)


def dilemma(seen: Visit, course: Course, card: Card, lesson: Lesson, enrolment: Enrolment) -> None:
    """Asked before anything is taught; what comes of the answer is said at the end."""
    t = seen.words
    page.opening("", t.set(lesson.dilemma.title), t.set(lesson.dilemma.situation))
    if card.id in enrolment.checks:
        chosen = lesson.dilemma.option(enrolment.checks[card.id])
        st.header(t("Your answer"), anchor=False)
        st.markdown(t.set(chosen.text))
        return
    choices.asked(
        t,
        card.id,
        lesson.dilemma.prompt,
        drawing.in_order(lesson.dilemma, enrolment.person_key, card.id),
        t("Save the answer and go on"),
        actions.answer_card,
        course.id,
        card,
    )
    st.markdown(t("It is not scored. We come back to it at the end of the lesson."))


def picture(seen: Visit, lesson: Lesson, shown: Picture | None) -> None:
    if shown is not None:
        file = seen.content.folder / "lessons" / lesson.id / shown.file
        st.image(file, alt=seen.words.set(shown.alt), width="stretch")


def why(seen: Visit, lesson: Lesson) -> None:
    t = seen.words
    page.opening("", t.set(lesson.why.title), f"> {t.set(lesson.promise)}")
    picture(seen, lesson, lesson.why.picture)
    st.markdown("\n\n".join(t.set(paragraph) for paragraph in lesson.why.paragraphs))


def principle(seen: Visit, course: Course, card: Card, lesson: Lesson, enrolment: Enrolment) -> None:
    t = seen.words
    taught = lesson.principle(card.part)
    page.opening("", t.set(taught.title), f"> {t.set(taught.rule)}")
    picture(seen, lesson, taught.picture)
    st.markdown(t.set(taught.meaning))
    do, dont = st.columns(2, gap="medium")
    with do:
        page.do(t("Do"), t.set(taught.do))
    with dont:
        page.dont(t("Do not"), t.set(taught.dont))
    with st.container(gap="xsmall"):
        st.header(t("From life"), anchor=False)
        st.markdown(t.set(taught.example))
    if card.id in enrolment.checks:
        choices.explained(t, taught.check, enrolment.checks[card.id])
        return

    def heading() -> None:
        st.header(t("Check yourself"), anchor=False)

    choices.asked(
        t,
        card.id,
        taught.check.prompt,
        drawing.in_order(taught.check, enrolment.person_key, card.id),
        t("Check the answer"),
        actions.answer_card,
        course.id,
        card,
        opening=heading,
    )


def answer(seen: Visit, course: Course, card: Card, lesson: Lesson, enrolment: Enrolment) -> None:
    """The dilemma again, and its answer."""
    t = seen.words
    page.opening("", t.set(lesson.dilemma.title), t.set(lesson.dilemma.situation))
    if card.id not in enrolment.checks:
        choices.asked(
            t,
            card.id,
            t("How would you decide now?"),
            drawing.in_order(lesson.dilemma, enrolment.person_key, card.id),
            t("Check the answer"),
            actions.answer_card,
            course.id,
            card,
        )
        return
    choices.explained(t, lesson.dilemma, enrolment.checks[card.id])
    with st.container(gap="xsmall"):
        st.header(t("How to think about it"), anchor=False)
        st.markdown("\n\n".join(t.set(paragraph) for paragraph in lesson.dilemma.answer))


def draw(seen: Visit, course: Course, card: Card, enrolment: Enrolment) -> None:
    lesson = course.lesson(card.lesson_id).text(seen.language)
    match card.kind:
        case CardKind.DILEMMA:
            dilemma(seen, course, card, lesson, enrolment)
        case CardKind.WHY:
            why(seen, lesson)
        case CardKind.PRINCIPLE:
            principle(seen, course, card, lesson, enrolment)
        case CardKind.ANSWER:
            answer(seen, course, card, lesson, enrolment)


def next_card(seen: Visit, course: Course, card: Card, enrolment: Enrolment) -> None:
    """The way to the next card, once there is nothing left to answer on this one."""
    asks = card.choice(course.lesson(card.lesson_id).source) is not None
    if asks and card.id not in enrolment.checks:
        return
    t = seen.words
    navigation.button(t("Next"), f"next_{card.id}", actions.leave_card, course.id, card)


def finished(seen: Visit, course: Course) -> None:
    t = seen.words
    page.opening(
        course.title(seen.language),
        t("You have read it all, the questions come next"),
        t(
            "{questions} from everyday work; you need {pass_mark}. Each answer is explained at once.",
            questions=t.plural("{n} question", "{n} questions", course.asked),
            pass_mark=t.percent(course.entry.pass_mark),
        ),
    )
    navigation.to_screen(t("Begin the final questions"), "assessment.py", course)


def again(seen: Visit, course: Course, card: Card, enrolment: Enrolment) -> None:
    """A card that was done, to be read once more."""
    t = seen.words
    draw(seen, course, card, enrolment)
    page.link(addresses.HOME, t("Back to your courses"))


seen = current()
found = learner.asked_for(seen)
if found is None:
    st.switch_page("home.py")
course, enrolment = found
learner.notice(seen)
stands = standing(enrolment, course)
wanted = next((card for card in stands.cards if card.id == st.query_params.get("card")), None)
if wanted is not None and wanted not in stands.missing_cards:
    again(seen, course, wanted, enrolment)
elif stands.next_card is not None:
    where(seen, course, stands.next_card, stands)
    draw(seen, course, stands.next_card, enrolment)
    next_card(seen, course, stands.next_card, enrolment)
else:
    finished(seen, course)
