"""Downloads and certificates by role."""

import pytest
from operating import records
from serving import Server

from people.access import Role

MATRIX = {
    Role.EMPLOYEE: {"team": False, "certifications": False},
    Role.MANAGER: {"team": True, "certifications": False},
    Role.HR: {"team": False, "certifications": True},
    Role.AUDITOR: {"team": False, "certifications": True},
    Role.EDITOR: {"team": False, "certifications": False},
}


@pytest.mark.parametrize("form", ["csv", "json", "xlsx"])
@pytest.mark.parametrize(("role", "may"), MATRIX.items())
def test_records_are_downloaded_by_those_whose_task_they_are(
    server: Server, role: Role, may: dict[str, bool], form: str
) -> None:
    who = server.newcomer("Zaměstnanec Bez Role") if role is Role.EMPLOYEE else server.cast(role)
    with server.client(who) as client:
        for what, allowed in may.items():
            answer = client.get(f"/export/{what}.{form}")
            assert answer.status_code == (200 if allowed else 403), what
            if allowed:
                assert "private" in answer.headers["cache-control"]
                assert f'.{form}"' in answer.headers["content-disposition"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/export/people.csv", 404),
        ("/export/certifications.pdf", 404),
        ("/export/certifications.cmi5", 404),
        ("/export/certifications.csv?status=nonsense", 400),
        ("/export/certifications.csv?due_from=yesterday", 400),
        ("/export/certifications.csv?search=%00", 400),
    ],
)
def test_a_download_that_there_is_not_is_refused(server: Server, path: str, status: int) -> None:
    with server.client(server.cast(Role.HR)) as client:
        assert client.get(path).status_code == status


def test_a_managers_download_holds_their_reporting_line_and_nobody_else(server: Server) -> None:
    manager = server.newcomer("Vedoucí S Jedním", is_assigned=False)
    server.newcomer("Podřízená Jediná", manager=manager)
    with server.client(manager) as client:
        answer = client.get("/export/team.csv").text
    assert [record["name"] for record in records(answer)] == ["Podřízená Jediná"]


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.EMPLOYEE, 404), (Role.MANAGER, 404), (Role.EDITOR, 404), (Role.HR, 200), (Role.AUDITOR, 200)],
)
def test_a_certificate_is_opened_by_its_holder_and_by_those_who_keep_the_records(
    server: Server, role: Role, status: int
) -> None:
    """A manager sees that somebody is certified, not the document; a stranger cannot even learn that it exists."""
    holder = server.newcomer("Držitelka Osvědčení", manager=server.cast(Role.MANAGER))
    number = server.study.certify(holder).certificate_no
    with server.client(holder) as client:
        assert client.get(f"/certificate/{number}.pdf").headers["content-type"] == "application/pdf"
    with server.client(server.newcomer("Někdo Jiný") if role is Role.EMPLOYEE else server.cast(role)) as client:
        answer = client.get(f"/certificate/{number}.pdf")
        assert answer.status_code == status
        if status == 404:
            assert answer.content == client.get("/certificate/KX-00000-00000-00000-00000-000000.pdf").content
