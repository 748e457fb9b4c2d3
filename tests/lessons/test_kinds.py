"""Kinds of question: what each has to have, and which answers it takes."""

import pickle
from typing import Any

import pytest

from lessons.decisions import in_words
from quizzes import kinds
from quizzes.content import Course
from quizzes.kinds.question import Question
from screens.parts.course.decision import FORMS


@pytest.fixture(params=kinds.KINDS)
def question(request: pytest.FixtureRequest, course: Course) -> Question:
    return next(each.source for each in course.questions.values() if each.source.kind == request.param)


@pytest.fixture
def text(question: Question) -> dict[str, Any]:
    return question.model_dump(mode="json")


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


FORGED: list[Any] = [
    *("no-such-option", "", None, 1, 1.5, True, b"a"),
    *([], [""], ["no-such-option"], [None], [1], [True], [[]], [{}], [["a"]], [None, "a"]),
    *({}, {"a": "b"}, {"": ""}, {"a": None}, {"a": 1}, {"a": []}, {"a": {"b": "c"}}, {1: 2}),
]


@pytest.mark.parametrize("forged", FORGED, ids=repr)
def test_an_answer_of_another_shape_is_not_offered(question: Question, forged: Any) -> None:
    assert not question.offers(forged)
    assert not question.is_right(forged)


@pytest.mark.parametrize("forged", [None, 1, True, [], {}, ["a"], {"a": "b"}, "no-such-option"], ids=repr)
def test_something_else_inside_an_answer_is_not_offered(question: Question, forged: Any) -> None:
    """A list or an object is what the kind takes, and one value in it is not."""
    right = question.right_answer
    if isinstance(right, dict):
        forgeries: list[Any] = [{**right, option: forged} for option in right]
        forgeries += [{**right, "no-such-option": forged}]
    elif isinstance(right, list):
        forgeries = [[*right[:at], forged, *right[at + 1 :]] for at in range(len(right))]
        forgeries += [[*right, forged], [forged, *right], [right]]
    else:
        forgeries = [forged, [right], {right: right}, {right: forged}]
    for answer in forgeries:
        assert not question.offers(answer), answer
        assert not question.is_right(answer), answer


def test_an_answer_that_is_not_whole_or_says_something_twice_is_not_offered(question: Question) -> None:
    right = question.right_answer
    if isinstance(right, dict):
        forgeries: list[Any] = [{k: put for k, put in right.items() if k != option} for option in right]
    elif isinstance(right, list):
        forgeries = [[*right, right[0]], [*right, *right], tuple(right)]
        forgeries += [right[1:]] if question.kind == "order" else [sorted(question.ids, reverse=True)]
    else:
        forgeries = [f"{right} ", right.upper()]
    for answer in forgeries:
        assert not question.offers(answer), answer


def test_a_category_is_a_text_even_if_its_id_is_a_number() -> None:
    question = kinds.question(
        {
            "id": "a",
            "principle": "b",
            "kind": "classify",
            "title": "?",
            "situation": "a" * 40,
            "prompt": "?",
            "categories": [{"id": each, "text": each} for each in "12"],
            "right": dict.fromkeys("xyz", "1"),
            "options": [{"id": each, "text": each, "explanation": each} for each in "xyz"],
        }
    )
    assert question.offers(dict.fromkeys("xyz", "2"))
    assert not question.offers(dict.fromkeys("xyz", 2))


def test_every_order_that_keeps_to_the_pairs_is_right() -> None:
    steps = {
        "kind": "order",
        "id": "a",
        "principle": "b",
        "title": "?",
        "situation": "a" * 40,
        "prompt": "?",
        "right": list("abc"),
        "options": [{"id": each, "text": each, "explanation": each} for each in "abc"],
    }
    free = kinds.question({**steps, "must": [["a", "b"], ["a", "c"]]})
    assert [order for order in ("abc", "acb", "bac", "bca", "cab", "cba") if free.is_right(list(order))] == [
        "abc",
        "acb",
    ]
    fixed = kinds.question(steps)
    assert [order for order in ("abc", "acb", "bac") if fixed.is_right(list(order))] == ["abc"]


def test_a_question_can_be_given_to_another_process(question: Question) -> None:
    assert pickle.loads(pickle.dumps(question)) == question


def test_an_order_drawn_by_a_seed_changes_neither_the_question_nor_its_answers(question: Question) -> None:
    drawn = question.as_drawn("a seed", question.id)
    assert drawn == question.as_drawn("a seed", question.id)
    assert drawn.right_answer == question.right_answer
    assert question == kinds.question(question.model_dump(mode="json"))


SAID = {
    "single": ("b", "B!"),
    "multiple": (["a", "b"], "A; B!"),
    "spot": (["a", "b"], "A; B!"),
    "order": (["b", "a"], "1. B!; 2. A"),
    "classify": ({"a": "x", "b": "y"}, "A.: X; B!: Y"),
}


@pytest.mark.parametrize("kind", kinds.KINDS)
def test_an_answer_reads_as_the_options_did(kind: str) -> None:
    text = {
        "kind": kind,
        "options": [{"id": "a", "text": "A."}, {"id": "b", "text": "B!"}],
        "categories": [{"id": "x", "text": "X"}, {"id": "y", "text": "Y"}],
    }
    answer, said = SAID[kind]
    assert in_words(text, answer) == said


def test_an_answer_names_the_options_in_the_language_of_the_text(course: Course) -> None:
    for edition in course.questions.values():
        for language, text in edition.body.items():
            said = in_words(text, edition.source.right_answer)
            chosen = edition.source.right_answer
            for option in text["options"]:
                if option["id"] in chosen:
                    assert option["text"].rstrip(".") in said, (language, option["id"])


@pytest.mark.parametrize("gone", [{}, {"options": []}], ids=["no text", "no options"])
def test_an_answer_whose_text_is_gone_is_said_by_its_ids(text: dict[str, Any], gone: dict[str, Any]) -> None:
    kept = {"kind": text["kind"]} | gone
    answer = kinds.question(text).right_answer
    for option in [answer] if isinstance(answer, str) else answer:
        assert option in in_words(kept, answer)


def test_an_answer_of_another_kind_than_the_text_is_still_said(text: dict[str, Any]) -> None:
    """The kind of a question may have changed since it was answered."""
    for answer in ("a", ["a", "b"], {"a": "b"}):
        assert in_words(text, answer)
