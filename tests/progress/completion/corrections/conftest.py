"""Corrections planned and made, and what a record says after them."""

from collections.abc import Callable
from typing import Any

import pytest
from correcting import WHY
from studying import Study

from people.access import Principal
from progress.completion import corrections
from progress.completion.corrections import What, Wish


@pytest.fixture
def wishes(assigned: Study, learner: Principal) -> Callable[..., Wish]:
    """What can be chosen in the learner's record, by what it is."""

    def wish(what: What, nth: int = 0, **more: Any) -> Wish:
        found = [each for each in corrections.choices(assigned.chain(learner)) if each.what is what]
        return Wish(what, found[nth].course_id, found[nth].cycle, found[nth].seq, **{"reason": WHY, **more})

    return wish
