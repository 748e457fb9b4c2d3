"""The guide and the principles in a real browser: by keyboard, and on paper."""

import io
import re

import pytest
from browsing import Reader, plain
from playwright.sync_api import Locator, expect
from pypdf import PdfReader
from serving import NewReader, Server
from sqlalchemy import select

from database import metadata
from lessons.lesson import points
from quizzes.content import Content
from words.spelling import fold

pytestmark = pytest.mark.browser

TO_THE_CUSTOMER = ("yes", "yes", "yes", "no")
"""Answers that end with asking the customer first."""


def press_by_keyboard(reader: Reader, wanted: Locator) -> None:
    reader.tab_to(wanted)
    reader.runs_by(lambda: reader.page.keyboard.press("Enter"))


def test_the_guide_is_one_press_away_and_walked_by_keyboard_alone(
    new_reader: NewReader, own_server: Server, content: Content, language: str
) -> None:
    """Nothing about it is recorded: afterwards each table is as it was, and so is the server's log."""
    reader = new_reader(own_server.newcomer("Průchod Klávesnicový", language), language, own_server)
    guide = content.guides["customer-privacy"].text(language)
    reader.go("/lesson")
    press_by_keyboard(reader, reader.page.locator(".kodex-foot a[href='/guide']"))
    press_by_keyboard(reader, reader.page.locator(".st-key-guide_customer-privacy button"))
    before, said = held(own_server), own_server.said()
    walked: dict[str, str] = {}
    for answer_id in TO_THE_CUSTOMER:
        at = guide.walk(walked).at
        title = at.text if hasattr(at, "text") else ""
        assert reader.title() == plain(title)
        assert reader.page.evaluate("document.activeElement.tagName") in {"H1", "A"}
        row = reader.page.locator(f".st-key-way_customer-privacy_{at.id}_{answer_id} button")
        press_by_keyboard(reader, row)
        walked[at.id] = answer_id
    outcome = next(each for each in guide.outcomes if each.id == "other-purpose")
    assert reader.title() == plain(outcome.title)
    reader.tab_to(reader.page.locator("summary"))
    reader.page.keyboard.press("Enter")
    expect(reader.page.locator(".kodex-principles dl")).to_be_visible()
    reader.tab_to(reader.page.locator("a[href='mailto:compliance@example.com'].kodex-button"))
    press_by_keyboard(reader, reader.button("Back one question"))
    assert reader.title() == plain(guide.questions[3].text)
    press_by_keyboard(reader, reader.button("Start again"))
    assert reader.title() == plain(guide.questions[0].text)
    assert reader.page.url == f"{own_server.url}/guide"
    assert held(own_server) == before
    assert own_server.said() == said


def held(server: Server) -> dict[str, list[tuple[object, ...]]]:
    """The rows of every table."""
    with server.database.reading() as connection:
        return {
            table.name: sorted(map(tuple, connection.execute(select(table))), key=str)
            for table in metadata.sorted_tables
        }


def test_principles_are_found_unfolded_and_read_again_by_keyboard(
    new_reader: NewReader, server: Server, language: str
) -> None:
    who = server.newcomer("Hledající Zásadová", language)
    server.study.cards(who, language)
    reader = new_reader(who, language)
    principle = reader.course.principles["need-to-know"].text(language)
    reader.go("/principles")
    rows = reader.page.locator(".kodex-principles summary")
    expect(rows).to_have_count(len(reader.course.principles))
    reader.search(points(principle.do)[0])
    expect(rows).to_have_count(1)
    reader.tab_to(rows)
    reader.page.keyboard.press("Enter")
    card = reader.link("Read the card again")
    expect(card).to_be_visible()
    reader.tab_to(card)
    reader.runs_by(lambda: reader.page.keyboard.press("Enter"))
    assert reader.title() == plain(principle.situation_title)
    reader.runs_by(reader.page.locator(".kodex-beside a").last.click)
    assert reader.title() == plain(reader.course.principles["customer-consent"].text(language).situation_title)
    reader.runs_by(reader.link("All principles").click)
    expect(rows).to_have_count(len(reader.course.principles))


def test_the_principles_of_a_course_are_printed_on_one_page(
    new_reader: NewReader, server: Server, language: str
) -> None:
    reader = new_reader(server.newcomer("Tisková Zásadová", language), language)
    reader.go("/principles")
    reader.page.evaluate("window.print = () => document.documentElement.setAttribute('data-printed', '')")
    reader.button("Print").click()
    expect(reader.page.locator("html[data-printed]")).to_have_count(1)
    (sheet,) = PdfReader(io.BytesIO(reader.page.pdf(prefer_css_page_size=True))).pages
    printed = letters_of(sheet.extract_text())
    assert sheet.mediabox.width == pytest.approx(595, abs=1)
    for edition in reader.course.principles.values():
        assert letters_of(edition.text(language).title) in printed
    assert printed.count(letters_of(reader.words("Avoid"))) == len(reader.course.principles)
    assert letters_of(reader.words("Sign out")) not in printed
    expect(reader.page.locator(".kodex-principles details[open]")).to_have_count(0)


def letters_of(text: str) -> str:
    """A PDF has gaps where no space is, and other marks for some that look alike."""
    return re.sub("[^a-z]", "", fold(text))


@pytest.mark.wide
def test_what_is_drawn_by_a_background_is_seen_where_the_system_chooses_the_colours(
    new_reader: NewReader, server: Server
) -> None:
    reader = new_reader(server.newcomer("Kontrastní Osoba"))
    reader.go("/guide")
    reader.runs_by(reader.page.locator(".st-key-guide_customer-privacy button").click)
    reader.page.emulate_media(forced_colors="active")
    colours = reader.page.locator(".kodex-segments i").evaluate_all(
        "all => all.map(i => getComputedStyle(i).backgroundColor)"
    )
    assert len(set(colours)) == 2
