"""Reports of a day, asked on that day and ever after."""

import random
from zoneinfo import ZoneInfo

import pytest
from past_days import A_DAY, DAYS, Company
from studying import Study

from people import history
from people.access import Principal
from people.directory import Person


@pytest.fixture(params=range(2))
def company(
    request: pytest.FixtureRequest, study: Study, everybody: tuple[Person, ...], zone: ZoneInfo, auditor: Principal
) -> Company:
    """After two weeks of all that can happen."""
    with study.database.writing() as connection:
        history.keep(connection, study.now - A_DAY)
    who = tuple(Principal(each, auditor.roles) for each in everybody)
    lived = Company(study, who, zone, random.Random(f"as of {request.param}"))
    lived.live(DAYS, auditor)
    return lived


@pytest.fixture
def kept(assigned: Study) -> Study:
    """The directory's past begins before the first assignment."""
    with assigned.database.writing() as connection:
        history.keep(connection, assigned.now - 10 * A_DAY)
    return assigned
