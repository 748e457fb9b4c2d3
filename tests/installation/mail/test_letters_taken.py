"""Letters by SMTP: taken by a real mail server whole, to one person."""

from datetime import datetime

import pytest
from letters import REFUSED, MailServer, text
from mailing import LETTER, SENDER, arrived, post, to

from mail import Letter, NoServerError, UnsentError


def test_a_letter_arrives_as_it_was_written(mail_server: MailServer, now: datetime) -> None:
    post(mail_server).send(LETTER, now)
    arrived = mail_server.next()
    assert (arrived["From"], arrived["To"], arrived["X-Handed-To"]) == (SENDER, LETTER.to, LETTER.to)
    assert arrived["Subject"] == LETTER.subject
    assert arrived["Date"].datetime == now
    assert arrived["Auto-Submitted"] == "auto-generated"
    assert arrived.get_content_type() == "text/plain"
    assert text(arrived) == LETTER.text


def test_many_letters_go_over_one_connection(mail_server: MailServer, now: datetime) -> None:
    with post(mail_server).round() as letters_out:
        for number in range(30):
            letters_out.send(to(number), now)
    assert arrived(mail_server) == [f"{number}@example.com" for number in range(30)]
    assert list(mail_server.taken_by.values()) == [30]


def test_a_letter_that_is_refused_keeps_none_back(mail_server: MailServer, now: datetime) -> None:
    with post(mail_server).round() as letters_out:
        letters_out.send(to(1), now)
        for address in (REFUSED, "no address"):
            with pytest.raises(UnsentError):
                letters_out.send(Letter(address, "A letter", "To nobody.\n"), now)
        letters_out.send(to(2), now)
    assert arrived(mail_server) == ["1@example.com", "2@example.com"]
    assert list(mail_server.taken_by.values()) == [2]


def test_a_server_that_ends_a_connection_gets_the_next_letter_over_another(now: datetime) -> None:
    server = MailServer(most=3)
    try:
        with post(server).round() as letters_out:
            for number in range(8):
                letters_out.send(to(number), now)
        assert arrived(server) == [f"{number}@example.com" for number in range(8)]
        assert list(server.taken_by.values()) == [3, 3, 2]
    finally:
        server.stop()


def test_a_server_that_is_there_no_more_is_told_from_one_that_refuses_a_letter(now: datetime) -> None:
    server = MailServer(most_in_all=2)
    try:
        with post(server).round() as letters_out:
            letters_out.send(to(1), now)
            letters_out.send(to(2), now)
            for number in (3, 4):
                with pytest.raises(NoServerError):
                    letters_out.send(to(number), now)
        assert arrived(server) == ["1@example.com", "2@example.com"]
    finally:
        server.stop()
