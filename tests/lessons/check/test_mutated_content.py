"""Mutated folders: every fault is named, and what is let through is sound."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest
import width
from surroundings import HOME

from lessons.decisions.decision import Decision
from lessons.faults import Fault
from quizzes.content import Bank, Content, Course, check, load
from tests.broken.content import mutants
from tests.broken.workshop import Expected, Mutant, Workshop
from words import Words


@pytest.fixture(scope="module", params=width.times(150, 1000))
def verdicts(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> list["Verdict"]:
    """What the check makes of so many broken folders."""
    folder = tmp_path_factory.mktemp("mutants") / "content"
    found = [Verdict.of(mutant, folder) for mutant in mutants(HOME, folder, request.param)]
    assert len(found) == request.param
    return found


@dataclass(frozen=True)
class Verdict:
    mutant: Mutant
    content: Content | None
    faults: list[Fault]
    astray: list[Fault]
    """Those that name a line that their file does not have."""

    @classmethod
    def of(cls, mutant: Mutant, folder: Path) -> "Verdict":
        content, faults = check(folder)
        return cls(mutant, content, faults, [each for each in faults if not has_line(folder, each)])

    def __str__(self) -> str:
        return f"{self.mutant.kind}, {self.mutant.file}: {'; '.join(map(str, self.faults[:3])) or 'no fault'}"


def has_line(folder: Path, fault: Fault) -> bool:
    file = folder / fault.file
    return 1 <= fault.line <= (file.read_bytes().count(b"\n") + 1 if file.is_file() else 1)


def test_mutated_folders_give_only_named_faults(verdicts: list[Verdict]) -> None:
    for verdict in verdicts:
        assert (verdict.content is None) is bool(verdict.faults), verdict
        assert verdict.astray == [], verdict
        for fault in verdict.faults:
            for said in (fault.in_words(Words.of(language)) for language in ("cs", "en")):
                assert said.startswith(f"{fault.file}:{fault.line}: "), said
                assert said.replace("\u00a0", " ").isprintable(), said
                assert len(said) < 400, said


def test_what_has_to_be_noticed_is_noticed_where_it_stands(verdicts: list[Verdict]) -> None:
    to_be_named = [each for each in verdicts if each.mutant.expected is Expected.NAMED]
    assert len(to_be_named) > 0.6 * len(verdicts)
    for verdict in to_be_named:
        topic = verdict.mutant.file.removesuffix("/cs.yaml").removesuffix("/en.yaml").removesuffix("/catalogue.yaml")
        assert any(fault.file.startswith(topic) for fault in verdict.faults), verdict


def test_what_counts_for_nothing_changes_nothing(verdicts: list[Verdict], tmp_path: Path) -> None:
    Workshop(HOME, tmp_path, Random(1)).restore()
    sound = load(tmp_path).courses["customer-privacy"].sha256
    harmless = [each for each in verdicts if each.mutant.expected is Expected.THE_SAME]
    assert len(harmless) > 0.03 * len(verdicts)
    for verdict in harmless:
        assert verdict.content is not None, verdict
        assert verdict.content.courses["customer-privacy"].sha256 == sound, verdict


def test_a_mutant_that_is_let_through_is_sound(verdicts: list[Verdict]) -> None:
    accepted = [each for each in verdicts if each.content is not None]
    assert len(accepted) > 0.05 * len(verdicts)
    for verdict in accepted:
        assert verdict.content is not None
        for course in verdict.content.courses.values():
            assert nonsense_of(course, verdict.content.languages) == [], verdict


def nonsense_of(course: Course, languages: tuple[str, ...]) -> list[str]:
    """What a learner of the course would stumble over; found in the loaded content, apart from the check."""
    found = []
    for lesson, bank in zip(course.lessons, course.banks, strict=True):
        editions = [*bank.questions.values(), lesson]
        found += [
            f"{edition.source.id} lacks a language" for edition in editions if tuple(edition.texts) != languages
        ]
        asked = Counter(question.source.principle for question in bank.questions.values())
        found += [
            f"{name} is asked too little" for name in course.principles if asked[name] < bank.form.each_principle
        ]
        if not set(asked) <= set(course.principles) or not 1 <= bank.form.questions <= len(bank.questions):
            found.append("the form and the bank do not fit")
        found += [f"{name} does not fit its twin" for name in bank.questions if not fits_its_twin(bank, name)]
        for language in languages:
            text = lesson.texts[language]
            choices = [text.dilemma, *(each.check for each in text.principles)]
            choices += [question.texts[language] for question in bank.questions.values()]
            found += [f"{language}: {choice.prompt}" for choice in choices if not can_be_decided(choice)]
            found += [
                f"{language}: {said}"
                for said in said_in([text.model_dump(), *(each.model_dump() for each in choices)])
            ]
    if not (1 <= course.entry.pass_mark <= 100 and set(course.entry.title) == set(languages)):
        found.append("the course's entry is wrong")
    return found


def can_be_decided(decision: Decision) -> bool:
    said = {option.text.casefold().strip() for option in decision.options}
    answers = [decision.right_answer, *decision.wrong_answers]
    return (
        len(decision.ids) == len(said) == len(decision.options) > 1
        and [decision.is_right(answer) for answer in answers] == [True, *(False for _ in decision.wrong_answers)]
        and all(map(decision.offers, answers))
    )


def fits_its_twin(bank: Bank, name: str) -> bool:
    question = bank.questions[name]
    twin = bank.questions.get(question.source.twin or name)
    return (
        twin is not None
        and twin.source.twin in (name, None)
        and all(options_of(twin.texts[language]) == options_of(text) for language, text in question.texts.items())
    )


def options_of(decision: Decision) -> dict[str, str]:
    return {option.id: option.text for option in decision.options}


def said_in(data: object) -> Iterator[str]:
    """The texts that are empty, or that are more than text."""
    if isinstance(data, str):
        dangerous = (
            "<b",
            "<script",
            "<!--",
            "](",
            "http://",
            "https://",
            "www.",
            "javascript:",
            "\x1b",
            "\0",
            "\u202e",
        )
        if not data.strip() or any(each in data.lower() for each in dangerous):
            yield data
    elif isinstance(data, dict | list | tuple):
        for each in data.values() if isinstance(data, dict) else data:
            yield from said_in(each)
