"""Summaries: who is where, for the people one may see."""

from datetime import date

from cast import leaves
from reporting import A_DAY, listed, names, summed
from sqlalchemy import update
from studying import Study

from people.access import Act, Principal
from progress.completion.enrolments import enrolments
from progress.completion.rules import Status
from progress.reports.lists import Selection

NOTHING_IN_UNITS = ("Personální oddělení", "Právní oddělení", "Provoz", "Vnitřní audit")
"""Where everybody is missing who is there: one person each."""


def test_a_summary_counts_everybody_where_they_stand(busy: Study, hr: Principal) -> None:
    found = summed(busy, hr, Act.SEE_CERTIFICATIONS)
    assert found.by_status == {
        Status.CERTIFIED: 1,
        Status.IN_PROGRESS: 1,
        Status.NOT_STARTED: 1,
        Status.OVERDUE: 1,
        Status.NOTHING_ASSIGNED: 4,
    }
    assert (found.people, found.certified, found.missing, found.count(Status.EXPIRED)) == (8, 1, 7, 0)


def test_a_summary_counts_by_unit_the_most_missing_first(busy: Study, hr: Principal) -> None:
    found = [(each.unit, each.people, each.certified) for each in summed(busy, hr, Act.SEE_CERTIFICATIONS).units]
    assert found[0] == ("Obchod", 2, 0)
    assert set(found[1:-1]) == {(unit, 1, 0) for unit in NOTHING_IN_UNITS}
    assert found[-1] == ("Sklad", 2, 1)


def test_who_is_exempt_is_not_missing(assigned: Study, hr: Principal, learner: Principal) -> None:
    exempted = update(enrolments).where(enrolments.c.person_key == learner.key).values(exempted_at=assigned.now)
    with assigned.database.writing() as connection:
        connection.execute(exempted)
    found = summed(assigned, hr, Act.SEE_CERTIFICATIONS)
    assert (found.certified, found.missing) == (0, 7)
    assert next(each for each in found.units if each.unit == "Sklad").missing == 1


def test_a_manager_counts_their_reporting_line_alone(
    busy: Study, manager: Principal, director: Principal, other_manager: Principal
) -> None:
    assert summed(busy, manager, Act.SEE_TEAM).by_status == {Status.CERTIFIED: 1}
    assert summed(busy, director, Act.SEE_TEAM).people == 2
    assert summed(busy, other_manager, Act.SEE_TEAM).by_status == {Status.NOT_STARTED: 1}


def test_a_certificate_that_expires_soon_still_counts_and_an_expired_one_does_not(busy: Study, hr: Principal) -> None:
    last = date(2027, 3, 2)
    assert summed(busy, hr, Act.SEE_CERTIFICATIONS, today=last).certified == 1
    assert summed(busy, hr, Act.SEE_CERTIFICATIONS, today=last + A_DAY).certified == 0


def test_somebody_who_has_left_is_counted_no_more(busy: Study, hr: Principal, learner: Principal) -> None:
    leaves(busy.database, learner)
    assert summed(busy, hr, Act.SEE_CERTIFICATIONS).certified == 0


def test_the_records_of_those_who_have_left_are_for_hr_when_asked_for(
    busy: Study, hr: Principal, director: Principal, learner: Principal
) -> None:
    leaves(busy.database, learner)
    with_leavers = Selection(leavers=True)
    assert summed(busy, hr, Act.SEE_CERTIFICATIONS, with_leavers).certified == 1
    assert "Lenka" in names(listed(busy, hr, with_leavers))
    assert summed(busy, director, Act.SEE_TEAM, with_leavers).certified == 0
