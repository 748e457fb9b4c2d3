"""Drawings stand in the page itself, in its colours, and nowhere else."""

from urllib.parse import urlsplit

import pytest
from browsing import PAGES, Reader
from playwright.sync_api import expect
from serving import NewReader, Server

pytestmark = pytest.mark.browser

ACCENT = {"light": "rgb(40, 72, 169)", "dark": "rgb(132, 163, 234)"}
INK = {"light": "rgb(22, 23, 25)", "dark": "rgb(236, 235, 231)"}
FILLED = '.done .kodex-drawing svg [fill^="var(--accent"]'
PUT_IN = """drawing => {
    const place = document.createElement("span");
    place.className = "kodex-drawing hostile";
    place.dataset.svg = drawing;
    document.querySelector(".stMain").append(place);
}"""


@pytest.fixture
def reader(server: Server, new_reader: NewReader) -> Reader:
    """Somebody with two principles of seven behind them."""
    who = server.newcomer("Malířka Črtová")
    server.study.first_cards(who, 4)
    reader = new_reader(who)
    reader.go("/")
    return reader


def test_marks_are_full_when_done_an_outline_when_next_and_pale_before(reader: Reader) -> None:
    page = reader.page
    expect(page.locator(".kodex-marks .kodex-drawing > svg")).to_have_count(7)
    states = [each.get_attribute("class") for each in page.locator(".kodex-marks li").all()]
    assert states == ["done"] * 2 + ["next"] + ["later"] * 4
    for theme in PAGES:
        reader.wear(theme)
        expect(page.locator(FILLED).first).to_have_css("fill", ACCENT[theme])
        expect(page.locator('.next svg [fill^="var"]').first).to_have_css("fill", "none")
        expect(page.locator(".next svg")).to_have_css("color", INK[theme])
        expect(page.locator(".later .detail").first).to_be_hidden()


def test_marks_are_seen_with_forced_colours(reader: Reader) -> None:
    reader.page.emulate_media(forced_colors="active")
    forced = reader.page.evaluate(
        "() => { const a = document.body.appendChild(document.createElement('i')); a.style.color = 'LinkText';"
        " return getComputedStyle(a).color; }"
    )
    expect(reader.page.locator(FILLED).first).to_have_css("fill", forced)


def test_on_a_phone_one_line_stands_for_the_names(reader: Reader) -> None:
    t = reader.words
    line = reader.page.get_by_text(t("{done} {of_total} principles done", done=2, of_total=t.out_of(7)), exact=True)
    expect(line).to_be_hidden()
    reader.page.set_viewport_size({"width": 390, "height": 844})
    expect(line).to_be_visible()
    title = reader.course.lessons[0].text(reader.language).principles[0].title
    assert reader.page.get_by_text(title, exact=True).bounding_box()["width"] <= 1  # type: ignore[index]


def test_a_drawing_alone_is_described_and_asks_for_no_address(reader: Reader) -> None:
    asked: list[str] = []
    reader.page.on("request", lambda request: asked.append(urlsplit(request.url).path))
    reader.go("/lesson?card=customer-privacy/why")
    picture = reader.course.lessons[0].text(reader.language).why.picture
    assert picture is not None
    drawing = reader.page.get_by_role("img", name=picture.alt)
    expect(drawing.locator("svg path").first).to_be_visible()
    assert asked
    assert [path for path in asked if path.startswith("/media/") or "customer-privacy/" in path] == []


@pytest.mark.parametrize(
    "part",
    [
        "<script>document.title = 'x'</script>",
        '<foreignObject><input xmlns="http://www.w3.org/1999/xhtml"/></foreignObject>',
        '<a href="/sign-out"><path d="M0 0h9"/></a>',
        '<image href="/favicon.ico"/>',
        "<style>* { display: none }</style>",
        "<path",
    ],
)
def test_the_page_itself_takes_nothing_but_shapes(reader: Reader, part: str) -> None:
    """Whatever a mistake of ours would let through to it."""
    reader.page.evaluate(PUT_IN, f'<svg xmlns="http://www.w3.org/2000/svg">{part}</svg>')
    place = reader.page.locator(".hostile:not([data-svg])")
    expect(place).to_have_count(1)
    expect(place.locator("*")).to_have_count(0)
    assert reader.page.title() != "x"
