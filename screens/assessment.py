"""Assessment: one question at a time, saved and explained at once; at the end the result."""

from functools import partial
from html import escape

import streamlit as st

from lessons.model import Edition
from progress.completion import editions
from progress.completion.enrolments import Attempt, Enrolment
from progress.completion.rules import Step, standing
from progress.completion.steps import AskedQuestion
from progress.insight import understanding
from progress.insight.understanding import Understanding, Understood
from quizzes.content import Course
from quizzes.kinds.question import Question
from screens.parts import addresses, navigation, page
from screens.parts.content import prose, rule
from screens.parts.course import actions, decision, feedback, learner, position, reporting
from screens.parts.course.confidences import confidences
from screens.parts.course.decision import Submit
from screens.parts.result import mirror, repair, retrying
from screens.parts.session import Visit, current
from words import Words


def number_asked_for(attempt: Attempt) -> int:
    """Return the number of the question in the address if it has been reached, otherwise of the first one without an
    answer. One past the last means the result."""
    wanted = st.query_params.get("question", "")
    if wanted.isdecimal() and 1 <= int(wanted) <= attempt.next_number:
        return int(wanted)
    return attempt.next_number


def question(visit: Visit, course: Course, enrolment: Enrolment, attempt: Attempt, number: int) -> None:
    t = visit.words
    question_id, sha256 = attempt.questions[number - 1]
    with visit.database.reading() as connection:
        edition = editions.question(connection, course, question_id, sha256)
    asked = edition.text(visit.language)
    total = len(attempt.questions)
    is_answered = question_id in attempt.responses
    here = t("Question {n} {of_total}", n=number, of_total=t.out_of(total))
    position.draw(visit, course, enrolment, standing(enrolment, course), here)
    if is_answered:
        explained(visit, course, attempt, number, asked)
        return

    page.explained(t.set(asked.title), f"<p>{prose.inline(t, asked.situation)}</p>")
    actions.go_to_question(number)
    save = partial(actions.answer_question, course.id, AskedQuestion(attempt.id, question_id))
    sent = Submit(f"{attempt.id}_{question_id}", t("Submit the answer"), save, confidences=confidences(t))
    decision.ask(t, asked.as_drawn(attempt.seed, question_id), sent)


def explained(visit: Visit, course: Course, attempt: Attempt, number: int, asked: Question) -> None:
    """Draw the question as it stood, with what was answered, what is right, and the principle beside it."""
    t = visit.words
    response = attempt.responses[asked.id]
    verdict = t("That is right") if response.right else t("That is not the right answer")
    certain = t("You were certain here, so this one is worth reading again.")
    drawn = asked.as_drawn(attempt.seed, asked.id)
    taught = course.principles[asked.principle].text(visit.language)
    card = addresses.card(course, course.card_of(asked.principle).id, number)
    page.explained(
        t.set(asked.title),
        f"<p>{prose.inline(t, asked.situation)}</p>",
        f'<p class="kodex-verdict {"right" if response.right else "wrong"}">{verdict}</p>',
        f"<p>{certain}</p>" if response.confidence == "sure" and not response.right else "",
        decision.explained(t, drawn, response.option),
        feedback.saved(t),
        rule.conclusion(visit, course, taught),
        f'<p class="kodex-link"><a href="{escape(card)}">{escape(t("Read the card again"))}</a></p>',
    )
    navigation.button(
        t("Show the result") if number == len(attempt.questions) else t("Next question"),
        f"next_{attempt.id}_{number}",
        actions.go_to_question,
        min(number + 1, attempt.next_number),
    )


def understood(visit: Visit, course: Course, attempt: Attempt) -> list[Understood]:
    """Return what the attempt shows of each principle that the course still teaches."""
    with visit.database.reading() as connection:
        asked: dict[str, str] = {}
        for question_id, sha256 in attempt.questions:
            edition: Edition[Question] = editions.question(connection, course, question_id, sha256)
            asked[question_id] = edition.source.principle
    order = list(course.principles)
    taught = sorted((pair for pair in asked.items() if pair[1] in order), key=lambda pair: order.index(pair[1]))
    return understanding.of_attempt(attempt, dict(taught))


def result(visit: Visit, course: Course, enrolment: Enrolment, attempt: Attempt) -> None:
    t = visit.words
    asked, right = len(attempt.questions), attempt.right or 0
    found = understood(visit, course, attempt)
    practised = repair.questions(course, enrolment, attempt, found)
    number = repair.place(practised)
    is_practice = not attempt.passed and number is not None and number <= len(practised)
    here = t("Practice {n} {of_total}", n=number, of_total=t.out_of(len(practised))) if is_practice else t("Result")
    position.draw(visit, course, enrolment, standing(enrolment, course), here)
    if is_practice and number is not None:
        repair.draw(visit, course, attempt, practised, number)
        return
    achieved = t(
        "You scored {score}; you needed {pass_mark}.",
        score=t.percent(attempt.score or 0),
        pass_mark=t.percent(attempt.pass_mark),
    )
    certain = t("Begin with what you were sure of and got wrong: it is what people do again at work.")
    is_sure = bool(found) and found[0].as_a_whole is Understanding.SURE_AND_WRONG
    said = verdict(t, attempt.passed or False, right, asked)
    page.opening(course.title(visit.language), said, f"{achieved} {certain}" if is_sure else achieved)
    st.html(mirror.html(visit, course, found))
    onward(visit, course, enrolment, attempt, practised)
    page.link(addresses.attempt(attempt.id), t("See all questions and answers again"))


def onward(visit: Visit, course: Course, enrolment: Enrolment, attempt: Attempt, practised: list[str]) -> None:
    """Draw what comes after a result: the commitment, or the way to the next attempt."""
    t = visit.words
    if attempt.passed:
        if enrolment.certificate_no is None:
            navigation.to_screen(t("Go on to the commitment"), "commitment.py", course)
        return
    if enrolment.attempts >= ATTEMPTS_ALONE:
        help_offered(visit)
    if practised:
        repair.offer(visit, course, attempt, practised)
    else:
        retrying.draw(visit, course, attempt, t("Try again with other questions"))


def verdict(t: Words, passed: bool, right: int, asked: int) -> str:
    of_total = t.out_of(asked)
    if passed:
        return t.plural(
            "Passed: {n} {of_total} answer right",
            "Passed: {n} {of_total} answers right",
            right,
            of_total=of_total,
        )
    return t.plural(
        "Not passed yet: {n} {of_total} answer right",
        "Not passed yet: {n} {of_total} answers right",
        right,
        of_total=of_total,
    )


ATTEMPTS_ALONE = 2
"""Failed attempts after which somebody is named to talk to."""


def help_offered(visit: Visit) -> None:
    t = visit.words
    page.said(t("It has not worked out twice. Talk it over with somebody before the next attempt:"))
    st.html(rule.contacts(visit))


def before_the_first(visit: Visit, course: Course) -> None:
    t = visit.words
    page.opening(
        course.title(visit.language),
        t("You have finished the lesson. Next come the questions."),
        t(
            "{questions} from everyday work; you need {pass_mark}. Each answer is saved and explained at once. You "
            "can stop at any time and go on later with the same question.",
            questions=t.plural("{n} decision", "{n} decisions", course.asked),
            pass_mark=t.percent(course.entry.pass_mark),
        ),
    )
    navigation.button(t("Begin"), "begin", actions.begin_attempt, course.id)


def not_yet(visit: Visit, course: Course) -> None:
    t = visit.words
    page.opening(
        course.title(visit.language),
        t("Read the lesson first"),
        t("The questions open once every card of the lesson is done."),
    )
    page.link(addresses.lesson(course), t("Go on with the lesson"))


visit = current()
found = learner.asked_for(visit)
if found is None:
    st.switch_page("home.py")
course, enrolment = found
learner.notice(visit)
attempt = enrolment.attempt
if attempt is None:
    match standing(enrolment, course).next_step:
        case Step.CARDS:
            not_yet(visit, course)
        case Step.ASSESSMENT:
            before_the_first(visit, course)
        case _:
            st.switch_page("known.py", query_params={"course": course.id})
elif (number := number_asked_for(attempt)) <= len(attempt.questions):
    question(visit, course, enrolment, attempt, number)
    reporting.question(visit, course, attempt, number)
else:
    result(visit, course, enrolment, attempt)
