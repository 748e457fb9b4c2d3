"""A corpus of bad folders: the former course with one thing broken, and what the check says of it."""

from pathlib import Path

import pytest
from bad_content import (
    CATALOGUE,
    LESSON,
    LESSON_EN,
    OF_LESSON,
    QUIZ,
    QUIZ_EN,
    Bad,
    assert_named,
    cut,
    found,
    more,
    swap,
)

from lessons.reading import DEEPEST_NESTING
from quizzes.content import load


def title(text: str, says: str) -> Bad:
    """The lesson gets another title."""
    return Bad(LESSON, "^title: .*", f"title: {text}", says, "")


AFTER_PROMPT = "    prompt: "

HELD_BY_SOURCE = f"decides something and belongs in {QUIZ} only"

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
    "a duplicate principle id": swap(LESSON, "- id: need-to-know", "- id: same-care", "“same-care” is here twice"),
    "a duplicate question id": swap(QUIZ, "- id: full-shredding-bin", "- id: call-on-the-train", "is here twice"),
    "a duplicate option id": swap(QUIZ, "- id: no-name", "- id: quietly", "“quietly” is here twice"),
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
    "a lesson named twice": swap(CATALOGUE, r"(lessons: \[)(.*)\]", r"\1\2, \2]", "a lesson is here twice"),
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
    "a duplicate key": more(LESSON, "minutes: ", "minutes: 13", "the key “minutes” is here twice; keep one"),
    "no: as a key": more(LESSON, "minutes: ", "no: yes", "unknown key “no”"),
    "HTML": title("Co nám <b>svěří</b>", "HTML is not allowed; write plain text or Markdown"),
    "a script": swap(QUIZ_EN, "title: .*", "title: <script>alert(1)</script>", "HTML is not allowed"),
    "an HTML comment": title("Co nám <!-- zákazníci -->", "HTML is not allowed"),
    "a link": title("Viz [zde](https://example.com)", "links out of the content folder are not allowed"),
    "a link by reference": title("Viz [zde][1]", "links out of the content folder are not allowed"),
    "a bare address": title("Viz www.example.com", "links out of the content folder are not allowed"),
    "a picture on another server": title("'![](https://example.com/a.png)'", "links out of the content folder"),
    "text that runs backwards": title("Co \u202enám", "there is an invisible control character here"),
    "an escaped control character": title(r'"Co\\a nám"', "there is an invisible control character here"),
    "an escaped terminal command": title(r'"Co\\x9b31m nám"', "there is an invisible control character here"),
    "a space without width": title("Co\u200bnám", "there is an invisible control character here"),
    "a line end that only YAML knows": title("Co\u2028nám", "there is an invisible control character here"),
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
    assert_named(folder, CORPUS[rule])


def test_the_former_course_is_sound_and_still_the_same_edition(folder: Path) -> None:
    """Records name the hash: a key added since must not be part of content that does not have it."""
    assert found(folder) == []
    sha256 = "7282a9170d0dd943339a6c9f3330125693394f45546a4099b2f0776f0b38b61e"
    assert load(folder).courses["customer-privacy"].sha256 == sha256
