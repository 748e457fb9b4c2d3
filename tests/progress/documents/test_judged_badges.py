"""A badge from a running server, judged by a library that is not ours: valid, and revoked once it is revoked."""

from pathlib import Path
from typing import Any

import pytest
from judging import judged
from revoking import revoke_on
from serving import Server

from people.access import Principal

NAME = "Žofie Řehořová"


@pytest.fixture
def holder(server: Server) -> Principal:
    who = server.newcomer(NAME)
    server.study.certify(who)
    return who


def judge(server: Server, picture: Path) -> Any:
    with server.client() as anybody:
        did = anybody.get("/.well-known/did.json").json()["id"]
    return judged("badges.py", server.url, did, str(picture))


def test_a_badge_is_valid_and_revoked_once_it_is_revoked(server: Server, holder: Principal, tmp_path: Path) -> None:
    number = server.study.enrolment(holder).certificate_no
    picture = tmp_path / "badge.svg"
    with server.client(holder) as client:
        answer = client.get(f"/badge/{number}.svg")
    assert answer.headers["content-type"] == "image/svg+xml"
    assert answer.headers["content-disposition"] == f'attachment; filename="{number}.svg"'
    picture.write_bytes(answer.content)
    said = judge(server, picture)
    assert (said["valid"], said["why"]) == (True, "")
    assert said["name"] == server.course.title("cs")
    revoke_on(server, holder)
    said = judge(server, picture)
    assert said["valid"] is False
    assert "'revocation' is set" in said["why"]


def test_an_altered_badge_is_not_valid(server: Server, holder: Principal, tmp_path: Path) -> None:
    number = server.study.enrolment(holder).certificate_no
    with server.client(holder) as client:
        text = client.get(f"/badge/{number}.svg").text
    begin = text.index('verify="') + len('verify="')
    at = text.index(".", begin) + 60
    picture = tmp_path / "badge.svg"
    picture.write_text(text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1 :], "utf-8")
    assert judge(server, picture)["valid"] is False
