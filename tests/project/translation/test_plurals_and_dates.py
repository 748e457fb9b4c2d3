"""Plurals, dates, times and numbers as Czech and English write them."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wording import CS, EN

from words import NO_BREAK

PRAGUE = ZoneInfo("Europe/Prague")


def spaced(text: str) -> str:
    """With a tilde for every space that does not break, as typesetters write it."""
    return text.replace(NO_BREAK, "~")


# Plurals, dates, numbers


@pytest.mark.parametrize(
    ("n", "said"),
    [
        (0, "0~otázek"),
        (1, "1~otázka"),
        (2, "2~otázky"),
        (4, "4~otázky"),
        (5, "5~otázek"),
        (22, "22~otázek"),
        (101, "101~otázek"),
    ],
)
def test_czech_has_a_form_for_one_for_two_to_four_and_for_more(n: int, said: str) -> None:
    assert spaced(CS.plural("{n} question", "{n} questions", n)) == said


def test_english_has_a_form_for_one_and_one_for_more() -> None:
    said = [EN.plural("{n} question", "{n} questions", n) for n in (0, 1, 2)]
    assert said == ["0 questions", "1 question", "2 questions"]


def test_large_numbers_are_set_by_locale() -> None:
    assert spaced(CS.number(12345.5)) == "12~345,5"
    assert EN.number(12345.5) == "12,345.5"
    assert spaced(CS.plural("{n} question", "{n} questions", 1200)) == "1~200~otázek"


def test_a_percentage_is_set_by_locale() -> None:
    assert spaced(CS.percent(88)) == "88~%"
    assert EN.percent(88) == "88%"


def test_a_date_is_written_as_each_language_writes_it() -> None:
    day = date(2026, 3, 2)
    assert spaced(CS.date(day)) == "2.~března 2026"
    assert EN.date(day) == "2 March 2026"
    assert spaced(CS.day(day)) == "2.~března"
    assert EN.day(day) == "2 March"
    assert spaced(CS.short_date(day)) == "2.~3.~2026"
    assert spaced(EN.short_date(day)) == "2~Mar~2026"
    assert spaced(CS.short_day(day)) == "2.~3."
    assert spaced(EN.short_day(day)) == "2~Mar"


def test_a_moment_is_told_in_the_companys_own_time() -> None:
    winter, summer = datetime(2026, 3, 2, 23, 30, tzinfo=UTC), datetime(2026, 7, 2, 8, 5, tzinfo=UTC)
    assert spaced(CS.moment(winter, PRAGUE)) == "3.~března 2026~0:30"
    assert spaced(CS.moment(summer, PRAGUE)) == "2.~července 2026~10:05"
    assert EN.moment(summer, PRAGUE) == "2 July 2026, 10:05"


def test_a_list_is_joined_as_each_language_joins_it() -> None:
    assert spaced(CS.list(["x", "y", "z"])) == "x, y a~z"
    assert EN.list(["x", "y", "z"]) == "x, y and z"


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("k tomu v obchodě a s nimi", "k~tomu v~obchodě a~s~nimi"),
        ("V pátek i v sobotu", "V~pátek i~v~sobotu"),
        ("do 31. března", "do 31.~března"),
        ("méně než 80 % lidí", "méně než 80~% lidí"),
        ("otázka 3 z 10", "otázka 3~z~10"),
        ("sami za sebou", "sami za sebou"),
        ("konec věty k", "konec věty k"),
    ],
)
def test_no_one_letter_word_and_no_number_is_left_at_a_lines_end(text: str, bound: str) -> None:
    assert spaced(CS.set(text)) == bound
    assert EN.set(text) == text


@given(st.text())
def test_setting_a_text_changes_nothing_but_spaces(text: str) -> None:
    assert CS.set(text).replace(NO_BREAK, " ") == text.replace(NO_BREAK, " ")
