"""What Streamlit adds to a screen by itself: no second download, and no English for whoever reads Czech."""

import re

import pytest
import width
from browsing import Reader
from matrix import screens
from playwright.sync_api import expect
from serving import NewReader, Server

from people.access import Principal, Role
from people.demonstration import CAST

pytestmark = pytest.mark.browser

TOOLBAR = "[data-testid=stElementToolbar]"
PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
IN_ENGLISH = re.compile(
    r"\b(download|search|fullscreen|show|hide|copy|choose|select|open|close|clear|empty|day|month|year|next|previous|"
    r"upload|remove|browse|navigate|sidebar|data|menu|options?)\b",
    re.IGNORECASE,
)
SAID_TO_A_SCREEN_READER = """() => {
    const names = ["aria-label", "aria-valuetext", "placeholder", "title", "alt"];
    return [...document.querySelectorAll(names.map(name => `[${name}]`).join())]
        .filter(each => each.checkVisibility() && !each.closest("[data-testid=stVegaLiteChart]"))
        .flatMap(each => names.map(name => each.getAttribute(name)).filter(said => said));
}"""


def of_role(role: Role, server: Server) -> list[str]:
    who = server.cast(role)
    return [row.asked for row in screens() if row.lets_in(Principal(who.person, frozenset({Role.EMPLOYEE, role})))]


def offers_nothing(reader: Reader) -> None:
    for toolbar in reader.page.locator(TOOLBAR).all():
        expect(toolbar).to_be_hidden()
    expect(reader.page.get_by_role("button", name=re.compile("Download|Fullscreen|Show data|Search"))).to_have_count(
        0
    )
    expect(reader.page.locator("canvas[data-testid=data-grid-canvas]")).to_have_count(0)


@pytest.mark.parametrize("viewport", width.sample([PHONE, DESKTOP], DESKTOP), ids=["phone", "desktop"])
@pytest.mark.parametrize("role", width.sample([*CAST], Role.HR))
def test_no_table_and_no_chart_offers_a_download_of_its_own(
    new_reader: NewReader, server: Server, role: Role, viewport: dict[str, int]
) -> None:
    """Neither at rest nor when it is pointed at; what is hidden has no place in the order of the tabulator."""
    reader = new_reader(server.cast(role), viewport=viewport)
    for path in of_role(role, server):
        reader.go(path)
        offers_nothing(reader)
        for table_or_chart in reader.page.locator(".kodex-scroll, [data-testid=stVegaLiteChart]").all():
            table_or_chart.hover()
            offers_nothing(reader)
            expect(table_or_chart.locator("summary, .vega-actions")).to_have_count(0)


@pytest.mark.wide
def test_a_long_list_is_reached_and_scrolled_by_keyboard(new_reader: NewReader, server: Server) -> None:
    reader = new_reader(server.cast(Role.MANAGER))
    reader.go("/team")
    listed = reader.page.locator(".kodex-scroll")
    reader.tab_to(listed)
    reader.page.keyboard.press("End")
    expect(listed).not_to_have_js_property("scrollTop", 0)


@pytest.mark.parametrize("role", width.sample([Role.HR, Role.MANAGER], Role.HR))
def test_nothing_is_said_in_english_to_who_reads_czech(new_reader: NewReader, server: Server, role: Role) -> None:
    reader = new_reader(server.cast(role), "cs")
    for path in of_role(role, server):
        reader.go(path)
        for calendar in reader.page.get_by_test_id("stDateInputCalendarButton").all()[:1]:
            calendar.click()
            expect(reader.page.get_by_test_id("stDateInputCalendar")).to_be_visible()
        reader.page.evaluate("() => new Promise(requestAnimationFrame)")  # what was drawn last is being translated
        said = reader.page.evaluate(SAID_TO_A_SCREEN_READER)
        assert [each for each in said if IN_ENGLISH.search(each)] == [], path
