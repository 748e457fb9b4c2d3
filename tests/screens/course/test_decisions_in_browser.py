"""Decisions of each kind in front of the eye and under the fingers: where the focus is, what stays where it was."""

import pytest
from browsing import Reader, plain
from playwright.sync_api import Locator, expect
from serving import NewReader, Server

from lessons.decisions.choice import Choice
from lessons.decisions.classify import Classify
from lessons.decisions.decision import Decision
from lessons.decisions.multiple import Multiple
from lessons.decisions.order import Ordering
from lessons.decisions.spot import Spot

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}
SEND, AGAIN, SHOW = "See where it leads", "Try again", "Show where each leads"
KINDS: list[type[Decision]] = [Choice, Multiple, Classify, Ordering, Spot]

# Nothing of it is cut off or lies under the bar at the top.
IN_VIEW = """each => {
    const {left, right, top, bottom} = each.getBoundingClientRect()
    return [top + 1, bottom - 1].every(y => each.contains(document.elementFromPoint((left + right) / 2, y)))
}"""


def before(new_reader: NewReader, server: Server, kind: type[Decision], **options: object) -> Reader:
    """Somebody before the first principle with a decision of that kind."""
    who = server.newcomer("Pohled Hmatová")
    server.study.come_to(who, kind)
    reader = new_reader(who, **options)
    reader.go("/lesson")
    return reader


def has_focus_in_view(place: Locator) -> None:
    expect(place).to_be_focused()
    place.page.wait_for_function(IN_VIEW, arg=place.element_handle())


@pytest.mark.parametrize("kind", [each for each in KINDS if each is not Ordering])
def test_a_complaint_is_in_view_and_has_the_focus(
    new_reader: NewReader, server: Server, kind: type[Decision]
) -> None:
    reader = before(new_reader, server, kind, viewport=PHONE)
    for _ in range(2):
        reader.page.locator(".kodex-foot").scroll_into_view_if_needed()
        reader.send_nothing(SEND)
        has_focus_in_view(reader.page.get_by_role("alert"))


@pytest.mark.parametrize("kind", KINDS)
def test_after_each_try_the_reader_goes_on_where_it_is_told(
    new_reader: NewReader, server: Server, kind: type[Decision]
) -> None:
    reader = before(new_reader, server, kind, viewport=PHONE)
    page, check = reader.page, reader.choice()
    reader.choose(right=False)
    reader.press(SEND)
    marked = page.locator(".kodex-after li.own:not(.plain)")
    has_focus_in_view(marked.first if marked.count() else page.locator(".kodex-verdict"))
    reader.press(AGAIN)
    has_focus_in_view(page.locator(".kodex-hint"))
    expect(page.locator(".kodex-hint")).to_have_text(check.hint or "")
    reader.choose()
    reader.press(SEND)
    has_focus_in_view(page.locator(".kodex-after li.own").first)
    reader.go_on()
    has_focus_in_view(page.get_by_role("heading", level=1))


def test_a_moved_step_keeps_the_focus_and_at_the_end_hands_it_to_its_other_button(
    new_reader: NewReader, server: Server
) -> None:
    reader = before(new_reader, server, Ordering)
    check = reader.choice()
    assert isinstance(check, Ordering)
    first = reader.option_ids()[0]
    down = reader.page.get_by_role("button", name=reader.words("Move down: {step}", step=check.option(first).text))
    down.focus()
    for place in range(1, len(check.options)):
        reader.runs_by(lambda: reader.page.keyboard.press("Enter"))
        assert reader.option_ids().index(first) == place
        is_last = place == len(check.options) - 1
        expect(reader.fields.up(check, first) if is_last else down).to_be_focused()
    text = reader.words(
        "“{step}” is now number {n}.", step=check.option(first).text.rstrip("."), n=len(check.options)
    )
    expect(reader.page.get_by_role("status")).to_have_text(plain(text))


@pytest.mark.parametrize("kind", [Choice, Multiple])
@pytest.mark.parametrize("viewport", [PHONE, pytest.param({"width": 1280, "height": 900}, marks=pytest.mark.wide)])
def test_the_options_stay_where_they_were(
    new_reader: NewReader, server: Server, kind: type[Decision], viewport: dict[str, int]
) -> None:
    reader = before(new_reader, server, kind, viewport=viewport)
    fields = reader.page.locator("[data-testid=stRadioOption], [class*=st-key-answers_] .stCheckbox label")
    stood = corners(fields)[0]
    reader.choose()
    reader.press(SEND)
    stands = corners(reader.page.locator(".kodex-after li"))[0]
    assert stands == pytest.approx(stood, abs=4)


def corners(rows: Locator) -> list[tuple[float, float]]:
    """Left and top of each, on the page and not in the window."""
    found: list[tuple[float, float]] = rows.evaluate_all(
        "all => all.map(each => [each.getBoundingClientRect().x,"
        " each.getBoundingClientRect().y + document.querySelector('.stMain').scrollTop])"
    )
    return [(left, top) for left, top in found]


@pytest.mark.parametrize("kind", [each for each in KINDS if each is not Ordering])
def test_in_forced_colours_what_is_chosen_has_an_outline_that_nothing_else_has(
    new_reader: NewReader, server: Server, kind: type[Decision]
) -> None:
    reader = before(new_reader, server, kind, forced_colors="active")
    reader.choose()
    fields = (
        "[data-testid=stRadioOption], [class*=st-key-answers_] .stCheckbox label, [data-testid=stButtonGroup] button"
    )
    is_outlined = "each => getComputedStyle(each).outlineStyle === 'solid'"
    reader.page.evaluate("document.activeElement.blur()")
    for field in reader.page.locator(fields).all():
        is_chosen = field.evaluate(
            "each => each.hasAttribute('data-selected') || each.ariaPressed === 'true' || each.ariaChecked === 'true'"
        )
        assert field.evaluate(is_outlined) == is_chosen
    assert reader.chosen() == reader.choice().right_answer


@pytest.mark.parametrize("kind", KINDS)
def test_in_forced_colours_the_readers_own_row_has_a_line_that_no_other_has(
    new_reader: NewReader, server: Server, kind: type[Decision]
) -> None:
    reader = before(new_reader, server, kind, forced_colors="active")
    reader.choose(right=False)
    reader.press(SEND)
    reader.press(SHOW)
    for row in reader.page.locator(".kodex-after li").all():
        width = row.evaluate("each => getComputedStyle(each).borderLeftWidth")
        assert (width == "3px") == ("own" in (row.get_attribute("class") or "").split())
