"""The lesson's screen, card by card."""

import re
from html import unescape

import pytest
from browsing import plain
from open_matters import done
from stage import Open, Screen
from studying import Study

from lessons.cards import Card, CardKind
from lessons.lesson import points
from people import directory
from people.access import Principal, Role
from people.directory import Person
from progress.completion import learning
from progress.completion.steps import Submission
from quizzes.content import Course
from screens.parts import addresses


def leads_to(screen: Screen, label: str) -> str:
    """Return the address of the one link of that label."""
    (address,) = {
        unescape(address)
        for html in screen.elements("html")
        for address, found in re.findall(r'<a href="([^"]+)">([^<]+)</a>', html.body)
        if plain(unescape(found)) == plain(label)
    }
    return address


def up_to(study: Study, who: Principal, kind: CardKind) -> Card:
    """Brings `who` to the first card of that kind, and gives it."""
    for card in study.course.cards:
        if card.kind is kind:
            return card
        done(study, who, card)
    raise LookupError(kind)


def test_the_dilemma_is_asked_before_anything_is_taught_and_not_explained_yet(
    open_screen: Open, assigned: Study, learner: Principal, course: Course, language: str
) -> None:
    lesson = course.lessons[0].text(language)
    screen = open_screen(learner, "lesson.py", language)
    assert screen.title == plain(lesson.dilemma.title)
    assert screen.options() == {plain(option.text) for option in lesson.dilemma.options}
    assert screen.explained(lesson.dilemma) == set()
    chosen = screen.choose(lesson.dilemma, right=False)
    screen.press("Save the answer and go on")
    assert assigned.enrolment(learner).checks == {course.cards[0].id: chosen}
    assert screen.title == plain(lesson.why.title)
    assert screen.explained(lesson.dilemma) == set()


def test_the_card_of_reasons_is_read_and_left(
    open_screen: Open, assigned: Study, learner: Principal, course: Course, language: str
) -> None:
    card = up_to(assigned, learner, CardKind.WHY)
    lesson = course.lessons[0].text(language)
    screen = open_screen(learner, "lesson.py", language)
    assert plain(lesson.promise) in screen.text()
    assert not screen.app.radio
    screen.go_on()
    assert card.id in assigned.enrolment(learner).cards
    assert screen.title == plain(lesson.principles[0].situation_title)


def test_the_situation_is_decided_before_the_rule_is_told(
    open_screen: Open, assigned: Study, learner: Principal, course: Course, language: str
) -> None:
    card = up_to(assigned, learner, CardKind.PRINCIPLE)
    taught = course.lessons[0].text(language).principles[0]
    assert taught.situation is not None
    assert taught.scene is not None
    screen = open_screen(learner, "lesson.py", language)
    for shown in (taught.situation, *(line.text for line in taught.scene.lines), taught.check.prompt):
        assert plain(shown) in screen.text()
    told = (taught.title, taught.rule, *points(taught.do), *points(taught.dont))
    assert [text for text in told if plain(text) in screen.text()] == []
    screen.choose(taught.check)
    screen.press("See where it leads")
    assert [text for text in told if plain(text) not in screen.text()] == []
    assert plain(taught.situation) in screen.text()
    assert card.id not in assigned.enrolment(learner).cards
    screen.go_on()
    assert card.id in assigned.enrolment(learner).cards


# A second try


def test_after_a_wrong_first_try_nothing_of_the_key_is_told(
    open_screen: Open, assigned: Study, learner: Principal, course: Course, language: str
) -> None:
    up_to(assigned, learner, CardKind.PRINCIPLE)
    taught = course.lessons[0].text(language).principles[0]
    screen = open_screen(learner, "lesson.py", language)
    wrong = screen.choose(taught.check, right=False)
    screen.press("See where it leads")
    assert screen.says("That is not the right answer")
    assert screen.explained(taught.check) == {wrong}
    assert plain(taught.rule) not in screen.text()
    assert not screen.says("yours · right")
    assert screen.buttons() == [plain(screen.words(each)) for each in ("Try again", "Show where each leads")]


@pytest.mark.parametrize("right", [True, False])
def test_a_second_try_comes_with_a_hint_and_the_record_keeps_the_first(
    open_screen: Open, assigned: Study, learner: Principal, course: Course, language: str, right: bool
) -> None:
    card = up_to(assigned, learner, CardKind.PRINCIPLE)
    taught = course.lessons[0].text(language).principles[0]
    assert taught.check.hint is not None
    screen = open_screen(learner, "lesson.py", language)
    assert plain(taught.check.hint) not in screen.text()
    first = screen.choose(taught.check, right=False)
    screen.press("See where it leads")
    screen.press("Try again")
    assert plain(taught.check.hint) in screen.text()
    assert screen.explained(taught.check) == set()
    again = taught.check.right_answer if right else taught.check.wrong_answers[1]
    screen.fill_in(taught.check, again)
    screen.press("See where it leads")
    assert screen.says("yours · right" if right else "yours · wrong")
    assert screen.explained(taught.check) == taught.check.ids
    assert plain(taught.rule) in screen.text()
    assert assigned.enrolment(learner).checks[card.id] == first
    assert [event.body["option"] for event in assigned.chain(learner) if event.body.get("card") == card.id] == [first]


def test_a_second_try_without_a_choice_is_complained_of(
    open_screen: Open, assigned: Study, learner: Principal, course: Course
) -> None:
    up_to(assigned, learner, CardKind.PRINCIPLE)
    screen = open_screen(learner, "lesson.py")
    screen.choose(course.lessons[0].text("cs").principles[0].check, right=False)
    for label in ("See where it leads", "Try again", "See where it leads"):
        screen.press(label)
    assert screen.says("Choose one of the answers first.")


def test_a_card_without_a_hint_has_no_second_try(
    open_screen: Open, assigned: Study, learner: Principal, course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    up_to(assigned, learner, CardKind.PRINCIPLE)
    check = course.lessons[0].text("cs").principles[0].check
    monkeypatch.setitem(check.__dict__, "hint", None)
    screen = open_screen(learner, "lesson.py")
    screen.choose(check, right=False)
    screen.press("See where it leads")
    assert screen.explained(check) == check.ids
    (onward,) = screen.app.button
    assert (onward.key or "").startswith("next_")


# The dilemma again


@pytest.mark.parametrize("right", [True, False])
def test_the_dilemma_is_answered_at_the_end_beside_the_first_answer(
    open_screen: Open, assigned: Study, learner: Principal, course: Course, language: str, right: bool
) -> None:
    up_to(assigned, learner, CardKind.ANSWER)
    dilemma = course.lessons[0].text(language).dilemma
    screen = open_screen(learner, "lesson.py", language)
    assert screen.says("How would you decide now?")
    assert screen.explained(dilemma) == set()
    now = screen.choose(dilemma, right=right)
    screen.press("See where it leads")
    assert screen.explained(dilemma) == dilemma.ids
    t = screen.words
    arc = {
        plain(t("At the beginning")): plain(dilemma.option(dilemma.right_answer).text),
        plain(t("Now")): plain(dilemma.option(now).text),
    }
    assert then_and_now(screen) == arc
    assert screen.says(
        "You decided the same way both times."
        if right
        else "You changed your mind. See below where each answer leads."
    )
    screen.go_on()
    assert screen.title == plain(t("You have finished the lesson. Next come the questions."))
    assert screen.buttons() == [plain(t("Begin"))]


def test_whoever_changed_to_the_right_answer_is_shown_what_moved_them(
    open_screen: Open, assigned: Study, learner: Principal, course: Course, language: str
) -> None:
    dilemma = course.lessons[0].text(language).dilemma
    screen = open_screen(learner, "lesson.py", language)
    first = screen.choose(dilemma, right=False)
    screen.press("Save the answer and go on")
    for card in course.cards[1:-1]:
        assigned.card(learner, card)
    screen = open_screen(learner, "lesson.py", language)
    screen.choose(dilemma)
    screen.press("See where it leads")
    assert next(iter(then_and_now(screen).values())) == plain(dilemma.option(first).text)
    assert screen.says("What moved you is below: where your first answer leads, and where this one does.")


@pytest.mark.parametrize(("others", "is_shown"), [(3, False), (4, True)])
def test_how_colleagues_decided_first_is_shown_from_five_people_up(
    open_screen: Open, assigned: Study, learner: Principal, course: Course, others: int, is_shown: bool
) -> None:
    people = colleagues(assigned, others)
    dilemma = course.lessons[0].text("cs").dilemma
    for who in people:
        submitted = Submission(dilemma.wrong_answers[0], "cs")
        learning.answer_card(assigned.database, assigned.asker(who), course, course.cards[0], submitted)
    up_to(assigned, learner, CardKind.ANSWER)
    screen = open_screen(learner, "lesson.py")
    assert not screen.says("How colleagues decided first")
    screen.choose(dilemma)
    screen.press("See where it leads")
    assert screen.says("How colleagues decided first") is is_shown
    assert (plain(screen.words.percent(80)) in screen.text()) is is_shown
    assert not [who for who in people if who.person.name in screen.text()]


def colleagues(study: Study, number: int) -> list[Principal]:
    """People who have the course, as HR would add them."""
    keys = [f"{n:032x}" for n in range(1, number + 1)]
    people = [
        Person(key, key[-6:], f"Kolega {key[-2:]}", f"{key[-6:]}@example.com", "Sklad", None, "cs") for key in keys
    ]
    with study.database.writing() as connection:
        directory.add(connection, people)
    found = [Principal(person, frozenset({Role.EMPLOYEE})) for person in people]
    study.assign(*found)
    return found


def then_and_now(screen: Screen) -> dict[str, str]:
    (shown,) = [html.body for html in screen.elements("html") if "kodex-arc" in html.body]
    return {
        plain(unescape(when)): plain(unescape(what))
        for when, what in re.findall("<dt>(.*?)</dt><dd>(.*?)</dd>", shown)
    }


def test_a_card_cannot_be_left_unanswered(open_screen: Open, assigned: Study, learner: Principal) -> None:
    up_to(assigned, learner, CardKind.PRINCIPLE)
    screen = open_screen(learner, "lesson.py")
    screen.press("See where it leads")
    assert screen.says("Choose one of the answers first.")
    assert len(assigned.enrolment(learner).checks) == 1
    assert screen.buttons() == [plain(screen.words("See where it leads"))]


# Reading again


def test_the_card_at_hand_leads_to_the_one_before_it_and_that_one_back(
    open_screen: Open, assigned: Study, learner: Principal, course: Course
) -> None:
    up_to(assigned, learner, CardKind.PRINCIPLE)
    screen = open_screen(learner, "lesson.py")
    why = screen.words.set(course.lessons[0].text("cs").why.title)
    assert leads_to(screen, screen.words("Previous: {card}", card=why)) == addresses.card(
        course, "customer-privacy/why"
    )
    before = open_screen(learner, "lesson.py", card="customer-privacy/why")
    assert leads_to(before, before.words("Back to where you stopped")) == addresses.lesson(course)


def test_a_card_that_is_done_can_be_read_again_by_its_address(
    open_screen: Open, assigned: Study, learner: Principal, course: Course
) -> None:
    up_to(assigned, learner, CardKind.PRINCIPLE)
    screen = open_screen(learner, "lesson.py", card="customer-privacy/why")
    assert screen.title == plain(course.lessons[0].text("cs").why.title)
    assert not screen.buttons()
    assert screen.links() == [plain(screen.words(each)) for each in ("All principles", "Back to where you stopped")]


@pytest.mark.parametrize("right", [True, False])
def test_a_principle_that_is_read_again_shows_what_it_showed_when_it_was_left(
    open_screen: Open, assigned: Study, learner: Principal, course: Course, language: str, right: bool
) -> None:
    card = up_to(assigned, learner, CardKind.PRINCIPLE)
    check = course.lessons[0].text(language).principles[0].check
    screen = open_screen(learner, "lesson.py", language)
    screen.choose(check, right=right)
    screen.press("See where it leads")
    if not right:
        screen.press("Show where each leads")
    (left,) = decided(screen)
    assert screen.says("Your answer is saved")
    screen.go_on()
    again = open_screen(learner, "lesson.py", language, card=card.id)
    assert decided(again) == [re.sub('<p class="kodex-saved".*?</p>', "", left)]
    assert not again.says("Your answer is saved")


def decided(screen: Screen) -> list[str]:
    return [html.body for html in screen.elements("html") if "kodex-after" in html.body]


def test_the_dilemma_that_is_read_again_tells_only_what_was_answered(
    open_screen: Open, assigned: Study, learner: Principal, course: Course
) -> None:
    up_to(assigned, learner, CardKind.PRINCIPLE)
    dilemma = course.lessons[0].text("cs").dilemma
    screen = open_screen(learner, "lesson.py", card="customer-privacy/dilemma")
    assert plain(dilemma.option(dilemma.right_answer).text) in screen.text()
    assert screen.explained(dilemma) == set()


@pytest.mark.parametrize("card", ["customer-privacy/answer", "customer-privacy/need-to-know", "../why", ""])
def test_no_address_leads_past_the_card_that_comes_next(
    open_screen: Open, assigned: Study, learner: Principal, course: Course, card: str
) -> None:
    up_to(assigned, learner, CardKind.WHY)
    screen = open_screen(learner, "lesson.py", card=card)
    assert screen.title == plain(course.lessons[0].text("cs").why.title)


@pytest.mark.parametrize("screen", ["lesson.py", "assessment.py", "commitment.py"])
def test_without_a_course_every_screen_of_it_leads_home(open_screen: Open, learner: Principal, screen: str) -> None:
    shown = open_screen(learner, screen)
    assert shown.title == plain(shown.words("Nothing is assigned to you yet"))
