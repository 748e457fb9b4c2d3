"""The assessment's screen, question by question."""

from collections.abc import Callable
from itertools import count

import pytest
from browsing import plain
from stage import Open, Screen
from studying import Study

from people.access import Principal
from quizzes.content import Course
from quizzes.drawing import draw
from quizzes.kinds import KINDS

AskFirst = Callable[[str], str]


@pytest.fixture
def ask_first(assigned: Study, learner: Principal, course: Course, monkeypatch: pytest.MonkeyPatch) -> AskFirst:
    """Begins an attempt whose first question is of a kind; gives its id."""

    def begin(kind: str) -> str:
        drawn = ((seed, draw(course, seed)[0]) for seed in map(str, count()))
        seed, first = next(found for found in drawn if course.questions[found[1]].source.kind == kind)
        monkeypatch.setattr("secrets.token_hex", lambda _: seed)
        assigned.cards(learner)
        assigned.begin(learner)
        return first

    return begin


def asked_of(study: Study, who: Principal) -> list[str]:
    attempt = study.enrolment(who).attempt
    assert attempt is not None
    return [name for name, _ in attempt.questions]


@pytest.mark.usefixtures("assigned")
def test_the_questions_open_once_the_lesson_is_read(open_screen: Open, learner: Principal, language: str) -> None:
    screen = open_screen(learner, "assessment.py", language)
    assert screen.title == plain(screen.words("Read the lesson first"))
    assert not screen.buttons()
    assert screen.links() == [plain(screen.words("Go on with the lesson"))]


def test_an_attempt_begins_when_it_is_asked_for(
    open_screen: Open, assigned: Study, learner: Principal, course: Course, language: str
) -> None:
    assigned.cards(learner)
    screen = open_screen(learner, "assessment.py", language)
    assert assigned.enrolment(learner).attempt is None
    assert plain(screen.words.percent(80)) in screen.text()
    screen.press("Begin")
    question = course.questions[asked_of(assigned, learner)[0]].text(language)
    assert screen.title == plain(question.title)


@pytest.mark.parametrize("kind", list(KINDS))
@pytest.mark.parametrize("right", [True, False])
def test_an_answer_is_saved_and_explained_at_once_where_it_stands(
    ask_first: AskFirst, open_screen: Open, assigned: Study, learner: Principal, kind: str, right: bool
) -> None:
    name = ask_first(kind)
    question = assigned.course.questions[name].text("cs")
    screen = open_screen(learner, "assessment.py")
    t = screen.words
    assert plain(question.situation) in screen.text()
    assert screen.explained(question) == set()
    taught = assigned.course.principles[question.principle].text("cs")
    assert plain(taught.rule) not in screen.text()
    chosen = screen.choose(question, right=right)
    state_confidence(screen, "likely")
    screen.press("Submit the answer")
    assert screen.title == plain(question.title)
    assert plain(question.situation) in screen.text()
    assert screen.explained(question) == question.ids
    assert plain(t("That is right") if right else t("That is not the right answer")) in screen.text()
    assert screen.says("Your answer is saved")
    assert plain(taught.rule) in screen.text()
    response = assigned.enrolment(learner).attempt.responses[name]  # type: ignore[union-attr]
    assert (response.option, response.right, response.confidence) == (chosen, right, "likely")
    assert screen.buttons() == [plain(t("Next question"))]
    screen.press("Next question")
    assert screen.title == plain(assigned.course.questions[asked_of(assigned, learner)[1]].text("cs").title)


def state_confidence(screen: Screen, confidence: str) -> None:
    (group,) = [each for each in screen.app.get("button_group") if each.key.startswith("confidence_")]
    group.set_value(confidence)


def test_a_question_is_answered_in_either_language(
    open_screen: Open, assigned: Study, learner: Principal, course: Course, language: str
) -> None:
    assigned.cards(learner)
    assigned.begin(learner)
    question = course.questions[asked_of(assigned, learner)[0]].text(language)
    screen = open_screen(learner, "assessment.py", language)
    screen.choose(question)
    screen.press("Submit the answer")
    assert screen.says("That is right")
    assert screen.explained(question) == question.ids


@pytest.mark.parametrize(
    ("kind", "complaint"),
    [
        ("single", "Choose one of the answers first."),
        ("multiple", "Choose at least one of the answers first."),
        ("classify", "Decide about each of them first."),
        ("spot", "Mark at least one of the phrases first."),
    ],
)
def test_an_answer_that_is_not_whole_is_not_saved(
    ask_first: AskFirst, open_screen: Open, assigned: Study, learner: Principal, kind: str, complaint: str
) -> None:
    ask_first(kind)
    screen = open_screen(learner, "assessment.py")
    screen.press("Submit the answer")
    assert screen.says(complaint)
    assert assigned.enrolment(learner).attempt.responses == {}  # type: ignore[union-attr]


def test_a_wrong_answer_cannot_be_tried_again(
    open_screen: Open, assigned: Study, learner: Principal, course: Course
) -> None:
    assigned.cards(learner)
    assigned.begin(learner)
    name = asked_of(assigned, learner)[0]
    assigned.answer(learner, name, right=False)
    screen = open_screen(learner, "assessment.py", question="1")
    assert screen.explained(course.questions[name].text("cs")) == course.questions[name].source.ids
    assert screen.buttons() == [plain(screen.words("Next question"))]


def test_whoever_was_certain_and_wrong_is_advised_to_read_again(
    open_screen: Open, assigned: Study, learner: Principal
) -> None:
    assigned.cards(learner)
    first, second, *_ = (name for name, _ in assigned.begin(learner).attempt.questions)  # type: ignore[union-attr]
    assigned.answer(learner, first, right=False, confidence="sure")
    assigned.answer(learner, second, right=False, confidence="guess")
    advice = "You were certain here, so this one is worth reading again."
    assert open_screen(learner, "assessment.py", question="1").says(advice)
    assert not open_screen(learner, "assessment.py", question="2").says(advice)


@pytest.mark.parametrize("number", ["3", "11", "0", "-1", "first", "99999999999999999999", "²"])
def test_no_address_leads_past_the_first_open_question(
    open_screen: Open, assigned: Study, learner: Principal, course: Course, number: str
) -> None:
    assigned.cards(learner)
    first, second, *_ = (name for name, _ in assigned.begin(learner).attempt.questions)  # type: ignore[union-attr]
    assigned.answer(learner, first)
    screen = open_screen(learner, "assessment.py", question=number)
    assert screen.title == plain(course.questions[second].text("cs").title)


def test_a_failed_attempt_names_what_went_wrong_and_draws_other_questions(
    open_screen: Open, assigned: Study, learner: Principal, course: Course, language: str
) -> None:
    assigned.cards(learner)
    assigned.attempt(learner, right=7)
    first = asked_of(assigned, learner)
    screen = open_screen(learner, "assessment.py", language)
    wrong, right = (plain(screen.words(head)) for head in ("Wrong", "Right"))
    of_wrong, of_right = screen.text().split(f"</span> {wrong}</h2>")[1].split(f"</span> {right}</h2>")
    missed = {course.questions[name].source.principle for name in first[7:]}
    for name, principle in course.principles.items():
        assert plain(principle.text(language).title) in (of_wrong if name in missed else of_right)
    screen.press("Go straight to the next attempt")
    assert not set(first) & set(asked_of(assigned, learner))
    assert screen.title == plain(course.questions[asked_of(assigned, learner)[0]].text(language).title)


def test_what_was_surely_wrong_comes_first(
    open_screen: Open, assigned: Study, learner: Principal, course: Course
) -> None:
    assigned.cards(learner)
    for number, (name, _) in enumerate(assigned.begin(learner).attempt.questions):  # type: ignore[union-attr]
        assigned.answer(learner, name, right=number < 7, confidence="sure" if number == 9 else "guess")
    screen = open_screen(learner, "assessment.py")
    surely = screen.text().split(f"</span> {plain(screen.words('Sure, yet wrong'))}</h2>")[1]
    last = course.questions[asked_of(assigned, learner)[9]].source.principle
    first_title = surely.split("</a>")[0]
    assert first_title.endswith(plain(course.principles[last].text("cs").title))
    assert screen.says("Begin with what you were sure of and got wrong: it is what people do again at work.")


def test_a_repair_path_puts_one_fresh_decision_a_principle_and_then_the_next_attempt(
    open_screen: Open, assigned: Study, learner: Principal, course: Course
) -> None:
    """None of them was met, the next attempt asks none of them, and nothing of them is recorded."""
    assigned.cards(learner)
    assigned.attempt(learner, right=7)
    first, events = asked_of(assigned, learner), len(assigned.chain(learner))
    missed = {course.questions[name].source.principle for name in first[7:]}
    titles = {plain(each.text("cs").title): name for name, each in course.questions.items()}
    screen, practised = open_screen(learner, "assessment.py"), list[str]()
    for _ in missed:
        (onward,) = [each for each in screen.app.button if (each.key or "").startswith("repair_")]
        onward.click().run()
        practised.append(titles[screen.title])
        question = course.questions[practised[-1]].text("cs")
        assert screen.explained(question) == set()
        screen.choose(question, right=False)
        screen.press("See where it leads")
        assert screen.explained(question) == question.ids
    assert {course.questions[name].source.principle for name in practised} == missed
    assert not set(practised) & set(first)
    assert len(assigned.chain(learner)) == events
    screen.press("Begin the next attempt")
    assert not {*first, *practised} & set(asked_of(assigned, learner))


def test_after_two_failed_attempts_somebody_is_named_to_talk_to(
    open_screen: Open, assigned: Study, learner: Principal
) -> None:
    assigned.cards(learner)
    said = "It has not worked out twice. Talk it over with somebody before the next attempt:"
    assigned.attempt(learner, right=7)
    assert not open_screen(learner, "assessment.py").says(said)
    assigned.attempt(learner, right=7)
    assert open_screen(learner, "assessment.py").says(said)


def test_a_passed_attempt_leads_to_the_commitment(
    open_screen: Open, assigned: Study, learner: Principal, language: str
) -> None:
    assigned.cards(learner)
    assigned.attempt(learner, right=8)
    screen = open_screen(learner, "assessment.py", language)
    t = screen.words
    found = t.plural(
        "Passed: {n} {of_total} answer right", "Passed: {n} {of_total} answers right", 8, of_total=t.out_of(10)
    )
    assert screen.title == plain(found)
    screen.press("Go on to the commitment")
    assert screen.title == plain(t("Sign the commitment, and you are done"))
