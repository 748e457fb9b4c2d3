"""A corpus of bad folders: the bundled content with one thing broken, and what the check says of it."""

import io
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from random import Random

import pytest
from PIL import Image
from surroundings import HOME

from benchmarks.mutants import Expected, Mutant, Workshop, mutants
from lessons.faults import Fault, FaultyContentError
from lessons.model import Choice
from lessons.pictures import HEIGHT, LARGEST_PICTURE, MOST_SCANS, WIDTH
from lessons.reading import DEEPEST_NESTING, LARGEST_FILE, MOST_VALUES
from quizzes.content import Content, Course, check, load
from words import Words

CATALOGUE = "lessons/catalogue.yaml"
LESSON = "lessons/customer-privacy/cs.yaml"
LESSON_EN = "lessons/customer-privacy/en.yaml"
QUIZ = "quizzes/customer-privacy/cs.yaml"
QUIZ_EN = "quizzes/customer-privacy/en.yaml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the bundled content."""
    for file in (*HOME.glob("lessons/**/*.yaml"), *HOME.glob("quizzes/**/*.yaml")):
        copy = tmp_path / file.relative_to(HOME)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, copy)
    return tmp_path


def edit(folder: Path, file: str, pattern: str, instead: str, count: int = 1) -> None:
    """`^` is a line's beginning; a dot is no line's end."""
    text = (folder / file).read_text("utf-8")
    edited, times = re.subn(pattern, instead, text, count=count, flags=re.MULTILINE)
    assert times, f"{file} has no {pattern}"
    (folder / file).write_text(edited, "utf-8")


def line(folder: Path, file: str, what: str) -> int:
    """The number of the line on which `what` stands first."""
    before, found, _ = (folder / file).read_text("utf-8").partition(what)
    assert found, f"{file} has no {what}"
    return before.count("\n") + 1


def found(folder: Path) -> list[tuple[str, int, str]]:
    content, faults = check(folder)
    assert (content is None) is bool(faults)
    return [(fault.file, fault.line, str(fault.what)) for fault in faults]


def assert_faults(folder: Path, *expected: tuple[str, int, str]) -> None:
    """Those and no others: file, line, and a part of the sentence."""
    faults = found(folder)
    assert [fault[:2] for fault in faults] == sorted(fault[:2] for fault in expected), faults
    for file, number, part in expected:
        assert any(part in what for *place, what in faults if place == [file, number]), (part, faults)


@dataclass(frozen=True)
class Bad:
    """One edit, and what the check has to say of it."""

    file: str
    pattern: str
    instead: str
    says: str
    at: str
    """What stands on the line that has to be named; where it is empty, that is the first line changed."""


def swap(file: str, pattern: str, instead: str, says: str, at: str = "") -> Bad:
    return Bad(file, pattern, instead, says, at)


def more(file: str, after: str, text: str, says: str) -> Bad:
    """A line is added."""
    return Bad(file, f"^{after}.*", rf"\g<0>\n{text}", says, "")


def cut(file: str, pattern: str, says: str, at: str) -> Bad:
    return Bad(file, pattern, "", says, at)


def title(text: str, says: str) -> Bad:
    """The lesson gets another title."""
    return Bad(LESSON, "^title: .*", f"title: {text}", says, "")


OF_LESSON, OF_QUIZ = f" of {LESSON} is not translated", f" of {QUIZ} is not translated"
AFTER_PROMPT = "    prompt: "
HELD_BY_SOURCE = f"decides something and stands in {QUIZ} alone"

CORPUS = {
    "an unknown key": more(
        LESSON, "minutes: ", "colour: red", "unknown key “colour”; correct its name or take it out"
    ),
    "a misspelt key": more(CATALOGUE, "    valid_months", "    validity: 12", "unknown key “validity”"),
    "a missing key": cut(LESSON, "^title: .*\n", "“title” is missing; add it", at="id: customer-privacy"),
    "an empty text": title("", "“title” is empty; write its text"),
    "a text too short": swap(QUIZ, r"(situation:) >-\n(      .*\n)+", r"\1 V šatně.\n", "at least 40"),
    "a text too long": title("a" * 301, "“title” is longer than 300 characters"),
    "a list where a text belongs": title("[a, b]", "“title” has another shape"),
    "a text where a list belongs": swap(LESSON, r"^  answer:\n(    .*\n)+", "  answer: a\n", "“answer” has another"),
    "a missing principle id": swap(LESSON, "- id: need-to-know\n    ", "- ", "“id” is missing; add it"),
    "a missing question id": swap(QUIZ, "- id: full-shredding-bin\n    ", "- ", "“id” is missing; add it"),
    "a missing option id": swap(QUIZ, "- id: later\n        ", "- ", "“id” is missing; add it"),
    "a duplicate principle id": swap(
        LESSON, "- id: need-to-know", "- id: same-care", "“same-care” stands here twice"
    ),
    "a duplicate question id": swap(QUIZ, "- id: full-shredding-bin", "- id: call-on-the-train", "stands here twice"),
    "a duplicate option id": swap(QUIZ, "- id: no-name", "- id: quietly", "“quietly” stands here twice"),
    "an id in capitals": swap(QUIZ, "- id: no-name", "- id: No-Name", "“No-Name” is not an id"),
    "no right option": cut(QUIZ, "^    right: later\n", "“right” is missing", at="- id: call-on-the-train"),
    "a right option that is none": swap(QUIZ, "right: later", "right: never", "no option has the id “never”"),
    "a right option left empty": swap(QUIZ, "right: later", "right:", "“” is not an id"),
    "an option without an explanation": swap(
        QUIZ, "(- id: quietly\n.*\n) *explanation: .*\n", r"\1", "“explanation” is missing", at="- id: quietly"
    ),
    "an explanation left empty": swap(QUIZ, "(- id: quietly\n.*\n *explanation:).*", r"\1", "“explanation” is empty"),
    "two options that say the same": swap(
        QUIZ,
        "(text: )(.*)(\n(.*\n){2} *text: ).*",
        r"\1\2\3\2",
        "two options say the same",
    ),
    "two options only": cut(
        QUIZ,
        r"^      - id: (no-name|postpone)\n(        .*\n)+(      - id: postpone\n(        .*\n)+)?",
        "“options” needs at least 3",
        at="    options:",
    ),
    "an unknown kind of question": swap(QUIZ, "kind: single", "kind: essay", "“kind” is “essay”"),
    "a question about no principle": swap(QUIZ, "principle: same-care", "principle: care", "no principle “care”"),
    "a form too short for the principles": swap(QUIZ, "questions: 10", "questions: 6", "ask at least 7"),
    "a form longer than the bank": swap(QUIZ, "questions: 10", "questions: 50", "the bank holds only 30"),
    "a pass mark of nought": swap(CATALOGUE, "mark: 80", "mark: 0", "“pass_mark” is 0; it has to be at least 1"),
    "a pass mark above a hundred": swap(
        CATALOGUE, "mark: 80", "mark: 101", "“pass_mark” is 101; it may be 100 at most"
    ),
    "a pass mark in words": swap(CATALOGUE, "mark: 80", "mark: eighty", "“eighty”; it has to be a whole number"),
    "a pass mark with a sign": swap(CATALOGUE, "mark: 80", "mark: 80 %", "“80 %”; it has to be a whole number"),
    "a pass mark with a fraction": swap(CATALOGUE, "mark: 80", "mark: 80.5", "“80.5”; it has to be a whole number"),
    "a pass mark with a plus": swap(CATALOGUE, "mark: 80", "mark: +80", "“+80”; it has to be a whole number"),
    "a pass mark in Arabic digits": swap(CATALOGUE, "mark: 80", "mark: ٨٠", "it has to be a whole number"),
    "a form with an underscore": swap(QUIZ, "questions: 10", "questions: 5_0", "it has to be a whole number"),
    "a form beyond all measure": swap(QUIZ, "questions: 10", f"questions: {'9' * 5000}", "has to be a whole number"),
    "a pass mark left empty": swap(CATALOGUE, "mark: 80", "mark:", "it has to be a whole number"),
    "no pass mark": cut(CATALOGUE, "^    pass_mark: 80\n", "“pass_mark” is missing", at="  - id: customer-privacy"),
    "a validity of nought": swap(CATALOGUE, "valid_months: 12", "valid_months: 0", "it has to be at least 1"),
    "no course": swap(CATALOGUE, r"^courses:\n(.*\n)+", "courses: []\n", "“courses” needs at least 1"),
    "a lesson named twice": swap(CATALOGUE, r"(lessons: \[)(.*)\]", r"\1\2, \2]", "a lesson stands here twice"),
    "a lesson out of the folder": swap(CATALOGUE, r"(lessons: \[).*\]", r"\1../../etc]", "“../../etc” is not an id"),
    "a contact without an address": swap(CATALOGUE, "legal@example.com", "legal", "“legal”; that is not an address"),
    "a commitment in one language": cut(
        CATALOGUE, r"^      en: >-\n(        .*\n)+", "the text in “en” is missing", at="    commitment:"
    ),
    "a text in a language not taught": more(
        CATALOGUE, "    en: Example Company", "    de: Firma", "“de” is not among"
    ),
    "a file in another language": swap(LESSON, "^language: cs", "language: en", "“language” has to be “cs” here"),
    "an anchor": title("&title Co nám", "anchors (&) and aliases (*) are not allowed"),
    "an alias": title("*title", "anchors (&) and aliases (*) are not allowed"),
    "an anchor on a list": swap(QUIZ, "^    options:$", "    options: &them", "anchors (&) and aliases (*)"),
    "a bomb": more(
        LESSON, "minutes: ", r"a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]", "anchors (&) and aliases (*)"
    ),
    "a merge key": more(LESSON, "minutes: ", "<<: {a: b}", "unknown key “<<”"),
    "a tag": title("!!python/object/apply:os.system [id]", "tags (!) are not allowed"),
    "deep nesting": title("[" * 21 + "]" * 21, f"the nesting is deeper than {DEEPEST_NESTING} levels"),
    "nesting beyond all measure": title("[" * 200_000, f"the nesting is deeper than {DEEPEST_NESTING} levels"),
    "a list as a key": more(LESSON, "minutes: ", r"? [a, b]\n: c", "a key has to be plain text"),
    "a duplicate key": more(LESSON, "minutes: ", "minutes: 13", "the key “minutes” stands here twice; keep one"),
    "no: as a key": more(LESSON, "minutes: ", "no: yes", "unknown key “no”"),
    "HTML": title("Co nám <b>svěří</b>", "HTML is not allowed; write plain text or Markdown"),
    "a script": swap(QUIZ_EN, "title: .*", "title: <script>alert(1)</script>", "HTML is not allowed"),
    "an HTML comment": title("Co nám <!-- zákazníci -->", "HTML is not allowed"),
    "a link": title("Viz [zde](https://example.com)", "links out of the content folder are not allowed"),
    "a link by reference": title("Viz [zde][1]", "links out of the content folder are not allowed"),
    "a bare address": title("Viz www.example.com", "links out of the content folder are not allowed"),
    "a picture on another server": title("'![](https://example.com/a.png)'", "links out of the content folder"),
    "text that runs backwards": title("Co \u202enám", "an invisible control character stands here"),
    "an escaped control character": title(r'"Co\\a nám"', "an invisible control character stands here"),
    "an escaped terminal command": title(r'"Co\\x9b31m nám"', "an invisible control character stands here"),
    "a space without width": title("Co\u200bnám", "an invisible control character stands here"),
    "a line end that only YAML knows": title("Co\u2028nám", "an invisible control character stands here"),
    "a tab for indentation": swap(LESSON, "^  situation: ", "\tsituation: ", "not valid YAML; check the indentation"),
    "a colon in an unquoted text": title("Pozor: data", "not valid YAML; check the indentation, the colons"),
    "a quote that is not closed": title('"Co nám', "not valid YAML"),
    "a second document": swap(LESSON, r"\Z", "---\na: b\n", "a second document begins here; a file holds one"),
    "a translation that lacks a text": cut(
        QUIZ_EN, "^    prompt: .*\n", "“prompt” is not translated; add it", at="- id: call-on-the-train"
    ),
    "a translation left empty": swap(QUIZ_EN, "(- id: quietly\n *text:).*", r"\1", "“text” is empty"),
    "a translation in which two options say the same": swap(
        QUIZ_EN, "(text: )(.*)(\n(.*\n){2} *text: ).*", r"\1\2\3' \2 '", "two options say the same"
    ),
    "a translation that adds an option": swap(
        QUIZ_EN, "( *- )id: quietly", r"\1{id: extra, text: a, explanation: b}\n\g<0>", f"“extra” is not in {QUIZ}"
    ),
    "a translation that adds a principle": swap(
        LESSON_EN, "^  - id: same-care", r"  - {id: extra, title: a}\n\g<0>", f"“extra” is not in {LESSON}"
    ),
    "a translation that adds a key": more(QUIZ_EN, AFTER_PROMPT, "    hint: a", "unknown key “hint”"),
    "a translation that lacks a principle": cut(
        LESSON_EN, r"^  - id: report-at-once\n((    .*)?\n)+", f"“report-at-once”{OF_LESSON}", at="principles:"
    ),
    "a translation that says what is right": more(
        QUIZ_EN, AFTER_PROMPT, "    right: quietly", f"“right” {HELD_BY_SOURCE}"
    ),
    "a translation that scores": more(QUIZ_EN, AFTER_PROMPT, "    points: 3", "unknown key “points”"),
    "a translation with its own form": more(
        QUIZ_EN, "language: ", "form: {questions: 1}", f"“form” {HELD_BY_SOURCE}"
    ),
    "a translation about another principle": more(
        QUIZ_EN, AFTER_PROMPT, "    principle: same-care", f"“principle” {HELD_BY_SOURCE}"
    ),
    "a translation of another kind": more(QUIZ_EN, AFTER_PROMPT, "    kind: single", f"“kind” {HELD_BY_SOURCE}"),
    "a translation of another shape": swap(
        QUIZ_EN, r"^questions:\n(.*\n)+", "questions: a\n", "another shape than in"
    ),
    "a translation with fewer paragraphs": swap(
        LESSON_EN,
        r"^  paragraphs:\n((    .*)\n)+",
        "  paragraphs: [a]\n",
        f"{LESSON} has 4 items here, the translation 1",
    ),
    "a translation in another language": swap(
        LESSON_EN, "^language: en", "language: de", "“language” has to be “en”"
    ),
}


@pytest.mark.parametrize("rule", CORPUS)
def test_a_fault_is_named_with_its_file_its_line_and_what_to_do(folder: Path, rule: str) -> None:
    bad = CORPUS[rule]
    sound = (folder / bad.file).read_text("utf-8").splitlines()
    edit(folder, bad.file, bad.pattern, bad.instead)
    broken = (folder / bad.file).read_text("utf-8").splitlines()
    changed = next(n for n, (was, now) in enumerate(zip_longest(sound, broken), start=1) if was != now)
    assert_faults(folder, (bad.file, line(folder, bad.file, bad.at) if bad.at else changed, bad.says))


def test_a_sound_folder_has_no_fault(folder: Path, content: Content) -> None:
    assert found(folder) == []
    assert load(folder).courses["customer-privacy"].sha256 == content.courses["customer-privacy"].sha256


# Faults that show in two places, or of a whole file


def test_a_principle_without_a_question_is_named(folder: Path) -> None:
    edit(folder, QUIZ, "principle: report-at-once", "principle: same-care", count=0)
    assert_faults(
        folder, (QUIZ, line(folder, QUIZ, "\nquestions:") + 1, "the principle “report-at-once” has 0 questions")
    )


def test_a_translated_id_that_is_misspelt_is_both_missing_and_unknown(folder: Path) -> None:
    edit(folder, QUIZ_EN, "- id: full-shredding-bin", "- id: full-bin")
    assert_faults(
        folder,
        (
            QUIZ_EN,
            line(folder, QUIZ_EN, "questions:"),
            f"“full-shredding-bin”{OF_QUIZ}",
        ),
        (QUIZ_EN, line(folder, QUIZ_EN, "full-bin"), f"“full-bin” is not in {QUIZ}"),
    )


def test_a_translated_id_that_stands_twice_is_named(folder: Path) -> None:
    edit(folder, QUIZ_EN, "- id: no-name", "- id: quietly # 2")
    assert_faults(
        folder,
        (
            QUIZ_EN,
            line(folder, QUIZ_EN, "    options:"),
            f"“no-name”{OF_QUIZ}",
        ),
        (QUIZ_EN, line(folder, QUIZ_EN, "# 2"), "“quietly” stands here twice"),
    )


@pytest.mark.parametrize("file", [CATALOGUE, LESSON, LESSON_EN, QUIZ, QUIZ_EN])
@pytest.mark.parametrize(
    ("text", "says"),
    [
        (b"", "not a list of keys and values"),
        (b"just text\n", "not a list of keys and values"),
        (b"- a\n- b\n", "not a list of keys and values"),
        ("title: Ochrana".encode("utf-16"), "not UTF-8 text"),
        (b"a: " + b"x" * LARGEST_FILE, "larger than 300 kB"),
    ],
    ids=["empty", "text", "list", "UTF-16", "too large"],
)
def test_a_file_that_is_nothing_of_the_kind_is_named(folder: Path, file: str, text: bytes, says: str) -> None:
    (folder / file).write_bytes(text)
    assert_faults(folder, (file, 1, says))


@pytest.mark.parametrize("file", [CATALOGUE, LESSON, LESSON_EN, QUIZ, QUIZ_EN])
def test_a_file_that_is_missing_is_named(folder: Path, file: str) -> None:
    (folder / file).unlink()
    assert_faults(folder, (file, 1, "the file is missing"))


def test_a_lesson_without_any_file_is_named_file_by_file(folder: Path) -> None:
    edit(folder, CATALOGUE, r"lessons: \[.*\]", "lessons: [gifts]")
    places = [f"{kind}/gifts/{language}.yaml" for kind in ("lessons", "quizzes") for language in ("cs", "en")]
    assert_faults(folder, *((file, 1, "the file is missing") for file in places))


def test_text_that_is_not_utf_8_is_named_by_its_line(folder: Path) -> None:
    edit(folder, LESSON, "^minutes: .*", r"\g<0> # ascii")
    raw = (folder / LESSON).read_bytes().replace("svěří".encode(), "svěří".encode("cp1250"), 1)
    (folder / LESSON).write_bytes(raw)
    assert_faults(folder, (LESSON, 4, "not UTF-8 text; save the file as UTF-8"))


def test_a_raw_control_character_is_named_by_its_line_in_a_czech_text_too(folder: Path) -> None:
    edit(folder, LESSON, "  - id: report-at-once", "  - id: report-at-once\x07")
    assert_faults(folder, (LESSON, line(folder, LESSON, "\x07"), ""))


def test_every_bad_option_of_a_question_is_named_and_nothing_else(folder: Path) -> None:
    for option in ("quietly", "later"):
        edit(folder, QUIZ, f"(- id: {option}\n.*\n) *explanation: .*\n", r"\1")
    assert_faults(
        folder,
        *(
            (QUIZ, line(folder, QUIZ, f"- id: {option}"), "“explanation” is missing")
            for option in ("quietly", "later")
        ),
    )


def test_a_language_named_twice_is_named_once_in_the_catalogue(folder: Path) -> None:
    edit(folder, CATALOGUE, r"languages: \[cs, en\]", "languages: [cs, cs, en]")
    assert_faults(folder, (CATALOGUE, line(folder, CATALOGUE, "languages: "), "cs"))


def test_a_lesson_under_another_id_is_named_alone(folder: Path) -> None:
    edit(folder, LESSON, "^id: customer-privacy", "id: gifts")
    assert_faults(folder, (LESSON, 1, "“id” has to be the folder's name, “customer-privacy”"))


def test_two_lessons_of_a_course_do_not_share_the_id_of_a_question(folder: Path) -> None:
    """One of the two would never be asked, and the record could not tell them apart."""
    for kind in ("lessons", "quizzes"):
        shutil.copytree(folder / kind / "customer-privacy", folder / kind / "gifts")
        for file in (f"{kind}/gifts/cs.yaml", f"{kind}/gifts/en.yaml"):
            text = re.sub(r"^(id|lesson): .*", r"\1: gifts", (folder / file).read_text("utf-8"), flags=re.MULTILINE)
            text = re.sub(r"^((  - id|    principle|  - principle): .*)", r"\1-2", text, flags=re.MULTILINE)
            (folder / file).write_text(text.replace("- id: call-on-the-train-2", "- id: call-on-the-train"), "utf-8")
    edit(folder, CATALOGUE, r"lessons: \[.*\]", "lessons: [customer-privacy, gifts]")
    at = line(folder, CATALOGUE, "lessons: [")
    assert_faults(folder, (CATALOGUE, at, "two lessons have the question “call-on-the-train”; rename one"))


@pytest.mark.parametrize(
    "text", ["a: b\n" * 9_000, f"a: [{'x, ' * 9_000}]", "k{n}: b\n"], ids=["doubled", "list", "keys"]
)
def test_a_file_with_more_in_it_than_anybody_writes_is_named_alone(folder: Path, text: str) -> None:
    (folder / QUIZ).write_text("".join(text.format(n=n) for n in range(9_000)) if "{n}" in text else text, "utf-8")
    (fault,) = found(folder)
    assert fault[0] == QUIZ
    assert fault[2] == f"the file holds more than {MOST_VALUES} values; split it"


def test_a_mistake_at_the_end_of_a_file_is_on_its_last_line(folder: Path) -> None:
    (folder / LESSON).write_text("id: customer-privacy\ntitle: a\npromise", "utf-8")
    assert_faults(folder, (LESSON, 3, "not valid YAML"))


def test_a_folder_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    assert_faults(tmp_path / ("a" * 300), (CATALOGUE, 1, "the file cannot be opened"))


@pytest.mark.parametrize("key", [r'"a\\e[31mb"', r'"a\\u202Eb"', "a" * 900], ids=["steering", "turning", "long"])
def test_what_is_repeated_of_a_file_is_short_and_steers_no_terminal(folder: Path, key: str) -> None:
    edit(folder, LESSON, "^minutes: .*", rf"\g<0>\n{key}: b")
    (fault,) = check(folder)[1]
    for said in (fault.in_words(Words.of("en")), str(fault), str(FaultyContentError([fault]))):
        assert said.isprintable()
        assert len(said) < 200
        assert "unknown key “a" in said


# Out of the folder


@pytest.fixture
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("elsewhere")


def test_a_file_that_is_a_link_out_of_the_folder_is_refused(folder: Path, elsewhere: Path) -> None:
    shutil.move(folder / LESSON, elsewhere / "cs.yaml")
    (folder / LESSON).symlink_to(elsewhere / "cs.yaml")
    assert_faults(folder, (LESSON, 1, "a link out of the content folder"))


def test_a_folder_that_is_a_link_out_of_the_folder_is_refused(folder: Path, elsewhere: Path) -> None:
    shutil.move(folder / "quizzes" / "customer-privacy", elsewhere / "quiz")
    (folder / "quizzes" / "customer-privacy").symlink_to(elsewhere / "quiz")
    assert_faults(folder, *((file, 1, "a link out of the content folder") for file in (QUIZ, QUIZ_EN)))


def test_a_link_that_leads_to_itself_is_refused(folder: Path) -> None:
    (folder / LESSON).unlink()
    (folder / LESSON).symlink_to(folder / LESSON)
    assert_faults(folder, (LESSON, 1, ""))


def test_a_content_folder_may_itself_be_reached_through_a_link(folder: Path, elsewhere: Path) -> None:
    (elsewhere / "content").symlink_to(folder)
    assert found(elsewhere / "content") == []


# Pictures


def illustrate(folder: Path, name: str) -> Path:
    """Names a picture in the lesson and in its translation; gives where it belongs."""
    edit(folder, LESSON, "^why:", f'why:\n  picture: {{file: "{name}", alt: a}}')
    edit(folder, LESSON_EN, "^why:", "why:\n  picture: {alt: a}")
    return folder / "lessons" / "customer-privacy" / name


def picture(kind: str, size: tuple[int, int] = (40, 40), mode: str = "L") -> bytes:
    file = io.BytesIO()
    Image.effect_noise((40, 40), 50).resize(size).convert(mode).save(file, kind)
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "kind"), [("a.png", "PNG"), ("a.jpg", "JPEG"), ("a.JPEG", "JPEG"), ("a.webp", "WebP")]
)
def test_a_sound_picture_has_no_fault(folder: Path, name: str, kind: str) -> None:
    illustrate(folder, name).write_bytes(picture(kind))
    assert found(folder) == []


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_a_png_may_have_any_kind_of_colour(folder: Path, mode: str) -> None:
    illustrate(folder, "a.png").write_bytes(picture("PNG", mode=mode))
    assert found(folder) == []


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WebP"])
@pytest.mark.parametrize("size", [(WIDTH, HEIGHT), (HEIGHT, WIDTH)], ids=["across", "upright"])
def test_a_picture_may_fill_a_screen(folder: Path, kind: str, size: tuple[int, int]) -> None:
    illustrate(folder, f"a.{kind}").write_bytes(picture(kind, size))
    assert found(folder) == []


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("a.png", "there is no picture a.png"),
        ("a.svg", "a.svg is not a picture that is shown; use PNG, JPEG or WebP"),
        ("../../../a.png", "lies outside its folder"),
        ("/etc/passwd", "lies outside its folder"),
    ],
)
def test_a_picture_that_cannot_be_shown_is_named(folder: Path, name: str, says: str) -> None:
    illustrate(folder, name)
    assert_faults(folder, (LESSON, line(folder, LESSON, name), says))


def chunks(png: bytes, kept: Callable[[bytes], bool]) -> bytes:
    """A PNG with some of its parts left out."""
    left, at = png[:8], 8
    while at < len(png):
        ends = at + 12 + int.from_bytes(png[at : at + 4])
        left += png[at:ends] if kept(png[at + 4 : at + 8]) else b""
        at = ends
    return left


def one_bit_turned(png: bytes) -> bytes:
    """In the checksum of its points: they can all be drawn, and need not be what they were."""
    turned = bytearray(png)
    turned[png.index(b"IEND") - 9] ^= 1
    return bytes(turned)


@pytest.mark.parametrize(
    ("name", "held"),
    [
        ("a.png", b""),
        ("a.png", b"not a picture"),
        ("a.png", picture("JPEG")),
        ("a.jpg", picture("PNG")),
        ("a.png", picture("PNG")[:-200]),
        ("a.jpg", picture("JPEG")[:-200]),
        ("a.webp", picture("WebP")[:-200]),
        ("a.webp", picture("WebP", (WIDTH, HEIGHT))[:-200]),
        ("a.jpg", picture("JPEG", (WIDTH, HEIGHT))[:-2000]),
        ("a.jpg", picture("JPEG")[:-2] + b"\xff\xda" * MOST_SCANS + b"\xff\xd9"),
        ("a.png", picture("PNG").replace(b"IDAT", b"IDAZ")),
        ("a.png", chunks(picture("PNG"), lambda kind: kind != b"IDAT")),
        ("a.png", chunks(picture("PNG", mode="P"), lambda kind: kind != b"PLTE")),
        ("a.png", chunks(picture("PNG"), lambda kind: kind != b"IHDR")),
        ("a.png", one_bit_turned(picture("PNG"))),
        ("a.webp", b"RIFF\x24\0\0\0WAVEfmt " + b"\0" * 28),
    ],
    ids=[
        "empty",
        "text",
        "JPEG named PNG",
        "PNG named JPEG",
        "cut PNG",
        "cut JPEG",
        "cut WebP",
        "cut large WebP",
        "cut large JPEG",
        "JPEG of too many scans",
        "PNG with a part that is none",
        "PNG without points",
        "PNG without its colours",
        "PNG without its header",
        "PNG with one bit turned",
        "sound named WebP",
    ],
)
def test_a_broken_picture_is_named(folder: Path, name: str, held: bytes) -> None:
    illustrate(folder, name).write_bytes(held)
    assert_faults(folder, (LESSON, line(folder, LESSON, name), f"the picture {name} is broken"))


def test_a_picture_beside_which_something_is_damaged_is_shown_without_a_word(folder: Path) -> None:
    said = Image.Exif()
    said[0x010E] = "a kitchen"
    beyond_its_end = said.tobytes().replace(b"\0\0\0\x0a", b"\0\0\xff\x0a")
    file = io.BytesIO()
    Image.effect_noise((40, 40), 50).save(file, "JPEG", exif=beyond_its_end)
    illustrate(folder, "a.jpg").write_bytes(file.getvalue())
    assert found(folder) == []


def test_a_picture_that_is_too_large_is_named(folder: Path) -> None:
    illustrate(folder, "a.png").write_bytes(picture("PNG") + b"\0" * LARGEST_PICTURE)
    assert_faults(folder, (LESSON, line(folder, LESSON, "a.png"), "larger than 500 kB"))


@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("a.png", (WIDTH + 1, HEIGHT)),
        ("a.jpg", (WIDTH + 1, HEIGHT)),
        ("a.webp", (WIDTH + 1, HEIGHT)),
        ("a.png", (13_000, 13_000)),
        ("a.webp", (9_000, 9_000)),
    ],
)
def test_a_picture_with_too_many_pixels_is_named(folder: Path, name: str, size: tuple[int, int]) -> None:
    """Some kilobytes in the file, up to a hundred and seventy million points in memory."""
    Image.new("1", size).save(illustrate(folder, name))
    says = f"the picture {name} has more than {WIDTH} × {HEIGHT} pixels; make it smaller"
    assert_faults(folder, (LESSON, line(folder, LESSON, name), says))


def test_a_picture_that_is_a_link_out_of_the_folder_is_named(folder: Path, elsewhere: Path) -> None:
    (elsewhere / "a.png").write_bytes(picture("PNG"))
    illustrate(folder, "a.png").symlink_to(elsewhere / "a.png")
    assert_faults(folder, (LESSON, line(folder, LESSON, "a.png"), "outside its folder"))


def test_a_picture_that_links_to_itself_is_named(folder: Path) -> None:
    file = illustrate(folder, "a.png")
    file.symlink_to(file)
    assert_faults(folder, (LESSON, line(folder, LESSON, "a.png"), "a.png"))


@pytest.mark.parametrize("name", [r"a\\0.png", "a" * 280 + ".png"], ids=["with a zero byte", "too long"])
def test_a_name_that_no_file_can_have_is_named(folder: Path, name: str) -> None:
    illustrate(folder, name)
    assert {fault[:2] for fault in found(folder)} == {(LESSON, line(folder, LESSON, "picture:"))}


def test_a_picture_without_words_for_it_is_named(folder: Path) -> None:
    edit(folder, LESSON, "^why:", "why:\n  picture: {file: a.png}")
    assert (LESSON, line(folder, LESSON, "a.png"), "“alt” is missing; add it") in found(folder)


# Values stay text; what is harmless is let through


@pytest.mark.parametrize("version", ["1.10", "no", "2026-03-02", "0x10", "~", "12e03", "null", "1_000"])
def test_a_value_stays_the_text_that_was_written(folder: Path, version: str) -> None:
    edit(folder, CATALOGUE, 'version: "1.0"', f"version: {version}")
    assert load(folder).courses["customer-privacy"].entry.version == version


@pytest.mark.parametrize(
    "change",
    [
        lambda raw: b"\xef\xbb\xbf" + raw,
        lambda raw: raw.replace(b"\n", b"\r\n"),
        lambda raw: raw.rstrip(b"\n"),
        lambda raw: b"# A comment\n\n" + raw,
    ],
    ids=["a byte order mark", "Windows line ends", "no last line end", "a comment"],
)
def test_how_an_editor_saves_a_file_changes_nothing_of_what_it_says(
    folder: Path, content: Content, change: Callable[[bytes], bytes]
) -> None:
    for file in (CATALOGUE, LESSON, LESSON_EN, QUIZ, QUIZ_EN):
        (folder / file).write_bytes(change((folder / file).read_bytes()))
    assert load(folder).courses["customer-privacy"].sha256 == content.courses["customer-privacy"].sha256


@pytest.mark.parametrize(
    "text", ["Méně než 5 < 10 lidí", "50 % & více", "**Tučně** a *šikmo*", "jedna [dvě] tři", "a/b"]
)
def test_ordinary_text_and_markdown_are_let_through(folder: Path, text: str) -> None:
    edit(folder, LESSON, "^title: .*", f"title: '{text}'")
    assert load(folder).courses["customer-privacy"].lessons[0].source.title == text


def test_a_translation_may_come_in_another_order(folder: Path, content: Content) -> None:
    first = "- id: quietly\n"
    text = (folder / QUIZ_EN).read_text("utf-8")
    start = text.index("      " + first)
    end = text.index("      - id: later\n")
    last = text.index("      - id: postpone\n")
    (folder / QUIZ_EN).write_text(text[:start] + text[end:last] + text[start:end] + text[last:], "utf-8")
    assert load(folder).courses["customer-privacy"].sha256 == content.courses["customer-privacy"].sha256


# All at once


def test_the_faults_of_all_files_are_reported_at_once(folder: Path) -> None:
    """Sorted by file and line: an author mends everything in one go."""
    edit(folder, CATALOGUE, "legal@example.com", "legal")
    edit(folder, LESSON, "^minutes: .*", r"\g<0>\ncolour: red")
    edit(folder, LESSON_EN, "^title: .*", "title: <b>a</b>")
    edit(folder, QUIZ, "(- id: quietly\n.*\n) *explanation: .*\n", r"\1")
    edit(folder, QUIZ_EN, "^    prompt: .*", r"\g<0>\n    hint: a")
    assert_faults(
        folder,
        (CATALOGUE, line(folder, CATALOGUE, "email: legal"), "not an address"),
        (LESSON, line(folder, LESSON, "colour"), "unknown key"),
        (LESSON_EN, line(folder, LESSON_EN, "<b>"), "HTML"),
        (QUIZ, line(folder, QUIZ, "- id: quietly"), "“explanation” is missing"),
        (QUIZ_EN, line(folder, QUIZ_EN, "hint"), "unknown key"),
    )


def test_several_faults_of_one_file_are_reported_at_once(folder: Path) -> None:
    edit(folder, QUIZ, "(- id: quietly\n.*\n) *explanation: .*\n", r"\1")
    edit(folder, QUIZ, "right: lock", "right: nowhere")
    edit(folder, QUIZ, "kind: single", "kind: essay")
    assert [what.split(";")[0] for *_, what in found(folder)] == [
        "“kind” is “essay”",
        "“explanation” is missing",
        "no option has the id “nowhere” that “right” names",
    ]


def test_a_fault_inside_a_question_hides_none_between_the_questions(folder: Path) -> None:
    edit(folder, QUIZ, "- id: full-shredding-bin", "- id: call-on-the-train")
    edit(folder, QUIZ, "principle: report-at-once", "principle: same-care", count=0)
    edit(folder, QUIZ, "kind: single", "kind: essay")
    said = " ".join(what for *_, what in found(folder))
    for part in ("“kind” is “essay”", "“call-on-the-train” stands here twice", "“report-at-once” has 0 questions"):
        assert part in said


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> list["Verdict"]:
    """What the check makes of a thousand broken folders."""
    folder = tmp_path_factory.mktemp("mutants") / "content"
    return [Verdict.of(mutant, folder) for mutant in mutants(HOME, folder, 1000)]


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


def test_a_thousand_mutated_folders_give_only_named_faults(verdicts: list[Verdict]) -> None:
    assert len(verdicts) == 1000
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
    assert len(to_be_named) > 600
    for verdict in to_be_named:
        topic = verdict.mutant.file.removesuffix("/cs.yaml").removesuffix("/en.yaml").removesuffix("/catalogue.yaml")
        assert any(fault.file.startswith(topic) for fault in verdict.faults), verdict


def test_what_counts_for_nothing_changes_nothing(verdicts: list[Verdict], tmp_path: Path) -> None:
    Workshop(HOME, tmp_path, Random(1)).restore()
    sound = load(tmp_path).courses["customer-privacy"].sha256
    harmless = [each for each in verdicts if each.mutant.expected is Expected.THE_SAME]
    assert len(harmless) > 50
    for verdict in harmless:
        assert verdict.content is not None, verdict
        assert verdict.content.courses["customer-privacy"].sha256 == sound, verdict


def test_a_mutant_that_is_let_through_is_sound(verdicts: list[Verdict]) -> None:
    accepted = [each for each in verdicts if each.content is not None]
    assert len(accepted) > 100
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


def can_be_decided(choice: Choice) -> bool:
    ids = [option.id for option in choice.options]
    said = {option.text.casefold().strip() for option in choice.options}
    return choice.right in ids and len(set(ids)) == len(said) == len(ids) > 1


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


def test_bad_content_is_never_half_loaded(folder: Path) -> None:
    edit(folder, QUIZ_EN, "^    prompt: .*", r"\g<0>\n    hint: a")
    with pytest.raises(FaultyContentError) as refused:
        load(folder)
    assert [fault.file for fault in refused.value.faults] == [QUIZ_EN]


def test_a_fault_is_told_in_czech_and_in_english(folder: Path) -> None:
    edit(folder, LESSON, "^minutes: .*", r"\g<0>\ncolour: red")
    (fault,) = check(folder)[1]
    english, czech = (fault.in_words(Words.of(language)) for language in ("en", "cs"))
    assert english == f"{LESSON}:4: unknown key “colour”; correct its name or take it out"
    assert czech.startswith(f"{LESSON}:4: ")
    assert czech != english


# From outside


def run(folder: Path, tmp_path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {
        "PATH": os.environ["PATH"],
        "LANG": "en_GB.UTF-8",
        "KODEX_CONTENT": str(folder),
        "KODEX_DATABASE_URL": f"sqlite:///{tmp_path}/kodex.sqlite3",
        "KODEX_SECRET": "s" * 32,
    }
    return subprocess.run(
        [sys.executable, *arguments], cwd=HOME, env=environment, capture_output=True, text=True, check=False
    )


def test_the_command_reports_every_fault_and_ends_with_1(folder: Path, tmp_path: Path) -> None:
    assert run(folder, tmp_path, "manage.py", "content", "check", str(folder)).returncode == 0
    edit(folder, LESSON, "^minutes: .*", r"\g<0>\ncolour: red")
    edit(folder, LESSON, "^promise: .*", "promise: <i>a</i>")
    ended = run(folder, tmp_path, "manage.py", "content", "check", str(folder))
    assert ended.returncode == 1
    assert f"{LESSON}:4: unknown key “colour”" in ended.stdout
    assert f"{LESSON}:6: HTML is not allowed" in ended.stdout


def test_a_server_with_bad_content_does_not_start(folder: Path, tmp_path: Path) -> None:
    edit(folder, LESSON, "^minutes: .*", r"\g<0>\ncolour: red")
    ended = run(folder, tmp_path, "-c", "import app")
    assert ended.returncode == 1
    assert f"{LESSON}:4: unknown key “colour”" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert not (tmp_path / "kodex.sqlite3").exists()
