"""Certificates in a ZIP."""

import pytest
from studying import Study

from people.access import Principal


@pytest.fixture
def certified(assigned: Study, learner: Principal, manager: Principal, outsider: Principal) -> Study:
    """The learner and their manager in one unit, the outsider in another."""
    for who in (learner, manager, outsider):
        assigned.certify(who)
    return assigned
