"""Assigning in a browser: from an empty form to a course that somebody has."""

import pytest
from browsing import Reader
from playwright.sync_api import expect
from serving import NewReader, Server

from people.access import Role

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("language", ["cs", "en"])
def test_hr_assigns_a_course_and_the_newcomer_has_it(new_reader: NewReader, server: Server, language: str) -> None:
    newcomer = server.newcomer("Nová Přidělená", is_assigned=False)
    hr = new_reader(server.cast(Role.HR), language=language)
    hr.go("/assigning")
    hr.page.get_by_text(hr.words("A list"), exact=True).click()
    hr.page.get_by_label(hr.words("Employee numbers, one on a line; {n} at most", n=hr.words.number(10_000))).fill(
        newcomer.person.employee_id
    )
    hr.runs_by(hr.button(hr.words("Show whom it reaches")).click)
    expect(hr.page.get_by_text(newcomer.person.name)).to_be_visible()
    hr.press(hr.words.plural("Assign it to {n} person", "Assign it to {n} people", 1))
    expect(hr.page.locator(".kodex-done")).to_be_visible()
    _has_a_course(new_reader(newcomer, language=language))


def _has_a_course(reader: Reader) -> None:
    reader.go("/lesson")
    expect(reader.page.locator(".kodex-position")).to_be_visible()
