"""A company's own letters and days: taken from its content folder, and every fault named by file and line."""

from pathlib import Path

import pytest

from progress.reminding import days_file, templates
from progress.reminding.schedule import LetterKind
from words import LANGUAGES, Words


def faults(folder: Path) -> list[str]:
    t = Words.of("en")
    return [fault.in_words(t) for fault in (*templates.read(folder)[1], *days_file.read(folder)[1])]


@pytest.fixture
def letters(tmp_path: Path) -> Path:
    folder = tmp_path / "letters"
    folder.mkdir()
    return folder


def write(folder: Path, kind: str, text: str) -> None:
    for language in LANGUAGES:
        (folder / f"{kind}.{language}.txt").write_text(text, "utf-8")


@pytest.mark.parametrize("kind", LetterKind)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_built_in_letter_fills_without_a_brace_left(tmp_path: Path, kind: LetterKind, language: str) -> None:
    found, _ = templates.read(tmp_path)
    subject, text = found[kind, language].filled({field: f"<{field}>" for field in templates.FIELDS[kind]})
    assert "{" not in subject + text
    assert "<link>" in text


def test_a_companys_own_letter_takes_the_place(tmp_path: Path, letters: Path) -> None:
    write(letters, "overdue", "Subject: Late: {course}\n\nPlease go to {link}\n")
    found, wrong = templates.read(tmp_path)
    assert wrong == []
    filled = found[LetterKind.OVERDUE, "cs"].filled({"course": "{link}", "link": "there"})
    assert filled == ("Late: {link}", "Please go to there\n")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("Subject: x\n\nDear {salary}\n", "letters/overdue.cs.txt:3: this letter has no field “salary”"),
        ("Subject: x\n\nDear {link\n", "letters/overdue.cs.txt:3: a brace has no counterpart"),
        ("Late\n\nx\n", "letters/overdue.cs.txt:1: the first line has to be “Subject:”"),
        ("Subject:\n\nx\n", "letters/overdue.cs.txt:1: the first line has to be “Subject:”"),
        ("Subject: x\n\n", "letters/overdue.cs.txt:2: there is no text"),
    ],
)
def test_a_faulty_letter_is_named(tmp_path: Path, letters: Path, text: str, fault: str) -> None:
    write(letters, "overdue", text)
    assert faults(tmp_path)[0].startswith(fault)


def test_a_missing_language_and_an_unknown_letter_are_named(tmp_path: Path, letters: Path) -> None:
    (letters / "overdue.cs.txt").write_text("Subject: x\n\ny\n", "utf-8")
    (letters / "shouting.cs.txt").write_text("Subject: x\n\ny\n", "utf-8")
    found = faults(tmp_path)
    assert found[0].startswith("letters/overdue.cs.txt:1: overdue.en.txt is missing beside it")
    assert found[1].startswith("letters/shouting.cs.txt:1: there is no such letter")


def test_each_country_has_its_days(tmp_path: Path, letters: Path) -> None:
    (letters / "days.yaml").write_text(
        "countries:\n"
        "  cz:\n    holidays: [2026-12-24]\n"
        "  ae:\n    units: [Dubai]\n    weekdays: [sun, mon]\n    hours: 7-15\n",
        "utf-8",
    )
    working, wrong = days_file.read(tmp_path)
    assert wrong == []
    assert [day.isoformat() for day in working.of("Sklad").holidays] == ["2026-12-24"]
    there = working.of("Dubai")
    assert (there.weekdays, there.from_hour, there.until_hour) == ({0, 6}, 7, 15)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("countries:\n  cz:\n    hours: 18-8\n", "letters/days.yaml:3: hours are written as 8-18"),
        ("countries:\n  cz:\n    holidays: [Christmas]\n", "letters/days.yaml:3: “Christmas” is no day"),
        ("countries:\n  cz:\n    weekdays: [monday]\n", "letters/days.yaml:3: weekdays are a list of"),
        ("countries:\n  cz:\n    lunch: 12\n", "letters/days.yaml:3: there is no key “lunch”"),
        ("days: []\n", "letters/days.yaml:1: the file has one key, “countries”"),
        ("countries:\n  cz:\n    hours: 8-9\n  sk:\n    hours: 8-9\n", "letters/days.yaml:4: only one country"),
    ],
)
def test_faulty_days_are_named(tmp_path: Path, letters: Path, text: str, fault: str) -> None:
    (letters / "days.yaml").write_text(text, "utf-8")
    assert faults(tmp_path)[0].startswith(fault)
