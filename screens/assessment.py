"""Assessment: one question at a time, saved and explained at once; at the end the result."""

from functools import partial

import streamlit as st

from lessons.model import Edition
from progress.completion import editions
from progress.completion.enrolments import Attempt, Enrolment
from progress.completion.rules import Step, standing
from progress.completion.steps import AskedQuestion
from quizzes.content import Course
from quizzes.kinds.question import Question
from screens.parts import addresses, navigation, page
from screens.parts.course import actions, decision, learner, reporting, retrying
from screens.parts.course.decision import Submit
from screens.parts.course.learner import MINUTES_A_QUESTION
from screens.parts.session import Visit, current
from words import Words


def confidences(t: Words) -> dict[str, str]:
    return {"guess": t("I am guessing"), "likely": t("Fairly sure"), "sure": t("Certain")}


def number_asked_for(attempt: Attempt) -> int:
    """Return the number of the question in the address if it has been reached, otherwise of the first one without an
    answer. One past the last means the result."""
    wanted = st.query_params.get("question", "")
    if wanted.isdecimal() and 1 <= int(wanted) <= attempt.next_number:
        return int(wanted)
    return attempt.next_number


def question(visit: Visit, course: Course, attempt: Attempt, number: int) -> None:
    t = visit.words
    question_id, sha256 = attempt.questions[number - 1]
    with visit.database.reading() as connection:
        edition = editions.question(connection, course, question_id, sha256)
    asked = edition.text(visit.language)
    total = len(attempt.questions)
    is_answered = question_id in attempt.responses
    here = t("Question {n} {of_total}", n=number, of_total=t.out_of(total))
    left = total - len(attempt.responses)
    minutes = max(1, round(left * MINUTES_A_QUESTION))
    ahead = t.plural("about {n} minute left", "about {n} minutes left", minutes)
    state = t("your answer is saved") if is_answered else ahead
    page.position(visit, len(attempt.responses) / total, here, state)
    if is_answered:
        explained(visit, course, attempt, number, asked)
        return

    def situation() -> None:
        page.opening("", t.set(asked.title), t.set(asked.situation))

    actions.go_to_question(number)
    save = partial(actions.answer_question, course.id, AskedQuestion(attempt.id, question_id))
    decision.ask(
        t,
        asked.as_drawn(attempt.seed, question_id),
        Submit(f"{attempt.id}_{question_id}", t("Submit the answer"), save),
        confidences=confidences(t),
        opening=situation,
    )


def explained(visit: Visit, course: Course, attempt: Attempt, number: int, asked: Question) -> None:
    t = visit.words
    response = attempt.responses[asked.id]
    heading = t("The principle")
    certain = t("You were certain here, so this one is worth reading again.")
    verdict = t("That is right") if response.right else t("That is not the right answer")
    then = [
        f"## {heading}",
        *([certain] if response.confidence == "sure" and not response.right else []),
        f":material/menu_book: {to_card(visit, course, asked.principle)}",
    ]
    decision.explain(t, asked, response.option, opening=(t.set(asked.title), verdict), then="\n\n".join(then))
    navigation.button(
        t("Show the result") if number == len(attempt.questions) else t("Next question"),
        f"next_{attempt.id}_{number}",
        actions.go_to_question,
        min(number + 1, attempt.next_number),
    )


def principles_missed(visit: Visit, course: Course, attempt: Attempt) -> list[str]:
    """Return the ids of the principles with a wrong answer, in the order of the lesson."""
    wrong = set()
    with visit.database.reading() as connection:
        for question_id, sha256 in attempt.questions:
            if not attempt.responses[question_id].right:
                edition: Edition[Question] = editions.question(connection, course, question_id, sha256)
                wrong.add(edition.source.principle)
    return [principle for principle in course.principles if principle in wrong]


def result(visit: Visit, course: Course, enrolment: Enrolment, attempt: Attempt) -> None:
    t = visit.words
    asked, right, score = len(attempt.questions), attempt.right or 0, attempt.score or 0
    achieved = t(
        "You scored {score}; you needed {pass_mark}.",
        score=t.percent(score),
        pass_mark=t.percent(attempt.pass_mark),
    )
    missed = principles_missed(visit, course, attempt)
    if attempt.passed:
        page.opening(
            course.title(visit.language),
            t.plural(
                "Passed: {n} {of_total} answer right",
                "Passed: {n} {of_total} answers right",
                right,
                of_total=t.out_of(asked),
            ),
            achieved,
        )
        read_again(visit, course, missed, t("Worth reading again"))
        if enrolment.certificate_no is None:
            navigation.to_screen(t("Go on to the commitment"), "commitment.py", course)
        return
    advice = t("Read these principles again, then try other questions.")
    page.opening(
        course.title(visit.language),
        t.plural(
            "Not passed yet: {n} {of_total} answer right",
            "Not passed yet: {n} {of_total} answers right",
            right,
            of_total=t.out_of(asked),
        ),
        f"{achieved} {advice}",
    )
    read_again(visit, course, missed, t("Read again"))
    retrying.draw(visit, course, attempt)


def read_again(visit: Visit, course: Course, principles: list[str], heading: str) -> None:
    if not principles:
        return
    links = [f"- {to_card(visit, course, principle)}" for principle in principles]
    st.markdown("\n".join([f"## {heading}", "", *links]), anchors=False)


def to_card(visit: Visit, course: Course, principle: str) -> str:
    """Return a link to the principle's card, as Markdown."""
    title = visit.words.set(course.principles[principle].text(visit.language).title)
    return f"[{title}]({addresses.card(course, course.card_of(principle).id)})"


def before_the_first(visit: Visit, course: Course) -> None:
    t = visit.words
    page.opening(
        course.title(visit.language),
        t.plural("{n} decision from everyday work", "{n} decisions from everyday work", course.asked),
        t(
            "You need {pass_mark}. Each answer is saved and explained at once. You can stop at any time and "
            "go on later with the same question.",
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
    if standing(enrolment, course).next_step is Step.CARDS:
        not_yet(visit, course)
    else:
        before_the_first(visit, course)
elif (number := number_asked_for(attempt)) <= len(attempt.questions):
    question(visit, course, attempt, number)
    reporting.question(visit, course, attempt, number)
else:
    result(visit, course, enrolment, attempt)
    page.link(addresses.attempt(attempt.id), visit.words("See all questions and answers again"))
