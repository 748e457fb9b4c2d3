"""Reports over the cast."""

import pytest
from cast import TODAY
from reporting import A_DAY
from studying import Study

from people.access import Principal


@pytest.fixture
def busy(assigned: Study, learner: Principal, manager: Principal, hr: Principal) -> Study:
    """The learner certified, their manager in progress, the outsider not started, HR long overdue."""
    assigned.assign(hr, due_on=TODAY - A_DAY)
    assigned.certify(learner, right=9)
    assigned.cards(manager)
    return assigned
