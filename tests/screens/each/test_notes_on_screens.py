"""The pledge beside the certificate, and what moved somebody at the dilemma: never required, for the person alone."""

import pytest
from browsing import plain
from stage import Open, Screen
from studying import Study

from lessons.cards import CardKind
from people.access import Principal
from progress.personal.notes import PLEDGE, Note, of_person
from quizzes.content import Content

CARD = "customer-privacy/answer"
SCREENS_OF = {
    "manager": ("home.py", "team.py"),
    "hr": ("home.py", "person.py", "people.py", "certifications.py"),
    "auditor": ("home.py", "person.py", "records.py", "certifications.py"),
    "editor": ("home.py", "content.py"),
}
"""On which somebody else might be seen."""


def notes(study: Study, who: Principal) -> tuple[Note, ...]:
    with study.database.reading() as connection:
        return of_person(connection, who.key)


def pledge(content: Content, language: str, name: str) -> str:
    return plain(content.pledges["customer-privacy"].text(language).text_of(name))


def choose(screen: Screen, text: str) -> None:
    (radio,) = screen.app.radio
    radio.set_value(next(each for each in radio.options if plain(each) == text)).run()
    screen.stands()


def choose_moved(screen: Screen, name: str) -> None:
    (pills,) = [each for each in screen.app.get("button_group") if each.key.startswith("answer_note_")]
    pills.set_value(name)
    screen.press("Keep the note")


@pytest.fixture
def certified(assigned: Study, learner: Principal) -> Study:
    assigned.certify(learner)
    return assigned


def test_a_pledge_is_chosen_changed_and_taken_back(
    open_screen: Open, certified: Study, content: Content, learner: Principal, language: str
) -> None:
    chosen = pledge(content, language, "ask-what-for")
    screen = open_screen(learner, "commitment.py", language)
    t = screen.words
    assert screen.says("What will you do differently from tomorrow?")
    assert screen.options() == {
        *(pledge(content, language, each.id) for each in content.pledges["customer-privacy"].source.pledges),
        plain(t("I will write my own.")),
    }
    choose(screen, chosen)
    screen.press("Keep the pledge")
    assert screen.says("Saved. Only you see it.")
    assert screen.says("Your pledge")
    assert [(note.place.about, note.chosen) for note in notes(certified, learner)] == [(PLEDGE, "ask-what-for")]
    again = open_screen(learner, "commitment.py", language)
    assert chosen in again.text()
    assert not again.says("Saved. Only you see it.")

    again.press("Change it")
    assert again.app.radio[0].value is not None, "what was chosen is chosen still"
    choose(again, plain(t("I will write my own.")))
    again.app.text_area[0].set_value("Zeptám se <b>dřív</b> *než* pošlu.")
    again.press("Keep the pledge")
    assert [note.said for note in notes(certified, learner)] == ["Zeptám se <b>dřív</b> *než* pošlu."]
    assert not any("<b>dřív" in html.body for html in again.elements("html"))

    again.press("Take it back")
    assert again.says("Taken back. It is deleted.")
    assert again.says("What will you do differently from tomorrow?")
    assert notes(certified, learner) == ()


def test_nothing_chosen_or_written_is_nothing_kept(
    open_screen: Open, certified: Study, learner: Principal, language: str
) -> None:
    screen = open_screen(learner, "commitment.py", language)
    screen.press("Keep the pledge")
    assert screen.says("Choose one of them first, or simply go on.")
    choose(screen, plain(screen.words("I will write my own.")))
    screen.press("Keep the pledge")
    assert screen.says("Write your pledge first, and then keep it.")
    screen.app.text_area[0].set_value("a\N{RIGHT-TO-LEFT OVERRIDE}b")
    screen.press("Keep the pledge")
    assert screen.says("There is a character in it that hides, breaks or turns the text.")
    assert screen.app.text_area[0].value == "a\N{RIGHT-TO-LEFT OVERRIDE}b"
    assert notes(certified, learner) == ()


def test_a_tab_left_behind_takes_back_what_is_gone_already(
    open_screen: Open, certified: Study, content: Content, learner: Principal
) -> None:
    first = open_screen(learner, "commitment.py")
    choose(first, pledge(content, "cs", "ask-what-for"))
    first.press("Keep the pledge")
    second = open_screen(learner, "commitment.py")
    first.press("Take it back")
    second.press("Take it back")
    assert second.says("Taken back. It is deleted.")
    assert notes(certified, learner) == ()


def test_there_is_no_pledge_to_make_before_the_signature(
    open_screen: Open, assigned: Study, learner: Principal
) -> None:
    assigned.cards(learner)
    assigned.attempt(learner)
    screen = open_screen(learner, "commitment.py")
    assert not screen.says("What will you do differently from tomorrow?")
    assert not screen.app.radio


@pytest.mark.usefixtures("certified")
def test_a_course_without_pledges_offers_none(
    open_screen: Open, content: Content, learner: Principal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(content.__dict__, "pledges", {})
    screen = open_screen(learner, "commitment.py")
    assert not screen.says("What will you do differently from tomorrow?")
    assert not screen.app.radio


def before_the_end(study: Study, who: Principal) -> None:
    for card in study.course.cards:
        if card.kind is CardKind.ANSWER:
            return
        study.card(who, card)


@pytest.mark.parametrize("right", [True, False])
def test_what_moved_is_asked_beside_then_and_now_and_shown_again(
    open_screen: Open, assigned: Study, learner: Principal, language: str, right: bool
) -> None:
    before_the_end(assigned, learner)
    dilemma = assigned.course.lessons[0].text(language).dilemma
    screen = open_screen(learner, "lesson.py", language)
    assert not screen.says("Keep the note"), "first decide"
    screen.choose(dilemma, right=right)
    screen.press("See where it leads")
    heading = plain(screen.words("What spoke for your answer?") if right else dilemma.changed or "")
    bodies = [plain(html.body) for html in screen.elements("html")]
    at = {
        what: next(n for n, body in enumerate(bodies) if what in body)
        for what in ("kodex-arc", heading, "kodex-after")
    }
    assert at["kodex-arc"] < at[heading] < at["kodex-after"]
    assert not notes(assigned, learner)
    choose_moved(screen, "need-to-know")
    title = plain(assigned.course.principles["need-to-know"].text(language).title)
    assert [note.chosen for note in notes(assigned, learner)] == ["need-to-know"]
    screen.go_on()
    again = open_screen(learner, "lesson.py", language, card=CARD)
    assert [title in plain(html.body) for html in again.elements("html") if "kodex-kept" in html.body] == [True]


def test_what_moved_may_be_nothing_and_need_not_be_said(
    open_screen: Open, assigned: Study, learner: Principal, language: str
) -> None:
    before_the_end(assigned, learner)
    screen = open_screen(learner, "lesson.py", language)
    screen.choose(assigned.course.lessons[0].text(language).dilemma)
    screen.press("See where it leads")
    choose_moved(screen, "")
    (note,) = notes(assigned, learner)
    assert (note.place.about, note.chosen, note.said) == (CARD, None, None)
    assert screen.says("I saw it the same way from the start")
    screen.press("Take it back")
    assert notes(assigned, learner) == ()
    screen.go_on()
    assert CARD in assigned.enrolment(learner).cards


def test_my_record_shows_the_notes_and_takes_them_back(
    open_screen: Open, certified: Study, content: Content, learner: Principal, language: str
) -> None:
    screen = open_screen(learner, "commitment.py", language)
    choose(screen, pledge(content, language, "ask-what-for"))
    screen.press("Keep the pledge")
    record = open_screen(learner, "record.py", language)
    assert record.says("What you noted for yourself")
    said = record.words.set(content.pledges["customer-privacy"].text(language).text_of("ask-what-for"))
    assert plain(said) in record.text()
    (button,) = [each for each in record.app.button if (each.key or "").startswith("note_withdraw_")]
    button.click().run()
    record.stands()
    assert record.says("Taken back. It is deleted.")
    assert not record.says("What you noted for yourself")
    assert notes(certified, learner) == ()


@pytest.mark.usefixtures("certified")
@pytest.mark.parametrize("who", ["manager", "hr", "auditor", "editor"])
def test_nobody_else_sees_a_note_on_any_screen(
    open_screen: Open, learner: Principal, request: pytest.FixtureRequest, who: str
) -> None:
    secret = "Only for me to know."
    screen = open_screen(learner, "commitment.py")
    choose(screen, plain(screen.words("I will write my own.")))
    screen.app.text_area[0].set_value(secret)
    screen.press("Keep the pledge")
    assert secret in open_screen(learner, "record.py").text()
    for name in SCREENS_OF[who]:
        shown = open_screen(request.getfixturevalue(who), name, id=learner.person.employee_id)
        assert secret not in shown.text(), name
