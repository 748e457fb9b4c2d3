"""The ZIP of certificates over HTTP."""

import io
import zipfile

from serving import Server

from people.access import Role


def test_hr_downloads_the_certificates_of_a_unit(server: Server) -> None:
    first, second = (server.newcomer(name) for name in ("Štěpán Žák", "Ďurďa Ňuhel"))
    numbers = {server.study.certify(who).certificate_no for who in (first, second)}
    with server.client(server.cast(Role.HR)) as client:
        answers = [client.get("/export/certificates.zip", params={"search": number}) for number in sorted(numbers)]
    for answer in answers:
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "application/zip"
        assert "no-store" in answer.headers["cache-control"]
        with zipfile.ZipFile(io.BytesIO(answer.content)) as file:
            (name,) = file.namelist()
            assert name[:33] in numbers
            assert file.read(name).startswith(b"%PDF")


def test_an_employee_is_refused_the_certificates_of_others(server: Server) -> None:
    with server.client(server.cast(Role.EMPLOYEE)) as client:
        assert client.get("/export/certificates.zip").status_code == 403
