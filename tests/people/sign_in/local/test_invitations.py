"""Letters of invitation that the operator sends."""

import subprocess
import sys
from datetime import UTC, datetime

import pytest
from browsing import plain
from letters import MailServer, refused_address, text
from local_sign_in import GOOD, LINK, PUBLIC, Company, ids, new_password
from serving import environment
from sqlalchemy import update
from surroundings import HOME

from people.sign_in import passwords


def invite(company: Company, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", "people", "invite", *arguments],
        cwd=HOME,
        env=environment(**company.settings | settings),
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_operator_invites_by_number_and_the_letter_alone_holds_the_link(company: Company) -> None:
    person = company.person(language="cs")
    ended = invite(company, person.employee_id)
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.strip() == person.employee_id, "the link goes to its owner alone"
    letter = company.mail.next()
    assert letter["X-Handed-To"] == person.email
    token = LINK.search(text(letter))[1]  # type: ignore[index]
    with company.visitor() as client:
        assert client.post(f"/set-password/{token}", data=new_password(GOOD)).status_code == 303


def test_all_are_those_who_have_no_password(company: Company) -> None:
    member, person, leaver = company.member(), company.person(), company.person()
    company.leaves(leaver)
    ended = invite(company, "--all", KODEX_SMTP_URL="")
    assert ended.returncode == 0, ended.stderr
    invited = {line.partition(" ")[0] for line in ended.stdout.splitlines()}
    assert person.employee_id in invited
    assert not invited & {member.employee_id, leaver.employee_id}


def test_an_invitation_that_was_not_mailed_is_said_and_its_link_is_printed(company: Company) -> None:
    address = refused_address()
    person = company.person(email=address)
    ended = invite(company, person.employee_id)
    assert ended.returncode == 1
    assert "recipient refused [550]" in ended.stderr
    assert address not in ended.stderr
    with company.visitor() as client:
        assert client.get(ended.stdout.split(" ")[1].strip().removeprefix(PUBLIC)).status_code == 200


@pytest.mark.wide
def test_whoever_got_a_letter_gets_no_other_unless_it_is_asked_for(company: Company) -> None:
    first, refused = company.person(), company.person(email=refused_address())
    assert invite(company, "--all").returncode == 1
    second = company.person()
    over = company.person()
    invite(company, over.employee_id)
    with company.database.writing() as connection:
        mine = passwords.links.c.person_key == over.key
        connection.execute(update(passwords.links).where(mine).values(expires_at=datetime.now(UTC)))
    company.mail.letters.queue.clear()
    ended = invite(company, "--all")
    assert {refused.employee_id, second.employee_id, over.employee_id} <= ids(ended.stdout)
    assert first.employee_id not in ids(ended.stdout)
    assert {company.mail.next()["X-Handed-To"] for _ in range(2)} == {second.email, over.email}
    assert company.mail.letters.empty()
    assert "--again" in ended.stderr
    assert refused.employee_id in ended.stderr.partition("No letter has gone out to: ")[2]
    everybody = ids(invite(company, "--all", "--again").stdout)
    assert {first.employee_id, second.employee_id, refused.employee_id} <= everybody
    assert first.employee_id in ids(invite(company, first.employee_id).stdout)
    company.mail.letters.queue.clear()


@pytest.mark.wide
def test_where_the_mail_server_is_gone_in_the_middle_it_is_said_who_got_a_letter(company: Company) -> None:
    people = [company.person() for _ in range(6)]
    numbers = [person.employee_id for person in people]
    server = MailServer(most_in_all=2)
    try:
        ended = invite(company, *numbers, KODEX_SMTP_URL=f"smtp://127.0.0.1:{server.port}")
    finally:
        server.stop()
    assert ended.returncode == 1
    said_on_one_line = plain(ended.stderr)
    assert f"Their letter has gone out: {', '.join(numbers[:2])}" in said_on_one_line
    assert f"No letter has gone out to: {', '.join(numbers[2:])}" in said_on_one_line
    assert [line.partition(" ")[0] for line in ended.stdout.splitlines()] == numbers[:3]
    assert [server.letters.get_nowait()["X-Handed-To"] for _ in range(2)] == [each.email for each in people[:2]]


def test_who_cannot_be_invited_is_named_and_then_nobody_is(company: Company) -> None:
    person, leaver = company.person(), company.person()
    company.leaves(leaver)
    ended = invite(company, person.employee_id, leaver.employee_id, "no-such-number")
    assert ended.returncode == 1
    assert leaver.employee_id in ended.stderr
    assert "no-such-number" in ended.stderr
    assert not ended.stdout
    assert company.mail.letters.empty()
    for arguments in ((), (person.employee_id, "--all")):
        assert "--all" in invite(company, *arguments).stderr
    assert "KODEX_PUBLIC_URL" in invite(company, "--all", KODEX_PUBLIC_URL="", KODEX_SMTP_URL="").stderr
