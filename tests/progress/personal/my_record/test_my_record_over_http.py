"""My record over HTTP: one's own and no other."""

import io
from datetime import timedelta

import pytest
from pypdf import PdfReader
from serving import Server

from people.access import Role
from progress.personal.erasure import erase


@pytest.mark.parametrize("path", ["/my-record.json", "/my-record.pdf"])
def test_a_record_is_given_to_nobody_who_is_not_signed_in(server: Server, path: str) -> None:
    with server.client() as client:
        assert client.get(path).status_code == 401


def test_everybody_downloads_their_own_record_and_no_other(server: Server) -> None:
    first, second = server.newcomer("Alžběta Stahující"), server.newcomer("Bořivoj Stahující")
    for mine, other in ((first, second), (second, first)):
        with server.client(mine) as client:
            answer = client.get("/my-record.json", params={"id": other.person.employee_id})
            assert answer.headers["cache-control"] == "private, no-store"
            assert answer.json()["person"]["name"] == mine.person.name
            assert other.person.name not in answer.text
            document = client.get("/my-record.pdf")
            assert document.headers["content-type"] == "application/pdf"
            assert mine.person.name in PdfReader(io.BytesIO(document.content)).pages[0].extract_text()


def test_files_of_somebody_erased_are_given_to_nobody(server: Server) -> None:
    learner = server.newcomer("Vymazaná Držitelka")
    study = server.study
    number = study.certify(learner).certificate_no
    address = f"/certificate/{number}.pdf"
    with server.client(server.cast(Role.HR)) as hr, server.client(learner) as own:
        assert (hr.get(address).status_code, own.get(address).status_code) == (200, 200)
        erase(server.database, learner.person.employee_id, "Case 12", "tests", study.now + timedelta(hours=2))
        assert (hr.get(address).status_code, own.get(address).status_code) == (404, 401)
        assert own.get("/my-record.json").status_code == 401
    with server.client(headers={"Accept-Language": "en"}) as anybody:
        page = anybody.get(f"/verify/{number}")
    assert page.status_code == 200
    assert "Vymazaná" not in page.text
    assert "The name was erased" in page.text
    assert "The certificate is valid until" in page.text
