"""An invited person sets a password by a link that works once."""

from datetime import timedelta

import pytest
from local_sign_in import BETTER, GOOD, Company, is_in, new_password, said

from people.sign_in.passwords import Purpose


def test_an_invited_person_chooses_a_password_and_is_in(company: Company) -> None:
    person = company.person()
    path = f"/set-password/{company.link(person)}"
    with company.visitor() as client:
        page = client.get(path)
        assert page.status_code == 200
        assert person.name in page.text
        assert 'autocomplete="new-password"' in page.text
        answer = client.post(path, data=new_password(GOOD))
        assert (answer.status_code, answer.headers["location"]) == (303, "/")
        assert is_in(client)
    with company.signed_in(person) as client:
        assert is_in(client)


@pytest.mark.parametrize(
    ("password", "again", "why"),
    [
        ("Krátké.hes1", None, "too short"),
        ("x" * 500 + GOOD * 30, None, "too long"),
        ("Password2026!!", None, "easy to guess"),
        ("Jana.Nováková.1", None, "easy to guess"),
        (GOOD, BETTER, "not the same"),
        ("", None, "too short"),
    ],
)
def test_a_password_that_is_not_taken_leaves_the_link_as_it_was(
    company: Company, password: str, again: str | None, why: str
) -> None:
    path = f"/set-password/{company.link(company.person())}"
    with company.visitor() as client:
        answer = client.post(path, data=new_password(password, again))
        assert answer.status_code == 400
        assert why in said(answer)
        assert password not in answer.text or not password
        assert not is_in(client)
        assert client.post(path, data=new_password(GOOD)).status_code == 303


def test_a_link_that_was_used_or_is_over_or_void_or_a_leavers_says_so_in_the_same_words(company: Company) -> None:
    used, older, leaver = company.person(), company.person(), company.person()
    tokens = {
        "used": company.link(used),
        "older": company.link(older),
        "expired": company.link(company.person(), age=timedelta(days=7)),
        "expired reset": company.link(company.member(), Purpose.RESET, timedelta(hours=1)),
        "leaver's": company.link(leaver),
        "invented": "x" * 43,
        "hostile": "%3Cscript%3E",
    }
    company.leaves(leaver)
    company.link(older)
    with company.visitor() as client:
        assert client.post(f"/set-password/{tokens['used']}", data=new_password(GOOD)).status_code == 303
    pages = set()
    for token in tokens.values():
        with company.visitor() as client:
            page = client.get(f"/set-password/{token}")
            answer = client.post(f"/set-password/{token}", data=new_password(BETTER))
            assert (page.status_code, answer.status_code) == (410, 410)
            assert not is_in(client)
            pages |= {page.text, answer.text}
    assert len(pages) == 1
