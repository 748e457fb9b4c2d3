"""A mail server of the test's own, and a company that sends reminders to it."""

from collections.abc import Iterator

import pytest
from letters import MailServer
from reminding import Reminding, office
from studying import Study

from quizzes.content import Content


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    server = MailServer()
    yield server
    server.stop()


@pytest.fixture
def reminding(study: Study, content: Content, mail_server: MailServer) -> Reminding:
    return Reminding(study, office(content), mail_server.port)
