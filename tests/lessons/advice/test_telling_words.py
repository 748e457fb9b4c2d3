"""Words that stand in right options alone, or in wrong ones alone."""

from banks import NUMBERS, said, single

from quizzes.advice import keys


def options(n: int, telling: str) -> tuple[str, ...]:
    """Four options with words of their own, the first with a telling one too."""
    word = NUMBERS[n]
    return (f"Red {telling} {word}a", f"Blue {word}b", f"Green {word}c", f"White {word}d")


def test_a_word_in_right_options_alone_is_named_with_how_often() -> None:
    bank = [single(f"q{n}", options(n, "compliance")) for n in range(4)]
    found = said(keys.telling_words(bank, "en"))
    assert "the word “compliance” stands in right options alone, in 4 questions; use it in wrong ones too" in found


def test_a_word_in_wrong_options_alone_is_named_once_it_is_no_accident() -> None:
    often = [single(f"q{n}", (*options(n % 12, f"only{n}")[:3], f"Simply {n}"), right=n % 3) for n in range(17)]
    assert "the word “simply” stands in wrong options alone, in 17 questions; use it in right ones too" in said(
        keys.telling_words(often, "en")
    )
    assert said(keys.telling_words(often[:12], "en")) == []


def test_a_word_in_fewer_questions_or_in_a_wrong_option_too_is_let_be() -> None:
    bank = [single(f"q{n}", options(n, "compliance")) for n in range(4)]
    few = "\n".join(said(keys.telling_words(bank[:3], "en")))
    both = "\n".join(said(keys.telling_words([*bank, single("q4", options(5, "compliance"), right=1)], "en")))
    assert "compliance" not in few + both


def test_words_of_grammar_and_endings_do_not_count() -> None:
    grammar = [single(f"q{n}", (f"with {n}", f"{NUMBERS[n]}", f"x{NUMBERS[n]}")) for n in range(6)]
    assert said(keys.telling_words(grammar, "en")) == []
    endings = [
        single(f"q{n}", (f"{word} {NUMBERS[n]}a", f"{NUMBERS[n]}b", f"{NUMBERS[n]}c"))
        for n, word in enumerate(("zákazník", "zákazníka", "zákazníkovi", "zákazníkem", "zákazníci"))
    ]
    (what,) = said(keys.telling_words(endings, "cs"))
    assert "“zákazník” stands in right options alone, in 5" in what


def test_what_is_right_in_one_twin_and_wrong_in_the_other_tells_nothing() -> None:
    twins = [
        single(f"{name}{n}", options(n, "compliance"), right=right, twin=f"{other}{n}")
        for n in range(8)
        for name, other, right in (("q", "r", 0), ("r", "q", 1))
    ]
    assert not any("compliance" in what for what in said(keys.telling_words(twins, "en")))
