"""Which acts a role may do."""

from dataclasses import replace
from itertools import product

import pytest

from people.access import (
    Act,
    Principal,
    RefusedError,
    Role,
    may,
    require,
)
from people.directory import Person

MAY = {
    Role.EMPLOYEE: {Act.LEARN},
    Role.MANAGER: {Act.SEE_TEAM, Act.NAME_DEPUTY},
    Role.HR: {
        Act.SEE_CERTIFICATIONS,
        Act.SEE_CONTENT,
        Act.SEE_PEOPLE,
        Act.SEE_RECORD,
        Act.ASSIGN,
        Act.NOTE_LEAVE,
        Act.CORRECT,
        Act.CHANGE_PEOPLE,
        Act.VERIFY,
        Act.SEAL,
        Act.TAKE_EVIDENCE,
    },
    Role.AUDITOR: {
        Act.SEE_CERTIFICATIONS,
        Act.SEE_CONTENT,
        Act.SEE_RECORD,
        Act.SEE_ATTEMPT,
        Act.VERIFY,
        Act.TAKE_EVIDENCE,
    },
    Role.EDITOR: {Act.SEE_CONTENT, Act.ANSWER_REMARKS},
}


@pytest.mark.parametrize(("role", "act"), list(product(Role, Act)))
def test_a_role_may_do_its_own_acts_and_no_other(role: Role, act: Act) -> None:
    person = Person("0f", "1", "", "", "", None, "cs")
    principal = Principal(person, frozenset({role}))
    assert may(principal, act) is (act in MAY[role])
    assert not may(Principal(replace(person, active=False), principal.roles), act)


def test_what_is_not_allowed_is_refused(learner: Principal) -> None:
    require(learner, Act.LEARN)
    with pytest.raises(RefusedError, match="see team"):
        require(learner, Act.SEE_TEAM)
