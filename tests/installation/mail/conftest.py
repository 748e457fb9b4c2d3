"""A mail server of the test's own, and letters to it."""

from collections.abc import Iterator

import pytest
from letters import MailServer


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    server = MailServer()
    yield server
    server.stop()
