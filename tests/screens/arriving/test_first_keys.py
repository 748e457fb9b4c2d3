"""The first keys on a page that has just come: they scroll it, and no stop of the tabulator is invisible."""

import pytest
from browsing import Reader
from playwright.sync_api import expect
from serving import NewReader, Server

pytestmark = pytest.mark.browser


@pytest.fixture
def reader(new_reader: NewReader, server: Server) -> Reader:
    reader = new_reader(server.newcomer("Klávesová Rychlá"), viewport={"width": 1280, "height": 500})
    reader.go("/lesson")
    return reader


@pytest.mark.parametrize("key", ["PageDown", "Space", "End"])
def test_a_key_that_scrolls_does_so_right_after_the_page_has_come(reader: Reader, key: str) -> None:
    main = reader.page.locator(".stMain")
    expect(main).to_have_js_property("scrollTop", 0)
    reader.page.keyboard.press(key)
    expect(main).not_to_have_js_property("scrollTop", 0)


def test_the_screen_itself_is_no_stop(reader: Reader) -> None:
    expect(reader.page.locator(".stMain")).to_have_attribute("tabindex", "-1")


def test_the_tab_says_which_step_it_is(reader: Reader) -> None:
    step = reader.page.locator(".kodex-position strong").inner_text()
    expect(reader.page).to_have_title(f"{step} – {reader.words('Lesson')}")
    reader.page.locator(".kodex-out").get_by_text(reader.words("Leave")).click()
    expect(reader.page).to_have_title(reader.words("Home"))
