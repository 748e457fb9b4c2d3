"""Lesson: one card at a time, saved as it is left; the address may name a card to read again."""

from functools import partial

import streamlit as st

from lessons.cards import Card, CardKind
from lessons.lesson import Lesson, Picture
from lessons.pictures import drawings
from progress.completion import learning, prior
from progress.completion.enrolments import Enrolment
from progress.completion.rules import Standing, Step, standing
from progress.completion.steps import is_decided
from quizzes.content import Course
from screens.parts import addresses, marks, navigation, page
from screens.parts.content import prose, rule, scenes
from screens.parts.course import (
    actions,
    decision,
    dialogue,
    feedback,
    learner,
    noting,
    position,
    reading_again,
    reporting,
    retry,
    then_and_now,
)
from screens.parts.course.decision import Submit
from screens.parts.marks import Size
from screens.parts.session import Visit, current


def name_of(visit: Visit, card: Card, stands: Standing) -> str:
    """Return what the card is, and which of how many."""
    t = visit.words
    match card.kind:
        case CardKind.PRINCIPLE:
            number = list(stands.principles).index(card) + 1
            return t("Principle {n} {of_total}", n=number, of_total=t.out_of(len(stands.principles)))
        case CardKind.WHY:
            return t("Why it matters")
        case CardKind.DIALOGUE:
            return t("Conversation")
        case _:
            return t("Before we begin") if card.kind is CardKind.DILEMMA else t("Back to the beginning")


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
    note = t("It is not scored. We come back to it at the end of the lesson.")
    decision.ask(t, drawn, submit(course, card, t("Save the answer and go on"), note))


def submit(course: Course, card: Card, label: str, note: str = "") -> Submit:
    return Submit(card.id, label, partial(actions.answer_card, course.id, card), note)


def picture(visit: Visit, lesson: Lesson, shown: Picture | None, size: Size) -> None:
    """Draw a picture as wide as the text, and a line drawing at its size."""
    if shown is None:
        return
    file, alt = marks.file_of(visit.content, lesson, shown), visit.words.set(shown.alt)
    if drawings.is_drawing(shown.file):
        marks.draw(file, size, alt)
    else:
        st.image(file, alt=alt, width="stretch")


def why(visit: Visit, lesson: Lesson) -> None:
    t = visit.words
    page.opening("", t.set(lesson.why.title))
    picture(visit, lesson, lesson.why.picture, Size.SCENE)
    if lesson.why.scene is not None:
        st.html(scenes.scene(t, lesson.why.scene))
    st.markdown("\n\n".join([*(t.set(each) for each in lesson.why.paragraphs), f"> {t.set(lesson.promise)}"]))


def principle(visit: Visit, course: Course, card: Card, lesson: Lesson, enrolment: Enrolment) -> None:
    """Draw the situation, the decision in it, what each option leads to, and the rule as the conclusion."""
    t, taught = visit.words, lesson.principle(card.part)
    title = t.set(taught.situation_title)
    scene = [scenes.scene(t, taught.scene)] if taught.scene else []
    situation = [f"<p>{prose.inline(t, taught.situation)}</p>"] if taught.situation else []
    check = taught.check.as_drawn(enrolment.person_key, card.id)
    first = enrolment.checks.get(card.id)
    if first is None or retry.is_tried_again(card):
        page.explained(title, *situation, *scene)
        if first is not None and check.hint:
            page.hint(t.set(check.hint))
        note = t("It is not scored. Decide as you would at work.")
        sent = submit(course, card, t("See where it leads"), note) if first is None else retry.submit(t, card)
        decision.ask(t, check, sent)
    elif retry.is_open(card, check, enrolment):
        page.explained(title, *situation, *scene, decision.tried(t, check, first), feedback.saved(t))
        retry.offer(t, card)
    else:
        answer = retry.latest(card) or first
        conclusion = rule.conclusion(visit, course, taught)
        told = decision.explained(t, check, answer), feedback.saved(t, is_new(card, enrolment))
        page.explained(title, *situation, *scene, *told, conclusion)
        if taught.picture is not None and not drawings.is_drawing(taught.picture.file):
            picture(visit, lesson, taught.picture, Size.LARGE)


def answer(visit: Visit, course: Course, card: Card, lesson: Lesson, enrolment: Enrolment) -> None:
    """Draw the dilemma again; once it is answered, what was decided first and now, and where each option leads."""
    t, asked = visit.words, lesson.dilemma
    drawn = asked.as_drawn(enrolment.person_key, card.id)
    if card.id not in enrolment.checks:
        page.opening("", t.set(asked.title), t.set(asked.situation))
        put_again = drawn.model_copy(update={"prompt": t("How would you decide now?")})
        decision.ask(t, put_again, submit(course, card, t("See where it leads")))
        return
    now = enrolment.checks[card.id]
    first = enrolment.checks.get(f"{lesson.id}/{CardKind.DILEMMA}", now)
    situation = f"<p>{prose.inline(t, asked.situation)}</p>"
    discussed = "".join(prose.block(t, paragraph) for paragraph in asked.answer)
    arc = then_and_now.html(visit, course, asked, first, now)
    page.explained(t.set(asked.title), situation, arc)
    noting.moved(visit, course, card, enrolment, is_other=first != now)
    page.further(decision.explained(t, drawn, now), feedback.saved(t, is_new(card, enrolment)), discussed)


def is_new(card: Card, enrolment: Enrolment) -> bool:
    """True while a card that is answered has not been left."""
    return card.id not in enrolment.cards


def draw(visit: Visit, course: Course, card: Card, enrolment: Enrolment) -> None:
    lesson = course.lesson(card.lesson_id).text(visit.language)
    match card.kind:
        case CardKind.DILEMMA:
            dilemma(visit, course, card, lesson, enrolment)
        case CardKind.WHY:
            why(visit, lesson)
            if is_new(card, enrolment) and f"{lesson.id}/{CardKind.DILEMMA}" in enrolment.checks:
                st.html(feedback.saved(visit.words))
        case CardKind.PRINCIPLE:
            principle(visit, course, card, lesson, enrolment)
        case CardKind.DIALOGUE:
            dialogue.draw(visit.words, course, card, enrolment)
        case CardKind.ANSWER:
            answer(visit, course, card, lesson, enrolment)


def next_card(visit: Visit, course: Course, card: Card, enrolment: Enrolment, stands: Standing) -> None:
    """Draw the button to the next card, once nothing is left to answer on this one."""
    check = card.choice(course.lesson(card.lesson_id).source)
    if not is_decided(enrolment, course, card):
        return
    if check is not None and card.kind is CardKind.PRINCIPLE and retry.is_under_way(card, check, enrolment):
        return
    t = visit.words
    later = [each for each in stands.missing_cards if each != card]
    what = name_of(visit, later[0], stands) if later else t("The final questions")
    navigation.button(
        t("Next: {what}", what=what[:1].lower() + what[1:]),
        f"next_{card.id}",
        actions.leave_card,
        course.id,
        card,
        later[0] if later else None,
    )


def at_hand(visit: Visit, course: Course, card: Card, enrolment: Enrolment, stands: Standing) -> None:
    """Draw the next card, and what leads on from it."""
    t = visit.words
    finished = learning.finished_before(visit.database, enrolment)
    is_new = card.id in prior.new_cards(course, finished)
    here = name_of(visit, card, stands)
    position.draw(visit, course, enrolment, stands, t("{card} · new", card=here) if is_new else here)
    if is_new:
        page.new(t("New since you last took the course"))
    draw(visit, course, card, enrolment)
    next_card(visit, course, card, enrolment, stands)
    if prior.is_under_way(enrolment) or prior.is_offered(enrolment, finished):
        page.link(addresses.known(course), t("I know this already"))
    reading_again.before(visit, course, card, stands)
    reporting.card(visit, course, card)


def again(visit: Visit, course: Course, card: Card, enrolment: Enrolment, stands: Standing) -> None:
    """Draw a finished card, to be read again."""
    position.draw(visit, course, enrolment, stands, name_of(visit, card, stands))
    draw(visit, course, card, enrolment)
    reporting.card(visit, course, card)
    reading_again.ways(visit, course, card, stands, enrolment)


visit = current()
found = learner.asked_for(visit)
if found is None:
    st.switch_page("home.py")
course, enrolment = found
stands = standing(enrolment, course)
asked = st.query_params.get("card")
can_be_read = {*enrolment.cards, *enrolment.waived}
wanted = next((card for card in stands.cards if card.id == asked and card.id in can_be_read), None)
if wanted is None and stands.next_step is Step.ASSESSMENT:
    st.switch_page("assessment.py", query_params={"course": course.id})
learner.notice(visit)
if wanted is not None:
    again(visit, course, wanted, enrolment, stands)
elif stands.next_card is not None:
    at_hand(visit, course, stands.next_card, enrolment, stands)
else:
    reading_again.passed(visit, course, stands, is_waived=bool(enrolment.prior and enrolment.prior.passed))
