"""Certificates whose row or events somebody altered."""

from collections.abc import Iterator

import pytest
from confirming import FORGERIES, altered_row
from serving import Server
from studying import Study

from people.access import Principal


@pytest.fixture
def certified(assigned: Study, learner: Principal) -> Study:
    assigned.certify(learner)
    return assigned


@pytest.fixture
def forged(company: Server) -> Iterator[tuple[Principal, str]]:
    """Somebody whose certificate has another name in the register for as long as a test takes."""
    holder = company.newcomer("Pravá Držitelka")
    number = company.study.certify(holder).certificate_no or ""
    certificate = company.certificate(number)
    FORGERIES["the name"](company.database, certificate)
    yield holder, number
    altered_row(name=certificate.name)(company.database, certificate)
