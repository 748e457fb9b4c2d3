"""Known already: questions before the lesson, and what they make unnecessary. Nothing of a key is shown here."""

from functools import partial
from html import escape

import streamlit as st

from lessons.cards import Card
from progress.completion import editions, learning, prior
from progress.completion.enrolments import Enrolment, Prior
from progress.completion.rules import standing
from progress.completion.steps import AskedQuestion
from quizzes.content import Course
from screens.parts import addresses, navigation, page
from screens.parts.content import prose
from screens.parts.course import actions, decision, learner, position
from screens.parts.course.confidences import confidences
from screens.parts.course.decision import Submit
from screens.parts.session import Visit, current


def offer(visit: Visit, course: Course, enrolment: Enrolment) -> None:
    t = visit.words
    if enrolment.cycle > 1:
        title = t("See first what you still know")
        text = t(
            "One question about each principle, two where something went wrong last time. A principle that you "
            "still know and that has not changed is waived. The rest you take as always, with the test at the end."
        )
    else:
        n = prior.size(course)
        title = t.plural("{n} decision instead of the lesson", "{n} decisions instead of the lesson", n)
        text = t(
            "If you get {pass_mark} right, the lesson and its test are waived, and only the commitment is left to "
            "sign. If not, you take the lesson as usual. It is offered once, and only before the first card.",
            pass_mark=t.percent(prior.PASS_MARK),
        )
    page.opening(course.title(visit.language), title, text)
    navigation.button(t("Begin"), "begin_prior", actions.begin_prior, course.id)
    page.link(addresses.lesson(course), t("Take the whole lesson"))


def question(visit: Visit, course: Course, asked: Prior) -> None:
    t = visit.words
    number = asked.next_number
    question_id, sha256 = asked.questions[number - 1]
    with visit.database.reading() as connection:
        text = editions.question(connection, course, question_id, sha256).text(visit.language)
    position.of_questions(visit, course, number, len(asked.questions))
    page.explained(t.set(text.title), f"<p>{prose.inline(t, text.situation)}</p>")
    save = partial(actions.answer_prior, course.id, AskedQuestion(asked.id, question_id))
    # Only an opener asks: a guess that is right does not waive a principle, but it counts in a test.
    sure = {} if asked.is_test_out else confidences(t)
    note = t("It is saved; whether it is right is not said before the end.")
    submit = Submit(f"{asked.id}_{question_id}", t("Submit the answer"), save, note, sure)
    decision.ask(t, text.as_drawn(asked.seed, question_id), submit)
    page.link(addresses.lesson(course), t("Stop here and take the whole lesson"))


def tested_out(visit: Visit, course: Course, enrolment: Enrolment, asked: Prior) -> None:
    t = visit.words
    n, right = len(asked.questions), asked.right or 0
    saved = prior.minutes_saved(course, visit.language, n)
    said = t("{right} {of_total} right: you know it", right=t.number(right), of_total=t.out_of(n))
    waived = t("The lesson and its test are waived, and your record says so.")
    minutes = t.plural("You saved about {n} minute.", "You saved about {n} minutes.", saved)
    page.opening(course.title(visit.language), said, f"{waived} {minutes}")
    if enrolment.certificate_no is None:
        navigation.to_screen(t("Go on to the commitment"), "commitment.py", course)
    missed = prior.missed(asked, course)
    if missed:
        st.header(t("Worth reading all the same"), anchor=False)
        links = (_linked(visit, course, course.card_of(name)) for name in missed)
        st.html(f'<ul class="kodex-known">{"".join(links)}</ul>')
    page.link(addresses.attempt(asked.id), t("See all questions and answers again"))


def _linked(visit: Visit, course: Course, card: Card) -> str:
    address = addresses.card(course, card.id)
    return f'<li><a href="{escape(address)}">{_title(visit, course, card)}</a></li>'


def _title(visit: Visit, course: Course, card: Card) -> str:
    return prose.inline(visit.words, course.principles[card.part].text(visit.language).title)


def not_reached(visit: Visit, course: Course, asked: Prior) -> None:
    t = visit.words
    n, right = len(asked.questions), asked.right or 0
    said = t(
        "{right} {of_total} right: the lesson has something for you", right=t.number(right), of_total=t.out_of(n)
    )
    text = t(
        "{pass_mark} would have waived it. You take it as usual; this was no attempt, and it does not count against "
        "you. Look out for these principles:",
        pass_mark=t.percent(asked.pass_mark or 0),
    )
    page.opening(course.title(visit.language), said, text)
    missed = (course.card_of(name) for name in prior.missed(asked, course))
    st.html(f'<ul class="kodex-known">{"".join(f"<li>{_title(visit, course, card)}</li>" for card in missed)}</ul>')
    navigation.to_screen(t("Go on to the lesson"), "lesson.py", course)


def shortened(visit: Visit, course: Course, enrolment: Enrolment) -> None:
    """Draw what an opener has waived, principle by principle."""
    t = visit.words
    stands = standing(enrolment, course)
    n = len(stands.principles) - len(stands.missing_principles)
    minutes = course.minutes_of(visit.language, stands.missing_cards, course.asked)
    if n:
        said = t.plural(
            "The course is shortened to about {n} minute", "The course is shortened to about {n} minutes", minutes
        )
        text = t.plural(
            "{n} principle is waived, because you still know it.",
            "{n} principles are waived, because you still know them.",
            n,
        )
    else:
        said = t("It is worth taking the whole lesson")
        text = t.plural("It takes about {n} minute.", "It takes about {n} minutes.", minutes)
    all_of_them = t("The test at the end asks about all principles.")
    page.opening(course.title(visit.language), said, f"{text} {all_of_them}")
    new = prior.new_cards(course, learning.finished_before(visit.database, enrolment))
    rows = [(_plain_title(visit, course, card), _state(visit, card, enrolment, new)) for card in stands.principles]
    page.rows(rows, (t("Principle"), t("What becomes of it")))
    navigation.to_screen(t("Go on to the lesson"), "lesson.py", course)


def _plain_title(visit: Visit, course: Course, card: Card) -> str:
    return visit.words.set(course.principles[card.part].text(visit.language).title)


def _state(visit: Visit, card: Card, enrolment: Enrolment, new: frozenset[str]) -> str:
    t = visit.words
    if card.id in enrolment.waived:
        return t("waived, you know it")
    return t("new since last time") if card.id in new else t("to be taken")


def over(visit: Visit, course: Course) -> None:
    t = visit.words
    page.opening(
        course.title(visit.language),
        t("There are no questions before the lesson now"),
        t("They come once, before the first card. Everything you have done in the lesson is saved."),
    )
    page.link(addresses.lesson(course), t("Go on with the lesson"))


visit = current()
found = learner.asked_for(visit)
if found is None:
    st.switch_page("home.py")
course, enrolment = found
learner.notice(visit)
asked = enrolment.prior
if asked is not None and asked.is_finished:
    if not asked.is_test_out:
        shortened(visit, course, enrolment)
    elif asked.passed:
        tested_out(visit, course, enrolment, asked)
    else:
        not_reached(visit, course, asked)
elif asked is not None and prior.is_under_way(enrolment):
    question(visit, course, asked)
elif learning.is_prior_offered(visit.database, enrolment):
    offer(visit, course, enrolment)
else:
    over(visit, course)
