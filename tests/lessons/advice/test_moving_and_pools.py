"""Banks that teach to refuse, and those too small for a second attempt."""

from banks import said, single

from quizzes.advice import keys
from quizzes.kinds.question import Question
from quizzes.model import FormSize

TEXTS = ("I send it", "I ask", "I wait")


def offering(name: str, right: int) -> Question:
    """A choice in which the first option lets information move."""
    return single(name, TEXTS, right=right, moves=0)


def test_keys_that_withhold_too_often_are_counted() -> None:
    bank = [offering(f"q{n}", right=0 if n < 3 else 1) for n in range(12)]
    (what,) = said(keys.withholding(bank))
    assert "right in 3 of the 12 questions that offer it; make it right in at least 4" in what


def test_a_third_that_lets_information_move_is_enough() -> None:
    assert said(keys.withholding([offering(f"q{n}", right=n % 3) for n in range(12)])) == []


def test_a_bank_without_marks_is_let_be() -> None:
    assert said(keys.withholding([single(f"q{n}", TEXTS, right=1) for n in range(12)])) == []


def form(questions: int, each: int = 1) -> FormSize:
    return FormSize.model_validate({"questions": str(questions), "each_principle": str(each)})


def bank(care: int, need: int) -> list[Question]:
    asked = [single(f"c{n}", TEXTS) for n in range(care)]
    return asked + [single(f"n{n}", TEXTS, principle="need-to-know") for n in range(need)]


def test_a_principle_with_too_few_questions_for_two_forms_is_named() -> None:
    """Three questions of two principles may be two of either."""
    (what,) = said(keys.pools(bank(4, 3), form(3)))
    assert "the principle “need-to-know” has 3 questions; 2 attempts that ask nothing twice may need 4" in what
    (what,) = said(keys.pools(bank(6, 5), form(3, each=3)))
    assert "“need-to-know” has 5 questions" in what


def test_a_bank_that_two_forms_share_out_is_large_enough() -> None:
    assert said(keys.pools(bank(4, 4), form(4))) == []
