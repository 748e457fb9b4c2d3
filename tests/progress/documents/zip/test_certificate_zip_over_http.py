"""The ZIP of certificates over HTTP."""

import io
import zipfile

from serving import Server

from people.access import Role
from progress.reports import export_log


def test_hr_downloads_the_certificates_of_a_unit(server: Server) -> None:
    first, second = (server.newcomer(name) for name in ("Štěpán Žák", "Ďurďa Ňuhel"))
    numbers = {server.study.certify(who).certificate_no for who in (first, second)}
    with server.client(server.cast(Role.HR)) as client:
        answers = [client.get("/export/certificates.zip", params={"search": number}) for number in sorted(numbers)]
    with server.database.reading() as connection:
        noted = export_log.newest(connection, 2)
    assert [each.handed_out.selection for each in noted] == [{"search": number} for number in sorted(numbers)[::-1]]
    for each in noted:
        assert each.person_key == server.cast(Role.HR).key
        assert (each.handed_out.kind, each.handed_out.records) == (export_log.ExportKind.CERTIFICATES, 1)
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
