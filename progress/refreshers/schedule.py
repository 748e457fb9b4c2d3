"""The days on which refreshers come. Nothing of it is stored: it follows from the enrolment."""

from collections.abc import Mapping
from datetime import date, timedelta

from progress.completion.enrolments import Enrolment
from progress.completion.rules import HOLDS, status

DAYS = (30, 90, 180)
"""Days after the certificate, ascending."""


def due(enrolment: Enrolment, today: date) -> int | None:
    """Return which refresher is open, in days after the certificate: until the next one, or until the certificate
    ends."""
    return max((days for days, on in _dates(enrolment, today).items() if on <= today), default=None)


def next_on(enrolment: Enrolment, today: date) -> date | None:
    """Return the day of the next refresher; None if no more come in this cycle."""
    return min((on for on in _dates(enrolment, today).values() if on > today), default=None)


def _dates(enrolment: Enrolment, today: date) -> Mapping[int, date]:
    """Return the day of each refresher; none without a certificate that is valid today."""
    begins, ends = enrolment.valid_from, enrolment.valid_until
    if begins is None or ends is None or status(enrolment, today) not in HOLDS:
        return {}
    dates = {days: begins + timedelta(days=days) for days in DAYS}
    return {days: on for days, on in dates.items() if on <= ends}
