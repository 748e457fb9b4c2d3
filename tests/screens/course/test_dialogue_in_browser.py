"""A dialogue had in a browser, from its beginning to an ending, by keyboard alone."""

import pytest
from browsing import Reader, plain
from playwright.sync_api import expect
from serving import NewReader, Server

from lessons.cards import Card, CardKind
from lessons.dialogue import Dialogue
from people.access import Principal

pytestmark = pytest.mark.browser

AFTER_A_WRONG_TURN = ["what-for", "keep-it", "delete", "report", "everything"]
NEWEST = ".kodex-chat li:last-child"


def at_the_dialogue(server: Server, who: Principal) -> Card:
    for card in server.course.cards:
        if card.kind is CardKind.DIALOGUE:
            return card
        server.study.card(who, card)
    raise LookupError


def dialogue_of(reader: Reader, card: Card) -> Dialogue:
    return reader.course.dialogues[card.lesson_id].text(reader.language)


def test_a_dialogue_is_had_by_keyboard_and_its_newest_message_is_where_the_reader_is(
    new_reader: NewReader, server: Server, language: str
) -> None:
    who = server.newcomer("Rozmluva Klávesová", language)
    card = at_the_dialogue(server, who)
    reader = new_reader(who, language)
    reader.go("/lesson")
    path = dialogue_of(reader, card).path(AFTER_A_WRONG_TURN)
    *steps, last = path.steps
    for step in steps:
        assert plain(step.node.says) in plain(reader.page.locator(NEWEST).inner_text())
        say(reader, step.reply.text)
        newest = reader.page.locator(NEWEST)
        expect(newest).to_be_focused()
        expect(newest).to_be_in_viewport()
    say(reader, last.reply.text)
    assert path.ending is not None
    assert reader.title() == plain(path.ending.turn)
    expect(reader.page.get_by_role("heading", level=1)).to_be_focused()
    assert plain(reader.words("Here the paths part")) in reader.main()
    reader.tab_to(reader.page.locator("[class*=st-key-next_] button"))
    reader.runs_by(lambda: reader.page.keyboard.press("Enter"))
    assert card.id in server.study.enrolment(who).cards


def say(reader: Reader, text: str) -> None:
    reader.tab_to(reader.button(reader.words.set(text)))
    reader.runs_by(lambda: reader.page.keyboard.press("Enter"))


@pytest.mark.wide
def test_a_dialogue_goes_on_after_a_reload_where_it_was(new_reader: NewReader, server: Server) -> None:
    who = server.newcomer("Obnova Rozmluvová")
    card = at_the_dialogue(server, who)
    reader = new_reader(who)
    reader.go("/lesson")
    for step in dialogue_of(reader, card).path(AFTER_A_WRONG_TURN[:2]).steps:
        reader.press(reader.words.set(step.reply.text))
    told = reader.main()
    reader.reload()
    assert reader.main() == told
    assert server.study.enrolment(who).replies(card.id) == AFTER_A_WRONG_TURN[:2]
