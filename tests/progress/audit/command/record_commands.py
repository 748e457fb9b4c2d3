"""The commands over the record."""

from studying import Study

from commands import application
from people.access import Principal

t = application.t


def number_of(study: Study, who: Principal) -> str:
    number = study.enrolment(who).certificate_no
    assert number is not None
    return number
