"""What a failing browser test leaves behind: a picture of each page, and a trace where `KODEX_TRACE` asks for one."""

import re
from collections.abc import Generator
from contextlib import suppress

import browsing
import pytest
from playwright.sync_api import Error
from surroundings import HOME

FOLDER = HOME / "var" / "failures"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if call.when == "call" and report.failed:
        name = re.sub(r"[^\w.-]+", "-", item.nodeid.removeprefix("tests/"))[-150:]
        for number, reader in enumerate(browsing.OPEN):
            with suppress(Error):  # the failure itself is what has to be seen
                reader.leave(FOLDER / f"{name}-{number}")
                report.sections.append(("Pages", f"{FOLDER / name}-{number}.png"))
    return report
