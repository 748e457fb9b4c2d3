"""Erasure: nothing tells who somebody was any more, and the record is as sound as before."""

from dataclasses import replace
from datetime import timedelta

from cast import NOW
from erasing import LEFT_ON, REASON, SECRET, erased, everything, in_directory
from gates import gate_of
from studying import Study

from people.access import Act, Principal, Role, may
from people.directory import Person
from people.sign_in import accounts
from progress.completion import certificates
from progress.completion.fold import differing
from progress.record import chains
from progress.record.chains import Kind
from progress.reports import export_log
from progress.reports.export_log import Extent


def test_nothing_in_the_database_names_somebody_who_was_erased(known: Study, learner: Principal) -> None:
    telling = ("Lenka", "Šťastná", "lenka@example.com", "lenka.s", "ext-4711", LEFT_ON.isoformat())
    number = learner.person.employee_id
    before = list(everything(known.database))
    for each in telling:
        assert any(each in value for _, value in before), each
    erased(known, learner)
    after = list(everything(known.database))
    assert [(table, value) for table, value in after for each in telling if each in value] == []
    assert ("people", number) not in after
    assert not {table for table, value in after if value == learner.key} & {
        "role_grants",
        "sessions",
        "passwords",
        "one_time_links",
        "deputies",
        "leaves",
        "remarks",
        "notes",
    }


def test_the_log_of_exports_keeps_what_was_given_and_not_who_it_was(known: Study, learner: Principal) -> None:
    erased(known, learner)
    with known.database.reading() as connection:
        searched, of_deputy, own = (each.handed_out for each in export_log.newest(connection, 10))
    assert own.extent == Extent(manager="erased")
    assert of_deputy.extent == Extent(manager="2002", deputy_for=("erased",))
    assert (searched.extent, searched.selection) == (Extent(everybody=True), {"search": "erased"})
    assert {(each.records, each.sha256, each.statement) for each in (searched, of_deputy, own)} == {(1, "00", "")}


def test_the_row_stays_as_a_pseudonym_that_opens_nothing(known: Study, learner: Principal) -> None:
    token = accounts.sign_in(known.database, learner.key, SECRET, NOW)
    left = erased(known, learner)
    person = in_directory(known.database, learner.key)
    assert person == Person(
        learner.key, left.employee_id, "", "", "", None, "", active=False, invented=True, erased_at=person.erased_at
    )
    assert person.erased_at == NOW + timedelta(days=1)
    assert learner.person.employee_id not in person.employee_id
    assert accounts.principal(gate_of(known.database, SECRET), token, NOW) is None
    assert not any(may(Principal(person, frozenset(Role)), act) for act in Act)


def test_the_chain_still_verifies_and_says_why_and_when(known: Study, learner: Principal) -> None:
    before = known.chain(learner)
    left = erased(known, learner)
    after = known.chain(learner)
    assert after[:-1] == before
    assert chains.broken_at(after) is None
    assert (after[-1].kind, after[-1].body) == (Kind.ERASED, {"reason": REASON, "by": "tests"})
    assert left.events == len(after)
    with known.database.reading() as connection:
        assert list(differing(connection)) == []


def test_certificates_stay_valid_by_number_without_a_name(known: Study, learner: Principal) -> None:
    with known.database.reading() as connection:
        (before,) = certificates.of_person(connection, learner.key)
    left = erased(known, learner)
    with known.database.reading() as connection:
        after = certificates.find(connection, before.number)
    assert after == replace(before, name="", unit="", salt="")
    assert after is not None
    assert after.is_erased
    assert not before.is_erased
    assert left.certificates == 1
