"""Refresher: two questions some weeks after the certificate, each explained at once; then what has stayed."""

from functools import partial
from html import escape

import streamlit as st

from progress.completion import editions
from progress.completion.enrolments import Enrolment
from progress.refreshers import answering, schedule
from progress.refreshers.answering import Asked
from progress.refreshers.drawing import Refresher
from quizzes.content import Course
from quizzes.kinds.question import Question
from screens.parts import addresses, navigation, page
from screens.parts.content import prose, rule
from screens.parts.course import actions, decision, learner, position, reporting
from screens.parts.course.decision import Submit
from screens.parts.marks import Size
from screens.parts.session import Visit, current
from words import Words


def asked_for(visit: Visit) -> tuple[Course, Enrolment] | None:
    """Return the course that the address names; without a name, the first in which a refresher is due. None for a
    course that is not the reader's."""
    wanted = st.query_params.get("course")
    if wanted is None:
        due = (pair for pair in learner.taken(visit) if schedule.due(pair[1], visit.today) is not None)
        return next(due, None) or learner.asked_for(visit)
    found = learner.asked_for(visit)
    return found if found is not None and found[0].id == wanted else None


def number_asked_for(refresher: Refresher) -> int:
    """Return the number of the question in the address if it has been reached, otherwise of the first one without an
    answer. One past the last means the end."""
    wanted = st.query_params.get("question", "")
    if wanted.isdecimal() and 1 <= int(wanted) <= refresher.next_number:
        return int(wanted)
    return refresher.next_number


def question(visit: Visit, course: Course, refresher: Refresher, number: int) -> None:
    t = visit.words
    question_id, total = refresher.questions[number - 1], len(refresher.questions)
    segments = ["on" if name in refresher.answers else "" for name in refresher.questions]
    if question_id not in refresher.answers:
        segments[number - 1] = "now"
    here = t("Decision {n} {of_total}", n=number, of_total=t.out_of(total))
    position.bar(here, segments, t("one minute in all"))
    if question_id in refresher.answers:
        explained(visit, course, refresher, number)
        return
    asked = course.questions[question_id].text(visit.language)
    page.explained(t.set(asked.title), f"<p>{prose.inline(t, asked.situation)}</p>")
    actions.go_to_question(number)
    save = partial(actions.answer_refresher, course.id, Asked(refresher.days, question_id))
    key = f"refresher_{course.id}_{refresher.days}_{question_id}"
    note = t("Your certificate stays as it is, whatever you decide here.")
    decision.ask(t, asked.as_drawn(refresher.seed, question_id), Submit(key, t("Submit the answer"), save, note))


def explained(visit: Visit, course: Course, refresher: Refresher, number: int) -> None:
    """Draw the question as it stood, with what was answered, what is right, and the principle beside it."""
    t = visit.words
    answer = refresher.answers[refresher.questions[number - 1]]
    asked = as_answered(visit, course, answer.question, answer.edition)
    said = t("That is right") if answer.right else t("That is not the right answer")
    taught = course.principles.get(asked.principle)
    page.explained(
        t.set(asked.title),
        f"<p>{prose.inline(t, asked.situation)}</p>",
        f'<p class="kodex-verdict {"right" if answer.right else "wrong"}">{said} · {t("your answer is saved")}</p>',
        decision.explained(t, asked.as_drawn(refresher.seed, asked.id), answer.option),
        rule.conclusion(visit, course, taught.text(visit.language)) if taught else "",
    )
    is_last = number == len(refresher.questions)
    label = t("See what has stayed") if is_last else t("Next decision")
    navigation.button(label, f"next_refresher_{refresher.days}_{number}", actions.go_to_question, number + 1)
    reporting.refresher(visit, course, asked.id)


def as_answered(visit: Visit, course: Course, question_id: str, sha256: str) -> Question:
    with visit.database.reading() as connection:
        return editions.question(connection, course, question_id, sha256).text(visit.language)


def ending(visit: Visit, course: Course, enrolment: Enrolment, refresher: Refresher) -> None:
    t = visit.words
    right = sum(each.right for each in refresher.answers.values())
    found = t(
        "{right} {of_total} decided right after {days} days",
        right=right,
        of_total=t.out_of(len(refresher.questions)),
        days=refresher.days,
    )
    page.opening(course.title(visit.language), found, next_one(visit, enrolment))
    by_verdict: dict[bool, list[str]] = {False: [], True: []}
    for each in refresher.answers.values():
        by_verdict[each.right].append(as_answered(visit, course, each.question, each.edition).principle)
    heads = {False: ("wrong", "✕", t("Read this again")), True: ("right", "✓", t("This has stayed"))}
    groups = "".join(
        f'<section><h2 class="{kind}"><span aria-hidden="true">{sign}</span> {escape(said)}</h2>'
        f"<ul>{rows(visit, course, by_verdict[verdict], is_told=not verdict)}</ul></section>"
        for verdict, (kind, sign, said) in heads.items()
        if by_verdict[verdict]
    )
    st.html(f'<div class="kodex-mirror">{groups}</div>')
    page.link(addresses.HOME, t("Home"))


def rows(visit: Visit, course: Course, principles: list[str], *, is_told: bool) -> str:
    """Return a row for each principle that the course still teaches, with a link to its card; `is_told` adds its
    rule."""
    t, drawn = visit.words, ""
    for name in principles:
        if name not in course.principles:
            continue
        principle = course.principles[name].text(visit.language)
        address = escape(addresses.card(course, course.card_of(name).id))
        keep = f"<small>{prose.inline(t, principle.rule)}</small>" if is_told else ""
        mark = rule.drawing(visit, course, name, Size.SMALL)
        drawn += f'<li>{mark}<div><a href="{address}">{prose.inline(t, principle.title)}</a>{keep}</div></li>'
    return drawn


def next_one(visit: Visit, enrolment: Enrolment) -> str:
    t = visit.words
    on = schedule.next_on(enrolment, visit.today)
    if on is None:
        return t("No more questions come with this certificate.")
    return t("The next questions come on {day}. Your certificate stays as it is.", day=t.date(on))


def nothing_due(visit: Visit, course: Course, enrolment: Enrolment) -> None:
    t = visit.words
    if enrolment.is_open:
        title = t("The refresher comes after the certificate")
    elif schedule.next_on(enrolment, visit.today) is not None:
        title = t("Nothing to refresh today")
    else:
        title = t("There is nothing to refresh in this course")
    page.opening(course.title(visit.language), title, when(t, visit, enrolment))
    page.link(addresses.HOME, t("Home"))


def when(t: Words, visit: Visit, enrolment: Enrolment) -> str:
    if schedule.next_on(enrolment, visit.today) is not None:
        return next_one(visit, enrolment)
    days = t.list(t.number(each) for each in schedule.DAYS)
    return t(
        "Two short questions come {days} days after the certificate, as long as it is valid. Their answers change "
        "no certificate.",
        days=days,
    )


def not_theirs(visit: Visit) -> None:
    t = visit.words
    page.opening(
        t("Refresher"),
        t("This course is not among yours"),
        t("Perhaps the link was cut off, or meant for somebody else. Your courses are on Home."),
    )
    page.link(addresses.HOME, t("Home"))


def refresher(visit: Visit, course: Course, enrolment: Enrolment) -> None:
    with visit.database.reading() as connection:
        opened = answering.opened(connection, course, enrolment, visit.today)
    if opened is None or not opened.questions:
        nothing_due(visit, course, enrolment)
    elif (number := number_asked_for(opened)) <= len(opened.questions):
        question(visit, course, opened, number)
    else:
        ending(visit, course, enrolment, opened)


visit = current()
found = asked_for(visit)
learner.notice(visit)
if found is None:
    not_theirs(visit)
else:
    refresher(visit, *found)
