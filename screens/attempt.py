"""A finished attempt, exactly as it was: for the person who sat it, and for auditors without how sure they were."""

import streamlit as st

from people.access import Act, RefusedError
from people.directory import Person, by_employee_id
from progress.completion.rules import cycle_title
from progress.personal.attempts import NoAttemptError, PastAttempt, open_attempt
from screens.parts import addresses, page
from screens.parts.result import attempts
from screens.parts.session import Visit, current


def whose(visit: Visit) -> Person | None:
    """Return the person whom the address names, or else the reader."""
    employee_id = st.query_params.get("id")
    if not employee_id:
        return visit.principal.person
    with visit.database.reading() as connection:
        return by_employee_id(connection, employee_id)


def opening(visit: Visit, person: Person, shown: PastAttempt) -> None:
    t = visit.words
    achieved = t.plural(
        "{n} {of_total} answer right: {result}",
        "{n} {of_total} answers right: {result}",
        shown.right,
        of_total=t.out_of(shown.asked),
        result=attempts.result(t, shown),
    )
    course = cycle_title(t, visit.content, shown.course_id, shown.cycle)
    caption = f"{course}, {attempts.name(t, shown)}"
    facts = t(
        "Begun {begun}, finished {ended}. {pass_mark} was needed. The questions stand in the order in which they "
        "were asked, in the wording and the order of options of that day.",
        begun=t.moment(shown.began_at, visit.zone),
        ended=t.moment(shown.ended_at, visit.zone),
        pass_mark=t.percent(shown.pass_mark),
    )
    if person.key == visit.principal.key:
        page.about(caption, achieved, facts)
        return
    noted = t("It is recorded that you opened this attempt, and the person can see that.")
    name = person.name or t("Somebody whose name was erased")
    page.about(f"{name} · {caption}", achieved, f"{facts} {noted}")


def nothing(visit: Visit) -> None:
    """The same for an attempt that there is not and for one that is not the reader's to see."""
    t = visit.words
    page.opening(
        t("A finished attempt"),
        t("There is no such attempt here"),
        t("An attempt can be seen again once its last question has been answered. You will find yours in My record."),
    )
    page.link(addresses.RECORD, t("My record"))


def attempt(visit: Visit) -> None:
    t = visit.words
    person = whose(visit)
    try:
        if person is None:
            raise NoAttemptError
        shown, answers = open_attempt(visit.database, visit.asker, person.key, st.query_params.get("attempt", ""))
    except (RefusedError, NoAttemptError):
        nothing(visit)
        return
    opening(visit, person, shown)
    attempts.questions(visit, answers)
    if person.key == visit.principal.key:
        page.link(addresses.RECORD, t("My record"))
    elif visit.may(Act.SEE_RECORD):
        page.link(addresses.person(person.employee_id), t("Back to this person’s record"))


visit = current()
attempt(visit)
