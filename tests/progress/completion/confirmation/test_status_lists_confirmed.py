"""Status lists and ZIPs leave out what the record does not confirm."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from confirming import FORGERIES, PRAGUE, TODAY, held
from operating import Run
from revoking import revoke
from sqlalchemy import delete, update
from studying import Study

from database import Database
from people.access import Principal
from progress.audit.confirmation import NotConfirmedError
from progress.completion.enrolments import enrolments
from progress.documents import badge_status
from progress.record.chains import events

# The status lists of badges


def test_a_revoked_certificate_sets_its_bit(certified: Study, learner: Principal, hr: Principal) -> None:
    place = held(certified, learner).status_index
    assert _bits(certified.database) == frozenset()
    revoke(certified, hr, learner)
    assert _bits(certified.database) == {place}


@pytest.mark.parametrize("taken_out_of", ["the register", "the record"])
def test_no_status_list_is_signed_of_a_revocation_that_only_one_tells_of(
    certified: Study, learner: Principal, hr: Principal, taken_out_of: str
) -> None:
    revoke(certified, hr, learner)
    with certified.database.writing() as connection:
        if taken_out_of == "the register":
            connection.execute(update(enrolments).values(revoked_at=None))
        else:
            connection.execute(delete(events).where(events.c.kind == "revoked"))
    with pytest.raises(NotConfirmedError):
        _bits(certified.database)


def _bits(database: Database) -> frozenset[int]:
    with database.snapshot() as connection:
        return badge_status.revoked(connection, 0, TODAY, PRAGUE)


# The command


def test_a_zip_leaves_out_what_is_not_confirmed_and_says_so(
    certified: Study,
    learner: Principal,
    manager: Principal,
    operated: Callable[..., Run],
    database_url: str,
    tmp_path: Path,
) -> None:
    certified.certify(manager)
    forged, sound = held(certified, learner).number, held(certified, manager).number
    FORGERIES["the name"](certified.database, held(certified, learner))
    output = tmp_path / "all.zip"
    run = operated(database_url, "certificate", "zip")
    told = run("--output", str(output), KODEX_PUBLIC_URL="https://kodex.example.com")
    assert told.exit_code == 1
    assert "1 certificate written" in told.stdout
    assert forged in told.stderr
    assert sound not in told.stderr
    with zipfile.ZipFile(output) as file:
        assert sorted(name[:9] for name in file.namelist()) == sorted([sound[:9], "NOTES.txt"])
        notes = file.read("NOTES.txt").decode()
    assert "1 certificate is left out" in notes
    assert forged in notes
