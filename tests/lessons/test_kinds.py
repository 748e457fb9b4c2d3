"""Kinds of question: what each has to have, and which answers it takes."""

from typing import Any

import pytest

from quizzes import kinds
from quizzes.content import Course
from quizzes.kinds.question import Question
from screens.parts.course.decision import FORMS


@pytest.fixture(params=kinds.KINDS)
def question(request: pytest.FixtureRequest, course: Course) -> Question:
    found = (each.source for each in course.questions.values() if each.source.kind == request.param)
    return next(found, None) or pytest.skip("the bundled course has no such question")


@pytest.mark.parametrize("kind", kinds.KINDS)
def test_every_kind_has_a_form(kind: str) -> None:
    assert set(kinds.KINDS[kind].__mro__) & set(FORMS)


def test_right_and_wrong_answers_are_offered_and_graded(question: Question) -> None:
    assert question.offers(question.right_answer)
    assert question.is_right(question.right_answer)
    assert question.wrong_answers
    for answer in question.wrong_answers:
        assert question.offers(answer)
        assert not question.is_right(answer)


@pytest.mark.parametrize("forged", ["no-such-option", "", [], ["no-such-option"], {}, {"a": "b"}, None, 1])
def test_an_answer_of_another_shape_is_not_offered(question: Question, forged: Any) -> None:
    assert not question.offers(forged)


def test_an_order_drawn_by_a_seed_changes_neither_the_question_nor_its_answers(question: Question) -> None:
    drawn = question.as_drawn("a seed", question.id)
    assert drawn == question.as_drawn("a seed", question.id)
    assert drawn.right_answer == question.right_answer
    assert question == kinds.question(question.model_dump(mode="json"))


def test_an_answer_reads_as_the_option_did(course: Course) -> None:
    for edition in course.questions.values():
        for language, text in edition.body.items():
            for option in text["options"]:
                if text["kind"] == "single":
                    assert kinds.in_words(text, option["id"]) == option["text"], language
