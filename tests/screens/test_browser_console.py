"""What a browser's console tells of the screens: nothing."""

import pytest
import width
from browsing import Reader
from matrix import screens
from playwright.sync_api import ConsoleMessage
from serving import NewReader, Server

from people.access import Principal, Role
from people.demonstration import CAST

pytestmark = pytest.mark.browser


def told(reader: Reader) -> list[str]:
    """What the console will say from now on in the way of errors: of scripts, and of what is not loaded."""
    errors: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if message.type == "error":
            errors.append(f"{message.text} {message.location.get('url')}")

    reader.page.on("console", listen)
    return errors


@pytest.mark.parametrize("role", width.sample([*CAST], Role.AUDITOR))
def test_no_screen_of_any_role_is_followed_by_an_error(new_reader: NewReader, server: Server, role: Role) -> None:
    who = server.cast(role)
    theirs = [row.asked for row in screens() if row.lets_in(Principal(who.person, frozenset({Role.EMPLOYEE, role})))]
    assert "/" in theirs
    reader = new_reader(who)
    errors = told(reader)
    for path in theirs:
        reader.go(path)
        assert reader.title(), path
    assert errors == []
    assert reader.complaints == []


def test_an_error_would_be_heard(new_reader: NewReader, server: Server) -> None:
    reader = new_reader(server.cast(Role.EMPLOYEE))
    errors = told(reader)
    reader.go("/lesson")
    for act in ("fetch('/lesson/_stcore/health')", "console.error('a mistake')"):
        with reader.page.expect_console_message(lambda message: message.type == "error"):
            reader.page.evaluate(act)
    missing, mistake = sorted(errors)
    assert missing.endswith("/lesson/_stcore/health")
    assert mistake.startswith("a mistake")
    assert sorted(reader.complaints) == [f"404: {server.url}/lesson/_stcore/health", "console: a mistake"]
    reader.complaints.clear()
