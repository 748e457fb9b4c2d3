"""A forgotten password is replaced by a letter, and nobody learns who has an account."""

import time
from collections.abc import Callable

from letters import refused_address, text
from local_sign_in import BETTER, GOOD, LINK, Company, is_in, new_password, said, sign_in
from serving import PATIENCE
from sqlalchemy import select

from people.directory import Person
from people.sign_in import passwords


def test_a_forgotten_password_is_replaced_by_a_letter_and_ends_all_sessions(company: Company) -> None:
    person = company.member(language="cs")
    with company.signed_in(person) as elsewhere, company.visitor() as client:
        answer = client.post("/forgotten-password", data={"account": person.email}, headers={"Host": "evil.example"})
        assert answer.status_code == 200
        letter = company.mail.next()
        assert (letter["X-Handed-To"], letter["From"]) == (person.email, "kodex@example.com")
        assert letter["Subject"] == "Nové heslo ke Kodexu"
        token = LINK.search(text(letter))[1]  # type: ignore[index]
        assert is_in(elsewhere)
        changed = client.post(f"/set-password/{token}", data=new_password(BETTER))
        assert changed.headers["location"] == "/account?done=changed"
        assert "Your password is changed." in client.get("/account?done=changed").text
        assert not is_in(elsewhere)
        assert company.mail.next()["Subject"] == "Vaše heslo ke Kodexu se změnilo"
    with company.visitor() as client:
        assert sign_in(client, person.employee_id, GOOD).status_code == 403
        assert sign_in(client, person.employee_id, BETTER).status_code == 303


def test_nobody_learns_from_a_forgotten_password_who_has_an_account(company: Company) -> None:
    person, uninvited, leaver = company.member(), company.person(), company.member()
    company.leaves(leaver)
    pages = set()
    for account in (uninvited.email, leaver.email, "nobody@example.com", "", person.email):
        with company.visitor() as client:
            answer = client.post("/forgotten-password", data={"account": account})
            assert answer.status_code == 200
            pages.add(answer.text)
    assert len(pages) == 1
    assert company.mail.next()["X-Handed-To"] == person.email
    assert company.mail.letters.empty()


def test_letters_to_one_person_are_three_an_hour_and_nobody_is_told_that_there_were_enough(company: Company) -> None:
    """Strangers who ask keep nobody from a new password: each of the three links is good until one is used."""
    person = company.member()
    pages = set()
    for account in (person.email, person.employee_id, person.email.upper(), person.email):
        with company.visitor() as client:
            answer = client.post("/forgotten-password", data={"account": account})
            assert answer.status_code == 200
            pages.add(answer.text)
    assert len(pages) == 1
    written = [company.mail.next() for _ in range(3)]
    assert [letter["X-Handed-To"] for letter in written] == [person.email] * 3
    eventually(lambda: company.noted("reset asked for")[-1]["result"] == "locked")
    assert company.mail.letters.empty()
    first, second, _ = (LINK.search(text(letter))[1] for letter in written)  # type: ignore[index]
    with company.visitor() as client:
        assert client.post(f"/set-password/{first}", data=new_password(BETTER)).status_code == 303
        assert client.get(f"/set-password/{second}").status_code == 410
    assert company.mail.next()["Subject"].startswith("Your password")


def test_an_address_asks_for_twenty_letters_in_a_quarter_of_an_hour(company: Company) -> None:
    with company.visitor() as client:
        for number in range(20):
            assert client.post("/forgotten-password", data={"account": f"nobody-{number}"}).status_code == 200
        assert client.post("/forgotten-password", data={"account": "nobody"}).status_code == 429


def eventually(holds: Callable[[], bool]) -> None:
    """Waits for what happens after an answer was given."""
    until = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < until, "it never came to hold"
        time.sleep(0.02)


def has_link(company: Company, person: Person) -> bool:
    links = passwords.links
    with company.database.reading() as connection:
        return connection.execute(select(links).where(links.c.person_key == person.key)).first() is not None


def test_a_letter_that_is_not_taken_leaves_no_link_and_a_log_without_a_name(company: Company) -> None:
    address = refused_address()
    person = company.member(email=address)
    with company.visitor() as client:
        assert client.post("/forgotten-password", data={"account": address}).status_code == 200
    eventually(lambda: "A letter could not be sent: recipient refused [550]" in company.said())
    eventually(lambda: not has_link(company, person))
    assert address not in company.said()
    with company.signed_in(person) as client:
        answer = client.post("/account/password", data={"old": GOOD, **new_password(BETTER)})
        page = client.get(answer.headers["location"])
        assert "could not be sent" in said(page)
        assert is_in(client)
