"""Home: what is assigned, by when, how far it is, what is missing, and the one thing to do next."""

import streamlit as st

from lessons.cards import CardKind
from people.access import Act
from progress.completion import certificates, validity
from progress.completion.enrolments import Enrolment
from progress.completion.rules import Standing, Status, Step, standing, status
from progress.completion.validity import State
from progress.reports import lists
from progress.reports.as_of import View
from progress.reports.lists import Summary
from progress.reports.selection import Selection
from quizzes.content import Course
from screens.parts import addresses, navigation, page, statuses
from screens.parts.course import learner
from screens.parts.session import Visit, current
from words import Words


def title(visit: Visit, enrolment: Enrolment, stands: Standing) -> str:
    t = visit.words
    asks = enrolment.attempt
    late = enrolment.due_on < visit.today
    day = t.day(enrolment.due_on)
    match stands.next_step:
        case Step.NOTHING:
            return t("You are done, and certified")
        case Step.COMMITMENT:
            missing = t("Only the commitment to sign")
        case Step.ASSESSMENT if asks and not asks.is_finished:
            left = len(asks.questions) - len(asks.responses)
            missing = t.plural("{n} question to go", "{n} questions to go", left)
        case Step.ASSESSMENT:
            missing = t("The final questions to go")
        case _ if left := len(stands.missing_principles):
            missing = t.plural("{n} principle to go", "{n} principles to go", left)
        case _:
            missing = t("The end of the lesson to go")
    if late:
        return t("Overdue since {day}. {missing}", day=day, missing=missing)
    return t("{missing}, due {day}", day=day, missing=missing)


def minutes_left(language: str, course: Course, stands: Standing) -> int:
    asked = 0 if stands.is_passed else course.asked
    return course.minutes_of(language, stands.missing_cards, asked)


def next_button(visit: Visit, course: Course, enrolment: Enrolment, stands: Standing) -> None:
    t = visit.words
    match stands.next_step:
        case Step.CARDS:
            screen, label = "lesson.py", _lesson_label(visit, course, enrolment, stands)
        case Step.ASSESSMENT:
            begun = enrolment.attempt is not None and not enrolment.attempt.is_finished
            screen = "assessment.py"
            label = t("Go on with the questions") if begun else t("Begin the final questions")
        case _:
            screen, label = "commitment.py", t("Sign the commitment")
    navigation.to_screen(label, screen, course)


def _lesson_label(visit: Visit, course: Course, enrolment: Enrolment, stands: Standing) -> str:
    t = visit.words
    if enrolment.started_at is None:
        return t("Begin the course")
    card = stands.missing_cards[0]
    if card.kind is CardKind.PRINCIPLE:
        number = list(stands.principles).index(card) + 1
        taught = course.lesson(card.lesson_id).text(visit.language).principle(card.part)
        return t("Go on with principle {n}: {title}", n=number, title=taught.situation_title)
    return t("Go on with the lesson")


def steps(visit: Visit, course: Course, enrolment: Enrolment, stands: Standing) -> None:
    t = visit.words
    done, total = len(stands.cards) - len(stands.missing_cards), len(stands.cards)
    read = (
        t("done")
        if not stands.missing_cards
        else t("{done} {of_total} cards done", done=done, of_total=t.out_of(total))
    )
    passed = t("{score} correct, passed", score=t.percent(enrolment.score)) if enrolment.score is not None else ""
    asked = passed or t(
        "{questions}, {pass_mark} needed to pass",
        questions=t.plural("{n} question", "{n} questions", course.asked),
        pass_mark=t.percent(course.entry.pass_mark),
    )
    attempt = enrolment.attempt
    if attempt and attempt.passed is False:
        asked = t(
            "last time {score}; {pass_mark} needed",
            score=t.percent(attempt.score or 0),
            pass_mark=t.percent(course.entry.pass_mark),
        )
    with st.container(gap="small"):
        st.header(t("What is missing for completion"), anchor=False)
        lesson = t.plural("Lesson with {n} principle", "Lesson with {n} principles", len(stands.principles))
        page.steps(
            [
                (lesson, read, not stands.missing_cards),
                (t("Final questions"), asked, stands.is_passed),
                (
                    t("Commitment"),
                    t("signed") if stands.is_certified else t("one minute"),
                    stands.is_certified,
                ),
            ]
        )


def own_certificates(visit: Visit) -> None:
    """Draw the certificates, with their validity."""
    t = visit.words
    with visit.database.snapshot() as connection:
        found = certificates.of_person(connection, visit.principal.key)
        zone = visit.zone
        stand = validity.of_person(connection, visit.principal.key, visit.today, zone)
    if not found:
        return
    with st.container(gap="small"):
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
            return True
        case _:
            return False
    page.link(addresses.RECORD, t("Who decided this, and why"))
    return True


def course_at_hand(visit: Visit, course: Course, enrolment: Enrolment) -> None:
    t = visit.words
    if ended(visit, course, enrolment):
        return
    stands = standing(enrolment, course)
    is_done = stands.next_step is Step.NOTHING
    minutes = minutes_left(visit.language, course, stands)
    page.opening(
        course.title(visit.language),
        title(visit, enrolment, stands),
        t("Nothing is left for you to do in this course. Your certificate is below.")
        if is_done
        else t.plural(
            "It takes about {n} minute. You can stop at any time, everything is saved.",
            "It takes about {n} minutes. You can stop at any time, everything is saved.",
            minutes,
        ),
    )
    if is_done:
        return
    done = len(stands.principles) - len(stands.missing_principles)
    page.progress(
        done / len(stands.principles),
        t("{done} {of_total} principles done", done=done, of_total=t.out_of(len(stands.principles))),
    )
    next_button(visit, course, enrolment, stands)
    steps(visit, course, enrolment, stands)


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
if courses:
    course_at_hand(visit, *courses[0])
else:
    nothing_assigned(visit)
looked_after(visit)
own_certificates(visit)
