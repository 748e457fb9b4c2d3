"""xAPI statements of what people did."""

from datetime import date

import pytest
from cast import TODAY
from studying import Study
from telling import correct

from people.access import Principal
from progress.completion.corrections import What


@pytest.fixture
def busy(assigned: Study, learner: Principal, manager: Principal, outsider: Principal, hr: Principal) -> Study:
    """One passed at the second try and is certified, one did something elsewhere, one is exempt for a while."""
    assigned.cards(learner)
    assigned.attempt(learner, right=5)
    assigned.attempt(learner, right=9)
    assigned.sign(learner, "en")
    correct(assigned, hr, manager, What.EQUIVALENT, equivalent="The group's own course", done_on=TODAY)
    correct(assigned, hr, outsider, What.EXEMPT, until=date(2026, 9, 30))
    return assigned
