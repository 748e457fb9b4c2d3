"""Home: what is assigned, by when, how far it is, what is missing, and the one thing to do next."""

from collections.abc import Mapping
from html import escape

import streamlit as st

from lessons.cards import Card, CardKind
from people.access import Act
from progress.completion import certificates, learning, prior, validity
from progress.completion.enrolments import Enrolment
from progress.completion.rules import Standing, Status, Step, standing, status
from progress.completion.validity import State
from progress.refreshers import answering, schedule
from progress.refreshers.drawing import Refresher
from progress.reports import lists
from progress.reports.as_of import View
from progress.reports.lists import Summary
from progress.reports.selection import Selection
from quizzes.content import Course
from screens.parts import addresses, marks, navigation, page, statuses
from screens.parts.course import learner, reporting
from screens.parts.session import Visit, current
from words import Words


def next_decision(visit: Visit, course: Course, enrolment: Enrolment, stands: Standing) -> tuple[str, str, str]:
    """Return the title, the screen and the label of its button: what is to be decided or done next."""
    t = visit.words
    asks = enrolment.attempt
    match stands.next_step:
        case Step.CARDS if stands.next_card is not None:
            begun = t("Decide") if enrolment.started_at is None else t("Go on")
            return situation(visit, course, stands.next_card), "lesson.py", begun
        case Step.ASSESSMENT if asks and not asks.is_finished:
            left = len(asks.questions) - len(asks.responses)
            said = t.plural("{n} question to go", "{n} questions to go", left)
            return said, "assessment.py", t("Go on with the questions")
        case Step.ASSESSMENT if asks and asks.passed is False:
            said = t(
                "{score} last time, {pass_mark} needed. Repair what went wrong, then try again",
                score=t.percent(asks.score or 0),
                pass_mark=t.percent(course.entry.pass_mark),
            )
            return said, "assessment.py", t("See what went wrong")
        case Step.ASSESSMENT:
            return t("The final questions to go"), "assessment.py", t("Begin the final questions")
        case _:
            return t("Only the commitment to sign"), "commitment.py", t("Sign the commitment")


def before_the_lesson(visit: Visit, enrolment: Enrolment) -> tuple[str, str, str]:
    """Return the same for the questions before the lesson."""
    t, asked = visit.words, enrolment.prior
    if asked is None:
        return t("See first what you still know"), "known.py", t("Begin with what you know")
    left = len(asked.questions) - len(asked.responses)
    said = t.plural("{n} question to go", "{n} questions to go", left)
    return said, "known.py", t("Go on with the questions")


def situation(visit: Visit, course: Course, card: Card) -> str:
    """Return what the card puts before the learner, as a question where it asks one."""
    t = visit.words
    lesson = course.lesson(card.lesson_id).text(visit.language)
    match card.kind:
        case CardKind.DILEMMA:
            return f"{t.set(lesson.dilemma.title)}. {t.set(lesson.dilemma.prompt)}"
        case CardKind.PRINCIPLE:
            taught = lesson.principle(card.part)
            return f"{t.set(taught.situation_title.rstrip('?.'))}. {t.set(taught.check.prompt)}"
        case CardKind.WHY:
            return t.set(lesson.why.title)
        case CardKind.DIALOGUE:
            return t.set(course.dialogues[card.lesson_id].text(visit.language).title)
        case _:
            return f"{t.set(lesson.dilemma.title)}. {t('How would you decide now?')}"


def minutes_left(language: str, course: Course, stands: Standing) -> int:
    asked = 0 if stands.is_passed else course.asked
    return course.minutes_of(language, stands.missing_cards, asked)


def whole(language: str, course: Course) -> int:
    """Return the minutes that all of a course takes."""
    return course.minutes_of(language, course.cards, course.asked)


def due(visit: Visit, enrolment: Enrolment) -> str:
    t = visit.words
    day = t.day(enrolment.due_on)
    return t("overdue since {day}", day=day) if enrolment.due_on < visit.today else t("by {day}", day=day)


Waiting = Mapping[str, Refresher]
"""By the id of the course: the refresher that is open and not answered yet."""


def waiting(visit: Visit, taken: list[tuple[Course, Enrolment]]) -> Waiting:
    due = [pair for pair in taken if schedule.due(pair[1], visit.today) is not None]
    if not due:
        return {}
    with visit.database.reading() as connection:
        found = {course.id: answering.opened(connection, course, enrolment, visit.today) for course, enrolment in due}
    return {name: refresher for name, refresher in found.items() if refresher is not None and refresher.left}


def one_minute(t: Words, refresher: Refresher) -> str:
    return t.plural(
        "One minute: {n} decision from what you learned",
        "One minute: {n} decisions from what you learned",
        refresher.left,
    )


def course_rows(visit: Visit, taken: list[tuple[Course, Enrolment]], refreshers: Waiting) -> None:
    """Draw all courses: where each leads, what is left, and by when."""
    t = visit.words
    rows = "".join(course_row(visit, course, enrolment, refreshers.get(course.id)) for course, enrolment in taken)
    guide = t("Do you have to decide right now?")
    link = f'<a href="{addresses.GUIDE}">{escape(t("Before you share"))}</a>'
    head = f'<h2 class="kodex-heading">{escape(t("Your courses"))}</h2>'
    st.html(f'{head}<ul class="kodex-courses">{rows}</ul><p>{escape(guide)} {link}</p>')


def course_row(visit: Visit, course: Course, enrolment: Enrolment, refresher: Refresher | None) -> str:
    t = visit.words
    stands = standing(enrolment, course)
    title = escape(t.set(course.title(visit.language)))
    if refresher is not None:
        link, state, when = addresses.refresher(course), one_minute(t, refresher), ""
    elif not enrolment.is_open:
        link, state, when = addresses.PRINCIPLES, t("nothing left to do"), ""
    else:
        done, total = len(stands.principles) - len(stands.missing_principles), len(stands.principles)
        minutes = minutes_left(visit.language, course, stands)
        left = t.plural("about {n} minute left", "about {n} minutes left", minutes)
        state = t("{done} {of_total} principles done", done=done, of_total=t.out_of(total)) + f", {left}"
        link, when = addresses.step(course, stands.next_step.value), due(visit, enrolment)
    return f'<li><a href="{escape(link)}">{title}</a><span>{escape(when)}</span><small>{escape(state)}</small></li>'


def look_up(visit: Visit) -> None:
    """Draw the way to what stays of a course."""
    page.link(addresses.PRINCIPLES, visit.words("Look up the principles"))


def own_certificates(visit: Visit) -> None:
    """Draw the certificates, with their validity."""
    t = visit.words
    with visit.database.snapshot() as connection:
        found = certificates.of_person(connection, visit.principal.key)
        zone = visit.zone
        stand = validity.of_person(connection, visit.principal.key, visit.today, zone)
    if not found:
        return
    with st.container(gap="medium", key="own_certificates"):
        st.header(t.plural("Your certificate", "Your certificates", len(found)), anchor=False)
        for certificate in found:
            stands = stand[certificate.number]
            with st.container(gap="xsmall"):
                page.said(f"{certificate.course_title}, {stands.said(t)}.")
                if stands.state is not State.REVOKED:
                    page.files([(f"/certificate/{certificate.number}.pdf", t("Open the certificate (PDF)"))])


def ended(visit: Visit, course: Course, enrolment: Enrolment) -> bool:
    """Say how the cycle ended without a valid certificate. Returns False if it did not."""
    t = visit.words
    later = t("If you have to take the course again, human resources will assign it again.")
    match status(enrolment, visit.today):
        case Status.EXEMPT if enrolment.exempted_until is not None:
            until = t.date(enrolment.exempted_until)
            page.opening(course.title(visit.language), t("You are exempt from this course until {day}", day=until))
        case Status.EXEMPT:
            page.opening(course.title(visit.language), t("You are exempt from this course"))
        case Status.REVOKED if enrolment.revoked_at is not None:
            day = t.date(enrolment.revoked_at.astimezone(visit.zone).date())
            page.opening(course.title(visit.language), t("Your certificate was revoked on {day}", day=day), later)
        case Status.EXPIRED if enrolment.valid_until is not None:
            day = t.date(enrolment.valid_until)
            page.opening(course.title(visit.language), t("Your certificate expired on {day}", day=day), later)
            look_up(visit)
            return True
        case _:
            return False
    page.link(addresses.RECORD, t("Who decided this, and why"))
    look_up(visit)
    return True


def course_at_hand(visit: Visit, course: Course, enrolment: Enrolment, refresher: Refresher | None) -> None:
    t = visit.words
    if ended(visit, course, enrolment):
        return
    if refresher is not None:
        asked = t("Nothing is left for you to do; this is to see what has stayed. Your certificate stays as it is.")
        today = t.weekday(visit.today)
        page.opening(f"{course.title(visit.language)} · {today}", one_minute(t, refresher), asked)
        navigation.to_screen(t("Decide"), "refresher.py", course)
        look_up(visit)
        return
    stands = standing(enrolment, course)
    if stands.next_step is Step.NOTHING:
        said = t("Nothing is left for you to do in this course. Your certificate is below.")
        page.opening(course.title(visit.language), t("You are done, and certified"), said)
        look_up(visit)
        return
    is_offered = learning.is_prior_offered(visit.database, enrolment)
    title, screen, label = (
        before_the_lesson(visit, enrolment)
        if prior.is_under_way(enrolment) or (is_offered and enrolment.cycle > 1)
        else next_decision(visit, course, enrolment, stands)
    )
    today = t.weekday(visit.today)
    page.opening(f"{course.title(visit.language)} · {today}", title, lead(visit, course, enrolment, stands))
    navigation.to_screen(label, screen, course)
    if screen == "known.py":
        page.link(addresses.lesson(course), t("Take the whole lesson"))
    elif is_offered:
        page.link(addresses.known(course), t("I know this already"))
    shown = marks.of_course(visit.content, course, visit.language)
    done = {card.part for card in stands.principles} - {card.part for card in stands.missing_principles}
    if shown:
        marks.marks(t, shown, done)
    elif enrolment.started_at is not None:
        page.progress(
            1 - minutes_left(visit.language, course, stands) / whole(visit.language, course),
            t("{done} {of_total} principles done", done=len(done), of_total=t.out_of(len(stands.principles))),
        )


def lead(visit: Visit, course: Course, enrolment: Enrolment, stands: Standing) -> str:
    t = visit.words
    minutes = minutes_left(visit.language, course, stands)
    takes = t.plural(
        "It takes about {n} minute to the end. You can stop at any time, answers are saved.",
        "It takes about {n} minutes to the end. You can stop at any time, answers are saved.",
        minutes,
    )
    if enrolment.due_on < visit.today:
        return f"**{t('It was due on {day}.', day=t.day(enrolment.due_on))}** {takes}"
    return takes


def nothing_assigned(visit: Visit) -> None:
    t = visit.words
    others_will = t("Human resources will assign your first course to you. You do not need to do anything.")
    page.opening(
        t("Your courses"),
        t("Nothing is assigned to you yet"),
        "" if visit.may(Act.SEE_CERTIFICATIONS) else others_will,
    )


def looked_after(visit: Visit) -> None:
    """Say what is open among the people whom the reader looks after, with a link to them."""
    t = visit.words
    everybody = t("in your units") if visit.principal.units else t("in the company")
    for act, where, address, label in (
        (Act.SEE_TEAM, t("in your team"), addresses.TEAM, t("Go to your team")),
        (Act.SEE_CERTIFICATIONS, everybody, addresses.CERTIFICATIONS, t("Go to the certification records")),
    ):
        if not visit.may(act):
            continue
        with visit.database.reading() as connection:
            view = View(connection, visit.principal, act, visit.today)
            found = lists.summary_of_people(view, Selection(course_id=_only_course(visit)))
        if found.missing:
            with st.container(gap="xsmall", key=f"open_{address.strip('/')}"):
                page.said(open_matters(t, found, where))
                page.link(address, label)


def _only_course(visit: Visit) -> str | None:
    courses = visit.content.courses
    return next(iter(courses)) if len(courses) == 1 else None


def open_matters(t: Words, found: Summary, where: str) -> str:
    """Return how many people are not certified, and how many of those are overdue or have nothing assigned."""
    said = t.plural(
        "{n} {of_total} people {where} still needs a certificate",
        "{n} {of_total} people {where} still need a certificate",
        found.missing,
        of_total=t.out_of(found.people),
        where=where,
    )
    overdue, unassigned = found.count(Status.OVERDUE), found.count(Status.NOTHING_ASSIGNED)
    more = [t.plural("{n} is overdue", "{n} are overdue", overdue)] if overdue else []
    more += [statuses.nothing_assigned(t, unassigned)] if unassigned else []
    return f"{said}; {t.list(more)}." if more else f"{said}."


visit = current()
courses = learner.taken(visit)
refreshers = waiting(visit, courses)
if courses:
    # What is to be done comes first; among courses that are done, the one with something to refresh.
    at_hand = min(courses, key=lambda pair: not pair[1].is_open and pair[0].id not in refreshers)
    course_at_hand(visit, *at_hand, refreshers.get(at_hand[0].id))
else:
    nothing_assigned(visit)
reporting.answers(visit)
looked_after(visit)
if courses:
    course_rows(visit, courses, refreshers)
own_certificates(visit)
