"""Who is found by what the provider says of them."""

from datetime import datetime, timedelta

import pytest
from cast import leaves
from providing import refused
from sqlalchemy import update

from database import Database
from people.access import Principal
from people.directory import Person, people
from people.sign_in.single_sign_on import find


def found(
    database: Database, now: datetime, claim: str = "email", matches: str = "email", **claims: object
) -> Person:
    with database.reading() as connection:
        return find(connection, claims, claim, matches, now.date())


def test_somebody_is_found_by_their_verified_e_mail_however_it_is_written(
    database: Database, learner: Principal, now: datetime
) -> None:
    assert found(database, now, email=" 2003@EXAMPLE.com ", email_verified=True) == learner.person


def test_somebody_is_found_by_the_claim_of_choice(database: Database, learner: Principal, now: datetime) -> None:
    assert found(database, now, "number", "employee_id", number="2003") == learner.person
    assert found(database, now, "upn", "email", upn="2003@example.com", email_verified=False) == learner.person


@pytest.mark.parametrize("said", ["ab-77", "AB-77", "aB-77", " Ab-77 ", "ａｂ-７７"])
def test_an_employee_number_may_be_spelled_otherwise(
    database: Database, learner: Principal, now: datetime, said: str
) -> None:
    number(database, learner, "Ab-77")
    assert found(database, now, "number", "employee_id", number=said).key == learner.key


def test_of_two_numbers_that_differ_in_case_the_one_that_is_said_is_meant(
    database: Database, learner: Principal, outsider: Principal, now: datetime
) -> None:
    number(database, learner, "ab-77")
    number(database, outsider, "AB-77")
    assert found(database, now, "number", "employee_id", number="AB-77").key == outsider.key
    assert "your employee number" in refused(lambda: found(database, now, "number", "employee_id", number="Ab-77"))


def number(database: Database, who: Principal, employee_id: str) -> None:
    with database.writing() as connection:
        connection.execute(update(people).where(people.c.person_key == who.key).values(employee_id=employee_id))


@pytest.mark.parametrize("address", ["mıke@example.com", "ｍike@example.com", "mike@ｅxample.com"])
def test_an_address_that_only_looks_like_somebodys_is_another(
    database: Database, learner: Principal, now: datetime, address: str
) -> None:
    with database.writing() as connection:
        row = update(people).where(people.c.person_key == learner.key)
        connection.execute(row.values(email="mike@example.com"))
    assert "does not know you" in refused(lambda: found(database, now, email=address, email_verified=True))


def test_an_e_mail_may_be_said_to_be_verified_by_the_word(
    database: Database, learner: Principal, now: datetime
) -> None:
    assert found(database, now, email=learner.person.email, email_verified="true") == learner.person


@pytest.mark.parametrize(
    ("verified", "said"),
    [
        *((each, "has not verified") for each in (False, "false")),
        *((each, "email_verified: true") for each in (None, "True", " true", "yes", "", 1, ["true"])),
    ],
)
def test_an_e_mail_that_is_not_said_to_be_verified_opens_nothing(
    database: Database,
    learner: Principal,
    now: datetime,
    verified: object,
    said: str,
) -> None:
    claims = {"email": learner.person.email, "email_verified": verified}
    assert said in refused(lambda: found(database, now, **claims))


@pytest.mark.parametrize("value", [None, "", " ", 2003, ["2003"], {"id": "2003"}])
def test_a_claim_that_is_no_name_opens_nothing(
    database: Database,
    learner: Principal,  # noqa: ARG001
    now: datetime,
    value: object,
) -> None:
    assert "“number” is missing" in refused(lambda: found(database, now, "number", "employee_id", number=value))


def test_nobody_is_found_who_has_left_was_erased_or_never_was(
    database: Database, learner: Principal, hr: Principal, outsider: Principal, editor: Principal, now: datetime
) -> None:
    leaves(database, learner)
    with database.writing() as connection:
        rows = update(people)
        yesterday = now.date() - timedelta(days=1)
        connection.execute(rows.where(people.c.person_key == hr.key).values(ends_on=yesterday))
        connection.execute(rows.where(people.c.person_key == outsider.key).values(erased_at=now))
        connection.execute(rows.where(people.c.person_key == editor.key).values(ends_on=now.date()))
    for who, said in ((learner, "has ended"), (hr, "has ended"), (outsider, "does not know you")):
        assert said in refused(lambda who=who: found(database, now, email=who.person.email, email_verified=True))
    assert "does not know you" in refused(lambda: found(database, now, email="%@example.com", email_verified=True))
    assert found(database, now, email=editor.person.email, email_verified=True).key == editor.key


def test_an_address_that_two_people_have_opens_neithers_account(
    database: Database, learner: Principal, outsider: Principal, now: datetime
) -> None:
    with database.writing() as connection:
        row = update(people).where(people.c.person_key == outsider.key)
        connection.execute(row.values(email=learner.person.email))
    claims = {"email": learner.person.email.upper(), "email_verified": True}
    assert "More than one" in refused(lambda: found(database, now, **claims))
    leaves(database, outsider)
    assert found(database, now, **claims) == learner.person
