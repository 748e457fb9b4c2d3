"""Corrections planned and made, and what a record says after them."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from cast import PRAGUE, TODAY
from studying import Study

from people.access import OPERATOR, Act, Asker, Principal
from progress.audit import verification
from progress.completion import corrections
from progress.completion.corrections import Correction, NotCorrectedError, Plan, What, Wish
from progress.completion.rules import Status
from progress.reports import lists
from progress.reports.as_of import View
from progress.reports.selection import Selection

WHY = "The result was somebody else's work"

IN_TWO_WEEKS = TODAY + timedelta(days=14)

Wishes = Callable[..., Wish]


def look(study: Study, who: Principal, by: Principal, wish: Wish) -> Plan:
    return corrections.look(study.database, Asker(by, study.now, PRAGUE), who.key, wish, study.course)


def make(study: Study, by: Principal, looked_at: Plan, through: str = "") -> Correction:
    study.later(minutes=1)
    return corrections.make(study.database, Asker(by, study.now, PRAGUE), looked_at, study.course, through)


def corrected(study: Study, who: Principal, by: Principal, wish: Wish) -> Correction:
    return make(study, by, look(study, who, by, wish))


def offered(study: Study, who: Principal, by: Principal) -> list[What]:
    with study.database.reading() as connection:
        return [each.what for each in corrections.of_person(connection, by, who.key)]


def status(study: Study, who: Principal) -> Status:
    with study.database.reading() as connection:
        view = View(connection, OPERATOR, Act.SEE_CERTIFICATIONS, TODAY)
        found = lists.entries(view, Selection(search=who.person.employee_id))
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
