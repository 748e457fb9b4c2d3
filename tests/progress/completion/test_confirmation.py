"""The key signs only what the record says: a certificate whose row and events disagree is not drawn or confirmed."""

import io
import json
import logging
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from operating import Run
from revoking import revoke
from serving import Server
from sqlalchemy import delete, insert, update
from studying import Study

from database import Database
from people.access import Principal, Role
from progress.audit import confirmation
from progress.audit.confirmation import NotConfirmedError
from progress.completion import certificates, editions
from progress.completion.certificates import Certificate, of_person
from progress.completion.enrolments import enrolments
from progress.completion.validity import State, Validity
from progress.documents import badge_status
from progress.personal import erasure
from progress.record import checkpoints
from progress.record.chains import events
from progress.record.signing import Key, opened

TODAY = date(2026, 3, 3)
PRAGUE = ZoneInfo("Europe/Prague")
Forge = Callable[[Database, Certificate], None]


def _row(**values: object) -> Forge:
    """An altered row of the register."""

    def forge(database: Database, certificate: Certificate) -> None:
        table = certificates.certificates
        with database.writing() as connection:
            connection.execute(update(table).where(table.c.number == certificate.number).values(**values))

    return forge


def _event(**values: object) -> Forge:
    """An altered event that issued it."""

    def forge(database: Database, certificate: Certificate) -> None:
        is_it = (events.c.person_key == certificate.person_key, events.c.kind == "certified")
        with database.writing() as connection:
            connection.execute(update(events).where(*is_it).values(**values))

    return forge


def _without_an_event(database: Database, certificate: Certificate) -> None:
    in_the_middle = (events.c.person_key == certificate.person_key, events.c.seq == 3)
    with database.writing() as connection:
        connection.execute(delete(events).where(*in_the_middle))


def _without_its_event(database: Database, certificate: Certificate) -> None:
    is_it = (events.c.person_key == certificate.person_key, events.c.kind == "certified")
    with database.writing() as connection:
        connection.execute(delete(events).where(*is_it))


def _revoked_in_the_register_alone(database: Database, certificate: Certificate) -> None:
    is_it = enrolments.c.certificate_no == certificate.number
    with database.writing() as connection:
        connection.execute(update(enrolments).where(is_it).values(revoked_at=datetime(2026, 3, 2, 12, tzinfo=UTC)))


def _without_its_enrolment(database: Database, certificate: Certificate) -> None:
    with database.writing() as connection:
        connection.execute(delete(enrolments).where(enrolments.c.certificate_no == certificate.number))


def _with_an_altered_edition(database: Database, certificate: Certificate) -> None:
    table = editions.editions
    with database.writing() as connection:
        body = json.dumps({"course": {"title": {"cs": certificate.course_title}}})
        connection.execute(update(table).where(table.c.sha256 == certificate.content_sha256).values(body=body))


FORGERIES: dict[str, Forge] = {
    "the name": _row(name="Mallory Second"),
    "the unit": _row(unit="Elsewhere"),
    "the salt": _row(salt="00"),
    "the last day": _row(valid_until=date(2098, 12, 31)),
    "the first day": _row(valid_from=date(2020, 1, 1)),
    "the moment of issue": _row(issued_at=datetime(2020, 1, 1, tzinfo=UTC)),
    "the score": _row(score=99),
    "the pass mark": _row(pass_mark=10),
    "the course": _row(course_id="another"),
    "the course's name": _row(course_title="Another course"),
    "the course's version": _row(course_version="9.9"),
    "the content": _row(content_sha256="0" * 64),
    "the commitment": _row(commitment_sha256="0" * 64),
    "the company": _row(issuer="Another company"),
    "the language": _row(language="en"),
    "the cycle": _row(cycle=7),
    "the template": _row(template=None),
    "the printed words": _row(printed='{"issuer": "Another company"}'),
    "no printed words": _row(template=None, printed=None),
    "the place in the status list": _row(status_index=77),
    "no place in a status list": _row(status_index=None),
    "the holder": _row(person_key="f" * 32),
    "an erased name that was not erased": _row(name="", unit="", salt=""),
    "the event": _event(body="{}"),
    "the event's moment": _event(at=datetime(2020, 1, 1, tzinfo=UTC)),
    "nonsense for an event": _event(kind="nonsense"),
    "an event in the middle": _without_an_event,
    "no event": _without_its_event,
    "revoked in the register alone": _revoked_in_the_register_alone,
    "no enrolment": _without_its_enrolment,
    "the edition of the course": _with_an_altered_edition,
}


@pytest.fixture
def certified(assigned: Study, learner: Principal) -> Study:
    assigned.certify(learner)
    return assigned


@pytest.fixture
def key(tmp_path: Path) -> Key:
    return opened(tmp_path / "checkpoint.key")


def held(study: Study, who: Principal) -> Certificate:
    with study.database.reading() as connection:
        return of_person(connection, who.key)[0]


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
    _row(status_index=12)(certified.database, held(certified, outsider))
    assert confirmed(certified.database, number).state is State.VALID


def test_many_are_held_against_the_record_at_once(
    certified: Study, learner: Principal, manager: Principal, outsider: Principal
) -> None:
    for who in (manager, outsider):
        certified.certify(who)
    found = [held(certified, who) for who in (learner, manager, outsider)]
    _event(kind="nonsense")(certified.database, found[1])
    with certified.database.snapshot() as connection:
        stands = confirmation.confirmed_among(connection, found, TODAY, PRAGUE)
    assert set(stands) == {found[0].number, found[2].number}


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


# Over HTTP


@pytest.fixture
def forged(company: Server) -> Iterator[tuple[Principal, str]]:
    """Somebody whose certificate has another name in the register for as long as a test takes."""
    holder = company.newcomer("Pravá Držitelka")
    number = company.study.certify(holder).certificate_no or ""
    certificate = company.certificate(number)
    FORGERIES["the name"](company.database, certificate)
    yield holder, number
    _row(name=certificate.name)(company.database, certificate)


@pytest.mark.parametrize("path", ["/certificate/{}.pdf", "/badge/{}.jwt", "/badge/{}.svg"])
def test_nothing_is_signed_that_the_record_does_not_say(
    company: Server, forged: tuple[Principal, str], path: str
) -> None:
    holder, number = forged
    with company.client(holder) as client:
        answer = client.get(path.format(number))
    assert answer.status_code == 503
    assert "Toto osvědčení teď nelze potvrdit" in answer.text
    assert "Mallory" not in answer.text
    assert "Držitelka" not in answer.text


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "This certificate cannot be confirmed right now"),
        ("cs", "Toto osvědčení teď nelze potvrdit"),
    ],
)
def test_the_public_page_confirms_nothing_that_the_record_does_not_say(
    company: Server, forged: tuple[Principal, str], language: str, said: str
) -> None:
    _, number = forged
    with company.client() as anybody:
        answer = anybody.get(f"/verify/{number}", headers={"Accept-Language": language})
        status = anybody.get(f"/badge/{number}/status.json")
    assert (answer.status_code, status.status_code) == (503, 503)
    assert said in answer.text
    assert "Mallory" not in answer.text
    log = company.said()
    assert f"The certificate {number} is not confirmed" in log
    assert "Mallory" not in log


def test_the_download_of_many_leaves_it_out(company: Server, forged: tuple[Principal, str]) -> None:
    _, number = forged
    with company.client(company.cast(Role.HR)) as client:
        answer = client.get("/export/certificates.zip", params={"search": number})
    with zipfile.ZipFile(io.BytesIO(answer.content)) as file:
        assert file.namelist() == ["NOTES.txt"]
        assert number in file.read("NOTES.txt").decode()


def test_all_is_well_again_once_the_register_says_what_the_record_says(company: Server) -> None:
    holder = company.newcomer("Znovu Dobrá")
    number = company.study.certify(holder).certificate_no or ""
    certificate = company.certificate(number)
    FORGERIES["the last day"](company.database, certificate)
    with company.client(holder) as client:
        assert client.get(f"/certificate/{number}.pdf").status_code == 503
        _row(valid_until=certificate.valid_until)(company.database, certificate)
        assert client.get(f"/certificate/{number}.pdf").status_code == 200
        assert client.get(f"/verify/{number}").status_code == 200
