"""Nobody passes by a rule: by what the options look like, without the situations."""

from collections.abc import Callable

import pytest

from lessons.decisions.decision import Answer, Option
from quizzes.content import Course
from quizzes.drawing import draw
from quizzes.grading import is_passed
from quizzes.kinds.question import Question
from words import LANGUAGES

FORMS = 400
MOST_PASSED = 0.02
"""Share of the forms."""

RULES: dict[str, Callable[[Option], float]] = {
    "the longest": lambda option: -len(option.text),
    "the shortest": lambda option: len(option.text),
    "the most words": lambda option: -len(option.text.split()),
    "the longest words": lambda option: -len(option.text) / len(option.text.split()),
    "the most commas": lambda option: -option.text.count(","),
    "the first on the screen": lambda _: 0,
}


def guess(question: Question, rule: Callable[[Option], float]) -> Answer:
    """What somebody answers who goes by the rule, and who knows how many options are right."""
    ranked = [option.id for option in sorted(question.options, key=rule)]
    right = question.right_answer
    if isinstance(right, dict):
        usual = max(set(right.values()), key=list(right.values()).count)
        return dict.fromkeys(right, usual)
    if question.kind == "order":
        return ranked
    return sorted(ranked[: len(right)]) if isinstance(right, list) else ranked[0]


def forms_passed(course: Course, language: str, answer: Callable[[Question], Answer]) -> float:
    passed = 0
    for n in range(FORMS):
        form = draw(course, f"{n}")
        drawn = [course.questions[name].texts[language].as_drawn(f"{n}", name) for name in form]
        right = sum(question.is_right(answer(question)) for question in drawn)
        passed += is_passed(right, len(form), course.entry.pass_mark)
    return passed / FORMS


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("rule", RULES)
def test_a_rule_about_the_words_of_options_passes_hardly_any_form(course: Course, rule: str, language: str) -> None:
    assert forms_passed(course, language, lambda question: guess(question, RULES[rule])) <= MOST_PASSED


def test_a_rule_that_gave_the_keys_away_would_be_noticed(course: Course) -> None:
    def tell(question: Question) -> Answer:
        return guess(question, lambda option: option.id not in question.right_answer)

    assert forms_passed(course, "cs", tell) > 10 * MOST_PASSED


@pytest.mark.parametrize("language", LANGUAGES)
def test_whoever_knows_one_of_two_twins_does_not_know_the_other(course: Course, language: str) -> None:
    for edition in course.questions.values():
        question = edition.texts[language]
        if question.twin:
            assert not course.questions[question.twin].texts[language].is_right(question.right_answer)
