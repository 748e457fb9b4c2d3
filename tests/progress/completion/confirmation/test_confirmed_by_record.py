"""The key signs only what the record says: a certificate whose row and events disagree is not confirmed."""

import json
import logging
from datetime import date, timedelta
from pathlib import Path

import pytest
from confirming import FORGERIES, PRAGUE, TODAY, Forge, altered_event, altered_row, held
from revoking import revoke
from sqlalchemy import delete, insert, update
from studying import Study

from database import Database
from people.access import Principal
from progress.audit import confirmation
from progress.audit.confirmation import NotConfirmedError
from progress.completion import certificates
from progress.completion.enrolments import enrolments
from progress.completion.validity import State, Validity
from progress.personal import erasure
from progress.record import checkpoints
from progress.record.chains import events
from progress.record.signing import Key, opened


@pytest.fixture
def key(tmp_path: Path) -> Key:
    return opened(tmp_path / "checkpoint.key")


def confirmed(database: Database, number: str, today: date = TODAY) -> Validity:
    with database.snapshot() as connection:
        found = certificates.find(connection, number)
        assert found is not None
        return confirmation.confirmed(connection, found, today, PRAGUE)


def test_a_certificate_that_the_record_tells_of_is_confirmed(certified: Study, learner: Principal) -> None:
    stands = confirmed(certified.database, held(certified, learner).number)
    assert stands == Validity(State.VALID, date(2027, 3, 2))


@pytest.mark.parametrize("forge", FORGERIES.values(), ids=FORGERIES.keys())
def test_a_certificate_of_which_the_record_says_otherwise_is_not(
    certified: Study, learner: Principal, forge: Forge, caplog: pytest.LogCaptureFixture
) -> None:
    certificate = held(certified, learner)
    forge(certified.database, certificate)
    with caplog.at_level(logging.INFO), pytest.raises(NotConfirmedError, match=certificate.number):
        confirmed(certified.database, certificate.number)
    errors = [each.getMessage() for each in caplog.records if each.levelno == logging.ERROR]
    assert len(errors) == 1
    assert certificate.number in errors[0]
    assert not any(word in errors[0] for word in (*learner.person.name.split(), "Mallory", learner.key))
    (noted,) = [json.loads(each.getMessage()) for each in caplog.records if each.name == "kodex.security"]
    assert (noted["event"], noted["result"]) == ("certificate not confirmed", "refused")
    assert noted["number"] == certificate.number


def test_a_row_that_no_event_tells_of_is_not_confirmed(certified: Study, learner: Principal) -> None:
    number = certificates.new_number()
    invented = {**vars(held(certified, learner)), "number": number, "cycle": 2}
    with certified.database.writing() as connection:
        connection.execute(insert(certificates.certificates).values(**invented))
    with pytest.raises(NotConfirmedError):
        confirmed(certified.database, number)
    assert confirmed(certified.database, held(certified, learner).number).state is State.VALID


def test_a_revocation_that_was_taken_out_of_the_register_is_not_forgotten(
    certified: Study, learner: Principal, hr: Principal
) -> None:
    certificate = held(certified, learner)
    revoke(certified, hr, learner)
    assert confirmed(certified.database, certificate.number).state is State.REVOKED
    with certified.database.writing() as connection:
        connection.execute(update(enrolments).values(revoked_at=None))
    with pytest.raises(NotConfirmedError):
        confirmed(certified.database, certificate.number)


def test_a_revocation_that_was_taken_out_of_the_record_too_is_known_by_the_checkpoint(
    certified: Study, learner: Principal, hr: Principal, key: Key
) -> None:
    certificate = held(certified, learner)
    before = certified.chain(learner)
    kept = certified.enrolment(learner)
    revoke(certified, hr, learner)
    checkpoints.make(certified.database, key, certified.now)
    with certified.database.writing() as connection:
        connection.execute(delete(events).where(events.c.person_key == learner.key, events.c.seq > before[-1].seq))
        row = enrolments.c
        connection.execute(
            update(enrolments).where(row.person_key == learner.key).values(revoked_at=None, last_at=kept.last_at)
        )
    with pytest.raises(NotConfirmedError):
        confirmed(certified.database, certificate.number)


def test_what_replaces_a_certificate_is_told_by_the_record(certified: Study, learner: Principal) -> None:
    """A newer row that was taken away does not make the older one valid again."""
    older = held(certified, learner)
    certified.later(days=340)
    certified.assign(learner, due_on=certified.now.date() + timedelta(days=30))
    newer = certified.certify(learner)
    with certified.database.writing() as connection:
        gone = certificates.certificates.c.number == newer.certificate_no
        connection.execute(delete(certificates.certificates).where(gone))
    stands = confirmed(certified.database, older.number, certified.now.date())
    assert stands.state is State.SUPERSEDED


def test_one_whose_holder_was_erased_stays_confirmed(certified: Study, learner: Principal) -> None:
    certificate = held(certified, learner)
    erasure.erase(certified.database, learner.person.employee_id, "podle lhůty", "tests", certified.now)
    assert confirmed(certified.database, certificate.number).state is State.VALID


def test_one_from_before_there_were_status_lists_is_confirmed(
    certified: Study, monkeypatch: pytest.MonkeyPatch, outsider: Principal
) -> None:
    """Its event names no place; it was given one afterwards."""
    monkeypatch.setattr(certificates.StatusIndexes, "new", lambda _: None)
    number = certified.certify(outsider).certificate_no or ""
    assert "status_index" not in certified.chain(outsider)[-1].body
    altered_row(status_index=12)(certified.database, held(certified, outsider))
    assert confirmed(certified.database, number).state is State.VALID


def test_many_are_held_against_the_record_at_once(
    certified: Study, learner: Principal, manager: Principal, outsider: Principal
) -> None:
    for who in (manager, outsider):
        certified.certify(who)
    found = [held(certified, who) for who in (learner, manager, outsider)]
    altered_event(kind="nonsense")(certified.database, found[1])
    with certified.database.snapshot() as connection:
        stands = confirmation.confirmed_among(connection, found, TODAY, PRAGUE)
    assert set(stands) == {found[0].number, found[2].number}
