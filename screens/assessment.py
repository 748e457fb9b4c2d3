"""Assessment: one question a screen, saved and explained at once; at the end the result."""

import streamlit as st

from lessons.model import Edition
from progress.completion import editions
from progress.completion.enrolments import Attempt, Enrolment, Response
from progress.completion.rules import Step, standing
from quizzes import drawing
from quizzes.content import Course
from quizzes.model import Question
from screens.parts import addresses, navigation, page
from screens.parts.course import actions, choices, learner
from screens.parts.course.learner import MINUTES_A_QUESTION
from screens.parts.session import Visit, current
from words import Words


def confidences(t: Words) -> dict[str, str]:
    return {"guess": t("I am guessing"), "likely": t("Fairly sure"), "sure": t("Certain")}


def number_asked_for(attempt: Attempt) -> int:
    """The question in the address when it has been reached, otherwise the first one still open; one past the
    last stands for the result."""
    wanted = st.query_params.get("question", "")
    if wanted.isdecimal() and 1 <= int(wanted) <= attempt.next_number:
        return int(wanted)
    return attempt.next_number


def question(seen: Visit, course: Course, attempt: Attempt, number: int) -> None:
    t = seen.words
    question_id, sha256 = attempt.questions[number - 1]
    with seen.database.reading() as connection:
        edition = editions.question(connection, course, question_id, sha256)
    asked = edition.text(seen.language)
    total = len(attempt.questions)
    response = attempt.responses.get(question_id)
    here = t("Question {n} {of_total}", n=number, of_total=t.out_of(total))
    left = total - len(attempt.responses)
    minutes = max(1, round(left * MINUTES_A_QUESTION))
    ahead = t.plural("about {n} minute left", "about {n} minutes left", minutes)
    state = ahead if response is None else t("your answer is saved")
    page.position(seen, len(attempt.responses) / total, here, state)
    if response is not None:
        explained(seen, course, asked, response, number, attempt)
        return

    def situation() -> None:
        page.opening("", t.set(asked.title), t.set(asked.situation))

    actions.go_to_question(number)
    choices.asked(
        t,
        f"{attempt.id}_{question_id}",
        asked.prompt,
        [asked.option(option.id) for option in drawing.in_order(edition.source, attempt.seed, question_id)],
        t("Submit the answer"),
        actions.answer_question,
        course.id,
        attempt.id,
        question_id,
        confidence=confidences(t),
        opening=situation,
    )


def explained(
    seen: Visit, course: Course, asked: Question, response: Response, number: int, attempt: Attempt
) -> None:
    t = seen.words
    heading = t("The principle")
    certain = t("You were certain here, so this one is worth reading again.")
    verdict = t("That is right") if response.right else t("The right answer is another one")
    then = [
        f"## {heading}",
        *([certain] if response.confidence == "sure" and not response.right else []),
        f":material/menu_book: {to_card(seen, course, asked.principle)}",
    ]
    choices.explained(t, asked, response.option, opening=(t.set(asked.title), verdict), then="\n\n".join(then))
    navigation.button(
        t("Show the result") if number == len(attempt.questions) else t("Next question"),
        f"next_{attempt.id}_{number}",
        actions.go_to_question,
        min(number + 1, attempt.next_number),
    )


def principles_missed(seen: Visit, course: Course, attempt: Attempt) -> list[str]:
    """The ids of the principles with a wrong response, in the order of the lesson."""
    wrong = set()
    with seen.database.reading() as connection:
        for question_id, sha256 in attempt.questions:
            if not attempt.responses[question_id].right:
                edition: Edition[Question] = editions.question(connection, course, question_id, sha256)
                wrong.add(edition.source.principle)
    return [principle for principle in course.principles if principle in wrong]


def result(seen: Visit, course: Course, enrolment: Enrolment, attempt: Attempt) -> None:
    t = seen.words
    asked, right, score = len(attempt.questions), attempt.right or 0, attempt.score or 0
    achieved = t(
        "That is {score}; {pass_mark} was needed.",
        score=t.percent(score),
        pass_mark=t.percent(attempt.pass_mark),
    )
    missed = principles_missed(seen, course, attempt)
    if attempt.passed:
        page.opening(
            course.title(seen.language),
            t.plural(
                "Passed: {n} {of_total} answer right",
                "Passed: {n} {of_total} answers right",
                right,
                of_total=t.out_of(asked),
            ),
            achieved,
        )
        read_again(seen, course, missed, t("Worth reading again"))
        if enrolment.certificate_no is None:
            navigation.to_screen(t("Go on to the commitment"), "commitment.py", course)
        return
    advice = t("Read these principles again, then try other questions.")
    page.opening(
        course.title(seen.language),
        t.plural(
            "Not passed yet: {n} {of_total} answer right",
            "Not passed yet: {n} {of_total} answers right",
            right,
            of_total=t.out_of(asked),
        ),
        f"{achieved} {advice}",
    )
    read_again(seen, course, missed, t("Read again"))
    navigation.button(t("Try again with other questions"), f"begin_{attempt.id}", actions.begin_attempt, course.id)


def read_again(seen: Visit, course: Course, principles: list[str], heading: str) -> None:
    if not principles:
        return
    links = [f"- {to_card(seen, course, principle)}" for principle in principles]
    st.markdown("\n".join([f"## {heading}", "", *links]), anchors=False)


def to_card(seen: Visit, course: Course, principle: str) -> str:
    """A link to the principle's card, as Markdown."""
    title = seen.words.set(course.principles[principle].text(seen.language).title)
    return f"[{title}]({addresses.card(course, course.card_of(principle).id)})"


def before_the_first(seen: Visit, course: Course) -> None:
    t = seen.words
    page.opening(
        course.title(seen.language),
        t.plural("{n} decision from everyday work", "{n} decisions from everyday work", course.asked),
        t(
            "You need {pass_mark}. Each answer is saved and explained at once. You can stop at any time and "
            "go on later with the same question.",
            pass_mark=t.percent(course.entry.pass_mark),
        ),
    )
    navigation.button(t("Begin"), "begin", actions.begin_attempt, course.id)


def not_yet(seen: Visit, course: Course) -> None:
    t = seen.words
    page.opening(
        course.title(seen.language),
        t("Read the lesson first"),
        t("The questions open once every card of the lesson is done."),
    )
    page.link(addresses.lesson(course), t("Go on with the lesson"))


seen = current()
found = learner.asked_for(seen)
if found is None:
    st.switch_page("home.py")
course, enrolment = found
learner.notice(seen)
attempt = enrolment.attempt
if attempt is None:
    if standing(enrolment, course).next_step is Step.CARDS:
        not_yet(seen, course)
    else:
        before_the_first(seen, course)
elif (number := number_asked_for(attempt)) <= len(attempt.questions):
    question(seen, course, attempt, number)
else:
    result(seen, course, enrolment, attempt)
