"""The screen of what is known already: a test-out in the first cycle, an opener in later ones."""

from datetime import date, timedelta
from itertools import count

import pytest
from browsing import plain
from knowing import begin, drawn, sit
from stage import Open, Screen
from studying import Study

from lessons.cards import CardKind
from people.access import Principal
from progress.completion import prior
from quizzes.content import Course
from quizzes.drawing import draw
from screens.parts.course.learner import ELSEWHERE


def asked_of(study: Study, who: Principal) -> list[str]:
    return drawn(study.enrolment(who))


def answer_all(screen: Screen, study: Study, who: Principal, language: str, wrong: int = 0) -> None:
    for number, name in enumerate(asked_of(study, who)):
        question = study.course.questions[name].text(language)
        assert screen.title == plain(question.title)
        assert plain(study.course.principles[question.principle].text(language).rule) not in screen.text()
        screen.choose(question, right=number >= wrong)
        screen.press("Submit the answer")
        assert screen.explained(question) == set()


@pytest.mark.usefixtures("assigned")
def test_home_and_the_first_card_offer_it_beside_the_lesson(
    open_screen: Open, learner: Principal, language: str
) -> None:
    home = open_screen(learner, "home.py", language)
    quietly = plain(home.words("I know this already"))
    assert quietly in home.links()
    assert home.buttons()[0] == plain(home.words("Decide"))
    assert quietly in open_screen(learner, "lesson.py", language).links()


def test_it_is_not_offered_once_a_card_is_taken(
    open_screen: Open, assigned: Study, learner: Principal, language: str
) -> None:
    assigned.card(learner, assigned.course.cards[0])
    for name in ("home.py", "lesson.py"):
        screen = open_screen(learner, name, language)
        assert plain(screen.words("I know this already")) not in screen.links()
    screen = open_screen(learner, "known.py", language)
    assert screen.title == plain(screen.words("There are no questions before the lesson now"))
    assert not screen.buttons()


def test_who_passes_reads_what_was_saved_and_goes_on_to_the_commitment(
    open_screen: Open, assigned: Study, learner: Principal, course: Course, language: str
) -> None:
    screen = open_screen(learner, "known.py", language)
    assert plain(screen.words.percent(90)) in screen.text()
    screen.press("Begin")
    answer_all(screen, assigned, learner, language, wrong=1)
    total = len(asked_of(assigned, learner))
    t = screen.words
    assert screen.says("{right} {of_total} right: you know it", right=t.number(total - 1), of_total=t.out_of(total))
    saved = prior.minutes_saved(course, language, total)
    assert 5 < saved < course.minutes_of(language, course.cards, course.asked)
    assert plain(t.plural("You saved about {n} minute.", "You saved about {n} minutes.", saved)) in screen.text()
    assert screen.buttons() == [plain(t("Go on to the commitment"))]
    missed = course.questions[asked_of(assigned, learner)[0]].source.principle
    card = course.card_of(missed)
    again = open_screen(learner, "lesson.py", language, course=course.id, card=card.id)
    assert again.title == plain(course.lesson(card.lesson_id).text(language).principle(missed).situation_title)
    sign = open_screen(learner, "commitment.py", language)
    assert sign.title == plain(t("Sign the commitment, and you are done"))


def test_who_does_not_pass_is_told_kindly_and_without_the_key(
    open_screen: Open, assigned: Study, learner: Principal, course: Course, language: str
) -> None:
    screen = open_screen(learner, "known.py", language)
    screen.press("Begin")
    answer_all(screen, assigned, learner, language, wrong=5)
    asked = asked_of(assigned, learner)
    total, t = len(asked), screen.words
    said = t(
        "{right} {of_total} right: the lesson has something for you",
        right=t.number(total - 5),
        of_total=t.out_of(total),
    )
    assert screen.title == plain(said)
    for name in asked:
        assert screen.explained(course.questions[name].text(language)) == set()
    for name in asked[:5]:
        title = course.principles[course.questions[name].source.principle].text(language).title
        assert plain(title) in screen.text()
    assert screen.buttons() == [plain(t("Go on to the lesson"))]
    home = open_screen(learner, "home.py", language)
    assert plain(t("I know this already")) not in home.links()


def test_an_answer_from_a_tab_left_behind_is_refused_in_words(
    open_screen: Open, assigned: Study, learner: Principal, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    questions = assigned.course.questions
    seeds = ((seed, draw(assigned.course, seed, (), prior.MORE_OF_EACH)[0]) for seed in map(str, count()))
    seed = next(seed for seed, first in seeds if questions[first].source.kind == "single")
    monkeypatch.setattr("secrets.token_hex", lambda _: seed)
    begin(assigned, learner)
    screen = open_screen(learner, "known.py", language)
    assigned.card(learner, assigned.course.cards[0])
    before = assigned.chain(learner)
    screen.choose(assigned.course.questions[asked_of(assigned, learner)[0]].text(language))
    screen.press("Submit the answer")
    assert screen.says(ELSEWHERE.text)
    assert assigned.chain(learner) == before


def test_it_goes_on_from_home_where_it_was_left(
    open_screen: Open, assigned: Study, learner: Principal, language: str
) -> None:
    begin(assigned, learner)
    home = open_screen(learner, "home.py", language)
    assert plain(home.words("Go on with the questions")) in home.buttons()
    assert plain(home.words("Take the whole lesson")) in home.links()
    screen = open_screen(learner, "known.py", language)
    asked = assigned.course.questions[asked_of(assigned, learner)[0]].text(language)
    assert screen.title == plain(asked.title)


def test_the_assessment_of_who_tested_out_leads_to_what_they_know(
    open_screen: Open, assigned: Study, learner: Principal, language: str
) -> None:
    sit(assigned, learner)
    screen = open_screen(learner, "assessment.py", language)
    assert screen.buttons() == [plain(screen.words("Go on to the commitment"))]
    lesson = open_screen(learner, "lesson.py", language)
    assert lesson.title == plain(lesson.words("This lesson is waived: you know it"))


@pytest.fixture
def again(assigned: Study, learner: Principal, today: date) -> Study:
    assigned.certify(learner)
    assigned.assign(learner, due_on=today + timedelta(days=30))
    return assigned


def test_a_later_round_begins_with_the_opener_and_is_shortened(
    open_screen: Open, again: Study, learner: Principal, course: Course, language: str
) -> None:
    home = open_screen(learner, "home.py", language)
    t = home.words
    assert plain(t("Begin with what you know")) in home.buttons()
    assert plain(t("Take the whole lesson")) in home.links()
    screen = open_screen(learner, "known.py", language)
    screen.press("Begin")
    answer_all(screen, again, learner, language, wrong=1)
    minutes = course.minutes_of(
        language,
        [
            card
            for card in course.cards
            if card.kind is not CardKind.PRINCIPLE
            or card.part == course.questions[asked_of(again, learner)[0]].source.principle
        ],
        course.asked,
    )
    said = t.plural(
        "The course is shortened to about {n} minute", "The course is shortened to about {n} minutes", minutes
    )
    assert screen.title == plain(said)
    n = len(course.principles) - 1
    assert screen.text().count(plain(t("waived, you know it"))) == n
    assert screen.text().count(plain(t("to be taken"))) == 1


def test_what_is_new_is_marked_on_its_card_and_in_the_position(
    open_screen: Open, again: Study, learner: Principal, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, *_ = (card for card in again.course.cards if card.kind is CardKind.PRINCIPLE)
    monkeypatch.setattr(prior, "new_cards", lambda *_: frozenset({first.id}))
    for card in again.course.cards:
        screen = open_screen(learner, "lesson.py", language)
        is_marked = screen.says("New since you last took the course")
        assert is_marked is (card == first)
        here = screen.words(
            "Principle {n} {of_total}", n=1, of_total=screen.words.out_of(len(again.course.principles))
        )
        assert (plain(screen.words("{card} · new", card=here)) in screen.text()) is is_marked
        again.card(learner, card)
        if card == second:
            break
