"""Explanations, after an answer and not before."""

import pytest
from browsing import plain
from course_in_browser import attempt_of, cards_linked, decide, links_to_cards, principle_titles
from serving import NewReader, Server

pytestmark = pytest.mark.browser


def test_an_answer_is_explained_with_its_principle_and_a_link_to_its_card(
    new_reader: NewReader, server: Server, language: str
) -> None:
    who = server.newcomer("Hedvika Žďárská", language)
    server.study.cards(who, language)
    reader = new_reader(who, language)
    reader.go("/assessment")
    reader.press("Begin")
    about = principle_titles(reader, [reader.question_id()])
    decide(reader, "Submit the answer", right=False)
    assert plain(reader.words("That is not the right answer")) == reader.title()
    assert cards_linked(reader) == about
    reader.page.evaluate("document.loadedOnce = true")
    reader.runs_by(links_to_cards(reader).click)
    assert reader.title() == about[0]
    back = reader.words("Back to question {n} {of_total}", n=1, of_total=reader.words.out_of(reader.course.asked))
    reader.runs_by(reader.page.get_by_role("link", name=back).click)
    assert plain(reader.words("That is not the right answer")) == reader.title()
    reader.press("Next question")
    assert reader.page.evaluate("document.loadedOnce")
    assert len(attempt_of(server, who).responses) == 1
    assert reader.question_id() == attempt_of(server, who).questions[1][0]


@pytest.mark.wide
def test_a_form_without_a_choice_is_not_sent(new_reader: NewReader, server: Server) -> None:
    who = server.newcomer("Bohdan Čečetka")
    server.study.cards(who)
    reader = new_reader(who)
    reader.go("/assessment")
    reader.press("Begin")
    asked = reader.question_id()
    reader.send_nothing("Submit the answer")
    assert reader.question_id() == asked
    assert attempt_of(server, who).responses == {}
