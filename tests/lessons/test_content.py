"""The bundled course: complete, in both languages, and no option gives itself away."""

import re
from collections import Counter
from collections.abc import Iterator

import pytest
from surroundings import HOME

from lessons.decisions.choice import Choice
from lessons.decisions.decision import Option
from lessons.model import Edition, digest
from lessons.reading import LARGEST_FILE, texts
from quizzes.content import Content, Course, check
from words import LANGUAGES

PRINCIPLES = [
    *("same-care", "security-measures", "need-to-know", "customer-consent"),
    *("confidential-by-default", "law-and-policy", "report-at-once"),
]


def choices(course: Course, language: str) -> list[Choice]:
    lesson = course.lessons[0].texts[language]
    checks = [principle.check for principle in lesson.principles]
    return [lesson.dilemma, *checks, *(question.texts[language] for question in course.questions.values())]


def options(course: Course, language: str) -> Iterator[Option]:
    for choice in choices(course, language):
        yield from choice.options


def test_the_bundled_content_has_no_fault() -> None:
    content, faults = check(HOME)
    assert faults == []
    assert content is not None


def test_the_course_is_taught_in_every_language_of_the_interface(content: Content, course: Course) -> None:
    assert set(content.languages) == set(LANGUAGES) == {"cs", "en"}
    assert content.languages[0] == "cs"
    parts = [*course.lessons, *course.principles.values(), *course.questions.values()]
    for part in parts:
        assert tuple(part.texts) == content.languages


def test_the_lesson_teaches_the_seven_principles(course: Course) -> None:
    assert list(course.principles) == PRINCIPLES


def test_the_bank_holds_at_least_four_questions_a_principle(course: Course) -> None:
    asked = Counter(question.source.principle for question in course.questions.values())
    assert len(course.questions) >= 28
    assert set(asked) == set(PRINCIPLES)
    assert min(asked.values()) >= 4


def test_an_attempt_asks_ten_questions_and_eighty_percent_pass(course: Course) -> None:
    assert (course.asked, course.entry.pass_mark, course.entry.valid_months) == (10, 80, 12)


def test_every_option_has_an_explanation_of_its_own(course: Course) -> None:
    for language in LANGUAGES:
        explained = [option.explanation for option in options(course, language)]
        assert min(len(text) for text in explained) > 40
        assert len(set(explained)) == len(explained)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_right_option_is_the_longest_no_more_often_than_chance(course: Course, language: str) -> None:
    asked = choices(course, language)
    longest = sum(len(each.right_option.text) == max(len(option.text) for option in each.options) for each in asked)
    assert longest <= sum(1 / len(each.options) for each in asked)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_right_option_is_about_as_long_as_a_wrong_one(course: Course, language: str) -> None:
    asked = choices(course, language)
    right = [len(each.right_option.text) for each in asked]
    wrong = [len(option.text) for each in asked for option in each.options if option != each.right_option]
    assert sum(right) / len(right) == pytest.approx(sum(wrong) / len(wrong), rel=0.1)


def test_the_right_option_stands_in_no_usual_place(course: Course) -> None:
    places = Counter(
        [option.id for option in question.source.options].index(question.source.right_answer)
        for question in course.questions.values()
    )
    assert set(places) == {0, 1, 2, 3}
    assert max(places.values()) <= 0.4 * len(course.questions)


def test_no_two_questions_tell_the_same_story(course: Course) -> None:
    for language in LANGUAGES:
        for told in ("title", "situation"):
            said = [getattr(question.texts[language], told) for question in course.questions.values()]
            assert len(set(said)) == len(said)


def test_czech_addresses_the_reader_without_gendered_slashes(course: Course) -> None:
    gendered = re.compile(r"\w\([aiy]\)|\w/[aiy]\b")
    for part in (*course.lessons, *course.questions.values()):
        for _, text in texts(part.texts["cs"].model_dump()):
            assert not gendered.search(str(text)), text


def test_nobody_is_offered_all_of_the_above(course: Course) -> None:
    for language in LANGUAGES:
        for option in options(course, language):
            assert not re.search(r"of the above|výše uveden|všechny možnosti", option.text, re.IGNORECASE)


def test_there_is_somebody_to_turn_to(content: Content) -> None:
    assert [contact.id for contact in content.company.contacts] == ["compliance", "legal"]
    assert all(set(contact.name) == set(LANGUAGES) for contact in content.company.contacts)


def test_the_commitment_is_signed_in_either_language(course: Course) -> None:
    assert set(course.entry.commitment) == set(LANGUAGES)
    assert len(set(course.entry.commitment.values())) == 2


def test_a_course_is_known_by_a_hash_of_all_that_it_teaches_and_asks(course: Course) -> None:
    assert course.sha256 == digest(course.body)
    assert len({question.sha256 for question in course.questions.values()}) == len(course.questions)
    body = str(course.body)
    for part in (*course.lessons, *course.questions.values()):
        assert part.sha256 in body


def test_a_part_is_frozen_once_read(course: Course) -> None:
    for part in (course.entry, course.lessons[0].source, next(iter(course.questions.values())).source):
        with pytest.raises(ValueError, match="frozen"):
            part.title = "another"


def test_a_change_of_one_letter_gives_another_edition(course: Course) -> None:
    question = next(iter(course.questions.values()))
    english = question.texts["en"].model_copy(update={"title": question.texts["en"].title + "!"})
    assert Edition({**question.texts, "en": english}).sha256 != question.sha256


def test_the_bundled_files_are_well_below_the_largest_size() -> None:
    for file in (*HOME.glob("lessons/*/*.yaml"), *HOME.glob("quizzes/*/*.yaml")):
        assert file.stat().st_size * 5 < LARGEST_FILE
