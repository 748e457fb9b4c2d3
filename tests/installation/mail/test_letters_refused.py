"""Letters that no server takes are reported without a name."""

from datetime import datetime

import pytest
from letters import REFUSED, MailServer
from mailing import LETTER, SENDER, post
from serving import free_port

from mail import Letter, Post, UnsentError


@pytest.mark.parametrize(
    "to",
    [
        "jana@example.com, petr@example.com",
        "jana@example.com\nBcc: petr@example.com",
        "jana@example.com\r\n\r\nMore text",
        "Jana <jana@example.com>",
        "jana",
        "",
        "@",
        "<script>@example.com",
        "jana@example.com\x00",
        REFUSED,
    ],
)
def test_what_is_not_one_address_that_the_server_takes_is_reported_without_it(
    mail_server: MailServer, now: datetime, to: str
) -> None:
    with pytest.raises(UnsentError) as refused:
        post(mail_server).send(Letter(to, "Subject", "Text\n"), now)
    assert mail_server.letters.empty()
    assert "jana" not in str(refused.value)
    assert REFUSED not in str(refused.value)


def test_no_header_can_be_put_into_a_subject(mail_server: MailServer, now: datetime) -> None:
    with pytest.raises(UnsentError):
        post(mail_server).send(Letter(LETTER.to, "Hello\nBcc: petr@example.com", "Text\n"), now)
    assert mail_server.letters.empty()


def test_a_mail_server_that_does_not_answer_is_reported(now: datetime) -> None:
    with pytest.raises(UnsentError, match="ConnectionRefusedError"):
        Post(f"smtp://127.0.0.1:{free_port()}", SENDER).send(LETTER, now)
