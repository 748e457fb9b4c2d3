"""Nothing is drawn or signed over HTTP that the record does not say."""

import io
import zipfile

import pytest
from confirming import FORGERIES, altered_row
from serving import Server

from people.access import Principal, Role


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
        altered_row(valid_until=certificate.valid_until)(company.database, certificate)
        assert client.get(f"/certificate/{number}.pdf").status_code == 200
        assert client.get(f"/verify/{number}").status_code == 200
