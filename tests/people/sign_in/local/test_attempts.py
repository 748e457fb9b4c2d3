"""Too many attempts at one account or from one address have to wait."""

import pytest
from local_sign_in import Company, is_in, said, sign_in
from sqlalchemy import select

from people.sign_in.throttle import throttles


def test_an_account_waits_after_five_failures_whether_it_exists_or_not(company: Company) -> None:
    person = company.member()
    answers = []
    for account in (person.employee_id, "nobody-of-that-name"):
        for _ in range(5):
            with company.visitor() as client:
                assert sign_in(client, account, "not it at all").status_code == 403
        with company.visitor() as client:
            answer = sign_in(client, account)
            assert answer.status_code == 429
            assert not is_in(client)
            answers.append(answer.text.replace(f'value="{account}"', ""))
    assert answers[0] == answers[1]
    assert "There were too many attempts. Try again in 1 minute." in answers[0]
    with company.visitor() as client:
        assert sign_in(client, company.member().employee_id).status_code == 303


def test_an_address_waits_after_twenty_failures_whatever_the_accounts(company: Company) -> None:
    person = company.member()
    with company.visitor() as guesser, company.visitor() as other:
        for number in range(20):
            assert sign_in(guesser, f"guess-{number}").status_code == 403
        answer = sign_in(guesser, person.employee_id)
        assert answer.status_code == 429
        assert "Try again in 15 minutes." in said(answer)
        assert sign_in(other, person.employee_id).status_code == 303


@pytest.mark.wide
def test_addresses_of_one_ipv6_customer_are_one(company: Company) -> None:
    for number in range(21):
        with company.visitor(**{"X-Forwarded-For": f"2001:db8:1:2::{number + 1:x}"}) as client:
            status = sign_in(client, f"six-{number}").status_code
    assert status == 429
    with company.visitor(**{"X-Forwarded-For": "2001:db8:1:3::1"}) as client:
        assert sign_in(client, "six").status_code == 403


def test_neither_the_table_nor_the_log_says_who_tried_from_where(company: Company) -> None:
    with company.visitor(**{"X-Forwarded-For": "203.0.113.77"}) as client:
        sign_in(client, "somebody-to-be-found@example.com", "a-password-to-be-found")
    with company.database.reading() as connection:
        kept = str(connection.execute(select(throttles)).all()) + company.said()
    for private in ("somebody-to-be-found", "203.0.113.77", "a-password-to-be-found"):
        assert private not in kept
