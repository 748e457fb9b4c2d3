"""Who may correct whose record."""

from dataclasses import replace

import pytest
from correcting import Wishes, corrected, look, make, offered
from studying import Study

from people.access import Principal, RefusedError, Role
from progress.completion.corrections import What
from progress.completion.rules import Status
from progress.record.chains import Kind


@pytest.mark.parametrize("who", ["learner", "manager", "auditor", "editor", "outsider", "limited", "gone"])
def test_nobody_else_corrects_and_nothing_is_changed(
    assigned: Study, learner: Principal, hr: Principal, wishes: Wishes, request: pytest.FixtureRequest, who: str
) -> None:
    match who:
        case "limited":
            other = replace(hr, units=frozenset({"Obchod"}))
        case "gone":
            other = replace(hr, person=replace(hr.person, active=False))
        case _:
            other = request.getfixturevalue(who)
    plan = look(assigned, learner, hr, wishes(What.EXEMPT))
    before = assigned.chain(learner)
    with pytest.raises(RefusedError):
        look(assigned, learner, other, plan.wish)
    with pytest.raises(RefusedError):
        make(assigned, other, plan)
    assert offered(assigned, learner, other) == []
    assert assigned.chain(learner) == before


def test_hr_of_a_unit_corrects_its_people(assigned: Study, learner: Principal, hr: Principal, wishes: Wishes) -> None:
    limited = replace(hr, units=frozenset({"Sklad"}))
    assert corrected(assigned, learner, limited, wishes(What.EXEMPT)).status is Status.EXEMPT


def test_nobody_corrects_their_own_record_whatever_their_roles(
    assigned: Study, learner: Principal, hr: Principal, wishes: Wishes
) -> None:
    assigned.assign(hr)
    everything = replace(hr, roles=frozenset(Role))
    plan = replace(look(assigned, learner, hr, wishes(What.EXEMPT)), person_key=hr.key)
    assert offered(assigned, hr, everything) == []
    with pytest.raises(RefusedError):
        make(assigned, everything, plan)
    assert assigned.kinds(hr) == [Kind.ASSIGNED]
