"""Whether a certificate is valid after a correction."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from cast import TODAY
from correcting import Wishes, corrected
from studying import Study

from people.access import OPERATOR, Act, Principal
from progress.completion import certificates, validity
from progress.completion.corrections import What
from progress.completion.rules import Status
from progress.completion.validity import State
from progress.reports import lists
from progress.reports.lists import Selection


def test_a_certificate_is_valid_expiring_expired_superseded_or_revoked(
    assigned: Study, learner: Principal, hr: Principal, wishes: Wishes, zone: ZoneInfo
) -> None:
    first = assigned.certify(learner)
    assert first.valid_until is not None

    def states(today: date) -> list[tuple[State, date]]:
        with assigned.database.reading() as connection:
            found = validity.of_person(connection, learner.key, today, zone)
            numbers = [each.number for each in reversed(certificates.of_person(connection, learner.key))]
        return [(found[number].state, found[number].on) for number in numbers]

    until = first.valid_until
    assert states(TODAY) == [(State.VALID, until)]
    assert states(until - timedelta(days=60)) == [(State.VALID, until)]
    assert states(until - timedelta(days=59)) == [(State.EXPIRING, until)]
    assert states(until) == [(State.EXPIRING, until)]
    assert states(until + timedelta(days=1)) == [(State.EXPIRED, until)]
    assigned.assign(learner)
    assigned.later(days=3)
    second = assigned.certify(learner)
    assert second.valid_from is not None
    assert states(TODAY)[0] == (State.SUPERSEDED, second.valid_from)
    assert states(until + timedelta(days=1))[0] == (State.EXPIRED, until)
    corrected(assigned, learner, hr, wishes(What.REVOKE))
    assert states(TODAY) == [(State.VALID, until), (State.REVOKED, assigned.now.date())]


def test_whoever_counts_certificates_does_not_count_a_revoked_one(
    assigned: Study, learner: Principal, hr: Principal, wishes: Wishes
) -> None:
    assigned.certify(learner)

    def counted() -> tuple[int, int, int, list[str]]:
        asked = (OPERATOR, Act.SEE_CERTIFICATIONS, Selection(), TODAY)
        with assigned.database.reading() as connection:
            found = lists.summary(connection, *asked)
            curve = lists.completion_by_day(connection, *asked)
            exported = [row.status for row in lists.records(connection, *asked) if row.certificate_no]
        return found.certified, found.count(Status.REVOKED), curve[-1][1], exported

    assert counted() == (1, 0, 1, ["certified"])
    corrected(assigned, learner, hr, wishes(What.REVOKE))
    assert counted() == (0, 1, 0, ["revoked"])
