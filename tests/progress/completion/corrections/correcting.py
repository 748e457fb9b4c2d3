"""Corrections planned and made, and what a record says after them."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from cast import TODAY
from studying import Study

from people.access import OPERATOR, Act, Principal
from progress.audit import verification
from progress.completion import corrections
from progress.completion.corrections import Corrected, NotCorrectedError, Plan, What, Wish
from progress.completion.rules import Status
from progress.reports import lists
from progress.reports.lists import Selection

WHY = "The result was somebody else's work"

IN_TWO_WEEKS = TODAY + timedelta(days=14)

Wishes = Callable[..., Wish]


def look(study: Study, who: Principal, by: Principal, wish: Wish) -> Plan:
    return corrections.look(study.database, by, who.key, wish, study.course, TODAY)


def make(study: Study, by: Principal, looked_at: Plan, through: str = "") -> Corrected:
    study.later(minutes=1)
    return corrections.make(study.database, by, looked_at, study.course, study.now, TODAY, through)


def corrected(study: Study, who: Principal, by: Principal, wish: Wish) -> Corrected:
    return make(study, by, look(study, who, by, wish))


def offered(study: Study, who: Principal, by: Principal) -> list[What]:
    with study.database.reading() as connection:
        return [each.what for each in corrections.of_person(connection, by, who.key)]


def status(study: Study, who: Principal) -> Status:
    with study.database.reading() as connection:
        found = lists.entries(
            connection, OPERATOR, Act.SEE_CERTIFICATIONS, Selection(search=who.person.employee_id), TODAY
        )
    return found[0].status


def assert_sound(study: Study) -> None:
    """Every chain, every enrolment and every certificate verifies."""
    assert verification.verify(study.database, [], {}).findings == []


def refusal(study: Study, who: Principal, by: Principal, wish: Wish) -> str:
    before = study.chain(who)
    with pytest.raises(NotCorrectedError) as refused:
        look(study, who, by, wish)
    assert study.chain(who) == before
    return str(refused.value)
