"""The bundled course: complete, in both languages, and no option gives itself away."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator

import pytest
from surroundings import HOME

from lessons.decisions import KINDS
from lessons.decisions.choice import Choice
from lessons.decisions.decision import Answer, Decision, Option
from lessons.model import Edition, digest
from lessons.reading import LARGEST_FILE, MOST_VALUES, read, texts
from quizzes.content import Content, Course, check
from quizzes.kinds.question import Question
from words import LANGUAGES

PRINCIPLES = [
    *("same-care", "security-measures", "need-to-know", "customer-consent"),
    *("confidential-by-default", "law-and-policy", "report-at-once"),
]


def decisions(course: Course, language: str) -> list[Decision]:
    lesson = course.lessons[0].texts[language]
    checks = [principle.check for principle in lesson.principles]
    return [lesson.dilemma, *checks, *(question.texts[language] for question in course.questions.values())]


def choices(course: Course, language: str) -> list[Choice]:
    """The decisions with one right option."""
    return [decision for decision in decisions(course, language) if isinstance(decision, Choice)]


def options(course: Course, language: str) -> Iterator[Option]:
    for decision in decisions(course, language):
        yield from decision.options


def questions_of(course: Course, principle: str) -> list[Question]:
    return [each.source for each in course.questions.values() if each.source.principle == principle]


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


def test_the_bank_holds_eight_questions_a_principle(course: Course) -> None:
    assert Counter(question.source.principle for question in course.questions.values()) == dict.fromkeys(
        PRINCIPLES, 8
    )


@pytest.mark.parametrize("principle", PRINCIPLES)
def test_half_of_a_principles_questions_are_of_other_kinds_than_one_right_option(
    course: Course, principle: str
) -> None:
    kinds_asked = [question.kind for question in questions_of(course, principle)]
    assert sum(kind != "single" for kind in kinds_asked) >= 4
    assert len(set(kinds_asked)) >= 3


def test_every_kind_of_decision_is_asked_and_is_met_in_the_lesson(course: Course) -> None:
    assert {question.source.kind for question in course.questions.values()} == set(KINDS)
    met = {type(principle.source.check) for principle in course.principles.values()}
    assert met == set(KINDS.values())


def test_no_kind_of_decision_stands_three_times_in_a_row_in_the_lesson(course: Course) -> None:
    met = [type(principle.source.check) for principle in course.principles.values()]
    assert not any(met[at] is met[at + 1] is met[at + 2] for at in range(len(met) - 2))


@pytest.mark.parametrize("principle", PRINCIPLES)
def test_a_principle_has_at_least_two_pairs_of_twins(course: Course, principle: str) -> None:
    assert sum(question.twin is not None for question in questions_of(course, principle)) >= 4


def test_twins_differ_in_the_situation_and_the_key_and_in_no_option(course: Course) -> None:
    for name, question in course.questions.items():
        if question.source.twin is None:
            continue
        twin = course.questions[question.source.twin]
        assert twin.source.twin == name
        assert (twin.source.kind, twin.source.principle) == (question.source.kind, question.source.principle)
        for language, text in question.texts.items():
            other = twin.texts[language]
            assert [(each.id, each.text) for each in text.options] == [(each.id, each.text) for each in other.options]
            assert text.prompt == other.prompt
            assert text.situation != other.situation


def test_a_third_of_the_keys_let_information_move(course: Course) -> None:
    """Of the questions to choose in that say which of their options do."""
    asked = [each.source for each in course.questions.values() if each.source.kind in ("single", "multiple")]
    marked = [question for question in asked if any(option.moves for option in question.options)]
    assert len(marked) >= len(asked) / 2
    moving = [
        question
        for question in marked
        if any(option.moves and option.id in key(question.right_answer) for option in question.options)
    ]
    assert len(moving) * 3 >= len(marked)


def key(answer: Answer) -> set[str]:
    return {answer} if isinstance(answer, str) else set(answer)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_wrong_first_try_on_a_card_gets_a_hint(course: Course, language: str) -> None:
    assert all(principle.texts[language].check.hint for principle in course.principles.values())


def test_an_attempt_asks_ten_questions_and_eighty_percent_pass(course: Course) -> None:
    assert (course.asked, course.entry.pass_mark, course.entry.valid_months) == (10, 80, 12)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_option_has_an_explanation_of_its_own(course: Course, language: str) -> None:
    """Twins may share one: where the fact that turns the key does not concern the option."""
    told: dict[str, set[str]] = {}
    for name, question in course.questions.items():
        explained = [option.explanation for option in question.texts[language].options]
        assert min(map(len, explained)) > 60
        assert len(set(explained)) == len(explained)
        for explanation in explained:
            told.setdefault(explanation, set()).add(name)
    for first, *others in map(sorted, told.values()):
        assert set(others) <= {course.questions[first].source.twin}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_option_of_a_card_has_an_explanation_of_its_own(course: Course, language: str) -> None:
    checks = [principle.texts[language].check for principle in course.principles.values()]
    explained = [option.explanation for check in checks for option in check.options]
    assert min(map(len, explained)) > 20
    assert len(set(explained)) == len(explained)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("extreme", [max, min], ids=["longest", "shortest"])
def test_the_right_option_is_the_longest_or_the_shortest_about_as_often_as_by_chance(
    course: Course, language: str, extreme: Callable[[Iterable[int]], int]
) -> None:
    """One of four is by chance; one of three helps nobody (`test_guessing.py`)."""
    asked = [each for each in choices(course, language) if isinstance(each, Question)]
    times = 0.0
    for each in asked:
        length = extreme(len(option.text) for option in each.options)
        alike = [option.id for option in each.options if len(option.text) == length]
        times += (each.right in alike) / len(alike)
    assert times * 3 <= len(asked)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_right_option_is_about_as_long_as_a_wrong_one(course: Course, language: str) -> None:
    asked = choices(course, language)
    right = [len(each.option(each.right).text) for each in asked]
    wrong = [len(option.text) for each in asked for option in each.options if option.id != each.right]
    assert sum(right) / len(right) == pytest.approx(sum(wrong) / len(wrong), rel=0.1)


def test_the_right_option_stands_in_no_usual_place(course: Course) -> None:
    places = Counter(
        [option.id for option in choice.options].index(choice.right)
        for choice in choices(course, "cs")
        if isinstance(choice, Question)
    )
    assert set(places) == {0, 1, 2, 3}
    assert max(places.values()) <= 0.4 * places.total()


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
    assert [contact.id for contact in content.company.contacts] == ["compliance", "legal", "line"]
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
        assert file.stat().st_size * 2 < LARGEST_FILE
        document, _ = read(file, HOME)
        assert document is not None
        assert len(document.lines) * 2 < MOST_VALUES
