"""Certification records written out and read back."""

import pytest
from exporting import FORMULAS
from studying import Study

from people import directory
from people.access import Principal
from people.directory import Person


@pytest.fixture
def certified(assigned: Study, learner: Principal) -> Study:
    """The learner failed once, passed with 90 % and signed in English."""
    assigned.cards(learner)
    assigned.attempt(learner, right=5)
    assigned.attempt(learner, right=9)
    assigned.sign(learner, "en")
    return assigned


@pytest.fixture
def infested(study: Study, learner: Principal) -> Study:
    """Everything that the directory says of its people is a formula."""
    persons = [
        Person(f"{n:032x}", text, text, text, text, None, "cs", invented=True) for n, text in enumerate(FORMULAS)
    ]
    with study.database.writing() as connection:
        directory.add(connection, persons)
    study.assign(*(Principal(person, learner.roles) for person in persons))
    return study
