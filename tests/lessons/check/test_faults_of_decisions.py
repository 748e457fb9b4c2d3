"""A small course with every kind of decision, scenes and twins, one thing broken in it, and what the check says."""

from pathlib import Path

import pytest
from bad_content import (
    LESSON,
    LESSON_EN,
    QUIZ,
    QUIZ_EN,
    assert_faults,
    assert_named,
    cut,
    edit,
    found,
    line,
    swap,
)

HELD_BY_SOURCE = f"decides something and belongs in {QUIZ} only"
KINDS = "allowed: single, multiple, classify, order, spot"
MULTIPLE, CLASSIFY, ORDER, SPOT = "- id: shelf", "- id: sorting", "- id: loss", "- id: notice"

DECISIONS = {
    "an unknown kind on a card": swap(LESSON, "kind: classify", "kind: essay", KINDS),
    "an unknown kind in the bank": swap(QUIZ, "kind: multiple", "kind: essay", KINDS),
    "a list of kinds": swap(QUIZ, "kind: multiple", "kind: [multiple]", "“kind” has another shape"),
    "an empty hint": swap(LESSON, "hint: .*", "hint:", "“hint” is empty"),
    "a hint too long": swap(LESSON, "hint: .*", f"hint: {'a' * 301}", "“hint” is longer than 300"),
    "a hint that is not translated": cut(
        LESSON_EN,
        "^ *hint: .*\n",
        "“hint” is not translated; add it",
        "    check:\n      prompt: What do you do with",
    ),
    "a hint in the translation alone": swap(
        LESSON_EN, "( *)prompt: What do you do first", r"\1hint: a\n\g<0>", "unknown key “hint”"
    ),
    "several right, written as one": swap(
        QUIZ, r"right: \[list, labels\]", "right: list", "“right” has another shape"
    ),
    "several right, of which one is no option": swap(QUIZ, r"\[list, labels\]", "[list, lid]", "the id “lid”"),
    "several right, one of them twice": swap(
        QUIZ, r"\[list, labels\]", "[list, list]", "“right” names an option twice; keep one"
    ),
    "several right, and none named": swap(QUIZ, r"\[list, labels\]", "[]", "“right” needs at least 1"),
    "one right, written as several": swap(QUIZ, "right: give", "right: [give]", "“right” has another shape"),
    "an option that perhaps lets information move": swap(
        QUIZ, "moves: true", "moves: perhaps", "“perhaps” is neither true nor false"
    ),
    "a translation in which an option lets information move": swap(
        QUIZ_EN, "It is only tape.", "It is only tape., moves: true", f"“moves” {HELD_BY_SOURCE}"
    ),
    "too many options": swap(
        QUIZ,
        r"^( *)- \{id: tape.*",
        "\n".join([r"\g<0>", *(rf"\1- {{id: n{n}, text: a{n}, explanation: b}}" for n in range(6))]),
        "“options” has more than 8",
        "options:\n      - {id: list",
    ),
    "no categories": cut(QUIZ, r"^    categories:\n(      - .*\n)+", "“categories” is missing; add it", at=CLASSIFY),
    "one category": cut(QUIZ, r"^      - \{id: there, .*\n", "“categories” needs at least 2", at="    categories:"),
    "a category without words": swap(QUIZ, r"\{id: there, text: Tam\}", "{id: there}", "“text” is missing"),
    "an option in no category": swap(QUIZ, ", open: there", "", "put every option into one of the", at=CLASSIFY),
    "an option in a category that is none": swap(QUIZ, "small: here", "small: hers", "into one of the", at=CLASSIFY),
    "a category that is not translated": cut(
        QUIZ_EN, r"^      - \{id: there, .*\n", f"“there” of {QUIZ} is not translated", at="    categories:"
    ),
    "a category in the translation alone": swap(
        QUIZ_EN, r"^( *)- \{id: there, .*", r"\g<0>\n\1- {id: nowhere, text: a}", f"“nowhere” is not in {QUIZ}"
    ),
    "an order that lacks a step": swap(
        QUIZ, r"right: \[report, search, write\]", "right: [report, search]", "name every option once", at=ORDER
    ),
    "an order with a step twice": swap(
        QUIZ, r"right: \[report, search, write\]", "right: [report, search, search]", "every option once", at=ORDER
    ),
    "a pair that the best order breaks": swap(
        QUIZ, r"- \[report, write\]", "- [write, report]", "“right” breaks a pair of “must”", at=ORDER
    ),
    "a pair with a step that is none": swap(
        QUIZ, r"- \[report, write\]", "- [report, wait]", "“must” names an option that there is not", at=ORDER
    ),
    "half a pair": swap(QUIZ, r"- \[report, write\]", "- [report]", "“must” needs at least 2"),
    "a pair of three": swap(QUIZ, r"- \[report, write\]", "- [report, write, search]", "“must” has more than 2"),
    "pairs in a kind that has no order": swap(
        QUIZ, "(    kind: multiple)", r"\1\n    must: [[list, tape]]", "unknown key “must”", at="    must: [[list"
    ),
    "no artefact": cut(QUIZ, r"^    artefact:\n(      .*\n)+", "“artefact” is missing; add it", at=SPOT),
    "an artefact without text": cut(QUIZ, "^      text: Hled.*\n", "“text” is missing; add it", at="    artefact:"),
    "an artefact of an unknown kind": swap(
        QUIZ, "kind: note", "kind: poem", "“kind” is “poem”; allowed: chat, email, call, photo, plan, form, note"
    ),
    "a phrase that no option has": swap(QUIZ, "{phone}", "{mobile}", "hold “{id}” once for every option", at=SPOT),
    "an option without its phrase": swap(QUIZ, "Nálezce ať volá {phone}.", "", "“{id}” once for every", at=SPOT),
    "a phrase twice": swap(QUIZ, "ať volá {phone}", "ať volá {phone} {phone}", "“{id}” once for every", at=SPOT),
    "a phrase lost in the translation": swap(QUIZ_EN, "Call {phone}.", "", "“{id}” once for every", at=SPOT),
    "an artefact that is not translated": cut(
        QUIZ_EN, r"^    artefact:\n(      .*\n)+", "“artefact” is not translated; add it", at=SPOT
    ),
    "a translation with a kind of artefact": swap(
        QUIZ_EN, "^      sender: .*", r"      kind: note\n\g<0>", f"“kind” {HELD_BY_SOURCE}"
    ),
    "a translation with other right options": swap(
        QUIZ_EN, "^    prompt: What do you put away.*", r"    right: [tape]\n\g<0>", f"“right” {HELD_BY_SOURCE}"
    ),
    "a translation with pairs": swap(
        QUIZ_EN, "^    title: A loss", r"    must: [[write, report]]\n\g<0>", f"“must” {HELD_BY_SOURCE}"
    ),
}

SCENES = {
    "a scene of an unknown kind": swap(LESSON, "kind: chat", "kind: dream", "“kind” is “dream”; allowed: chat"),
    "a scene without a kind": cut(LESSON, "^ *kind: chat\n", "“kind” is missing; add it", at="scene:\n      title"),
    "a scene without words for it": cut(
        LESSON, "^ *alt: Rozhovor.*\n", "“alt” is missing; add it", at="scene:\n      kind: chat"
    ),
    "a scene whose words for it are not translated": cut(
        LESSON_EN, "^ *alt: A chat.*\n", "“alt” is not translated; add it", at="scene:\n      title: Who"
    ),
    "an unknown key in a scene": swap(LESSON, "^( *)party: .*", r"\g<0>\n\1place: a", "unknown key “place”"),
    "an unknown key in a line": swap(LESSON, "^( *)- who: Jana", r"\g<0>\n\1  whom: a", "unknown key “whom”"),
    "a line of another shape": swap(
        LESSON, "- text: Zásilka se ztratila.", "- text: [a]", "“text” has another shape"
    ),
    "an empty line": swap(LESSON, "- text: Zásilka se ztratila.", "- text:", "“text” is empty"),
    "an empty sender": swap(LESSON, "sender: Sklad", "sender:", "“sender” is empty"),
    "too many lines": swap(
        LESSON,
        r"^      - text: Zásilka se.*\n",
        "      - text: a\n" * 13,
        "“lines” has more than 12",
        at="    lines:",
    ),
    "a line that is perhaps the reader's own": swap(LESSON, "own: true", "own: maybe", "“maybe” is neither true nor"),
    "a line that is the reader's own in a list": swap(LESSON, "own: true", "own: [true]", "neither true nor false"),
    "a line whose translation says whose it is": swap(
        LESSON_EN, "( *)- text: Petr.", r"\g<0>\n\1  own: false", f"“own” decides something and belongs in {LESSON}"
    ),
    "a line that is not translated": cut(
        LESSON_EN, r"^ *- text: Petr\.\n", "has 2 items here, the translation 1", at="lines:\n        - who"
    ),
    "HTML in a scene": swap(LESSON, "text: Kdo si přijde", "text: <b>Kdo</b>", "HTML is not allowed"),
    "a link in an artefact": swap(QUIZ, "text: Hledáme", "text: https://example.com", "links out of the content"),
}

OF_A_KIND = "^    kind: order"

TWINS = {
    "a twin that is none": swap(
        QUIZ, OF_A_KIND, r"\g<0>\n    twin: nowhere", "no other question “nowhere”; correct “twin” or take it out"
    ),
    "an empty twin": swap(QUIZ, OF_A_KIND, r"\g<0>\n    twin:", "“” is not an id"),
    "a list of twins": swap(QUIZ, OF_A_KIND, r"\g<0>\n    twin: [notice]", "“twin” has another shape"),
    "a twin that no question's id can be": swap(QUIZ, OF_A_KIND, r"\g<0>\n    twin: A b", "“A b” is not an id"),
    "a twin of its own": swap(QUIZ, OF_A_KIND, r"\g<0>\n    twin: loss", "no other question “loss”"),
    "a twin that does not name it back": swap(
        QUIZ,
        OF_A_KIND,
        r"\g<0>\n    twin: notice",
        "“notice” does not name this question; let the twins name each other",
    ),
    "a twin on a card": swap(LESSON, "( *)kind: classify", r"\g<0>\n\1twin: prompt", "unknown key “twin”"),
    "a translation with a twin": swap(
        QUIZ_EN, "^    title: Without a name", r"    twin: loss\n\g<0>", f"“twin” {HELD_BY_SOURCE}"
    ),
}


@pytest.mark.parametrize("rule", DECISIONS)
def test_a_fault_in_a_decision_is_named(every_kind: Path, rule: str) -> None:
    assert_named(every_kind, DECISIONS[rule])


@pytest.mark.parametrize(
    ("pattern", "instead", "at", "says", "too"),
    [
        (
            "id: there, text: Tam",
            "id: here, text: Tam",
            CLASSIFY,
            "“here” is here twice",
            "into one of the categories",
        ),
        ("open: there", "opened: there", CLASSIFY, "no option has the id “opened”", "every option into one of the"),
        (r"right: \[report, search", "right: [report, wait", ORDER, "the id “wait”", "name every option once"),
    ],
    ids=["a category twice", "a category for no option", "a step that is none"],
)
def test_a_fault_that_leaves_an_option_without_its_place_is_named_with_it(
    every_kind: Path, pattern: str, instead: str, at: str, says: str, too: str
) -> None:
    edit(every_kind, QUIZ, pattern, instead)
    assert_faults(every_kind, (QUIZ, line(every_kind, QUIZ, instead), says), (QUIZ, line(every_kind, QUIZ, at), too))


@pytest.mark.parametrize("rule", SCENES)
def test_a_fault_in_a_scene_is_named(every_kind: Path, rule: str) -> None:
    assert_named(every_kind, SCENES[rule])


@pytest.mark.parametrize("rule", TWINS)
def test_a_twin_that_is_none_is_named(every_kind: Path, rule: str) -> None:
    assert_named(every_kind, TWINS[rule])


def line_of_option(folder: Path, file: str, question: str, option: str) -> int:
    """The number of the line of an option in the question of that id."""
    before, _, after = (folder / file).read_text("utf-8").partition(f"- id: {question}\n")
    return before.count("\n") + 1 + after[: after.index(f"{{id: {option},")].count("\n") + 1


PAIR = ("parcel-named", "parcel-nameless")


@pytest.mark.parametrize("file", [QUIZ, QUIZ_EN])
def test_twins_with_other_words_in_an_option_are_both_named(every_kind: Path, file: str) -> None:
    edit(every_kind, file, "(id: keep, text: )", r"\1Honem! ")
    says = "the twin has no option “keep” in these words; give twins the same options"
    assert_faults(every_kind, *((file, line_of_option(every_kind, file, each, "keep"), says) for each in PAIR))


def test_twins_with_other_options_are_both_named(every_kind: Path) -> None:
    for file in (QUIZ, QUIZ_EN):
        edit(every_kind, file, "id: keep, text:", "id: wait, text:")
    assert_faults(
        every_kind,
        (QUIZ, line_of_option(every_kind, QUIZ, PAIR[0], "wait"), "no option “wait”"),
        (QUIZ, line_of_option(every_kind, QUIZ, PAIR[1], "keep"), "no option “keep”"),
    )


def test_an_option_that_the_twin_lacks_is_named(every_kind: Path) -> None:
    for file in (QUIZ, QUIZ_EN):
        edit(every_kind, file, r"^( *)- \{id: ask, .*", r"\g<0>\n\1- {id: wait, text: a, explanation: b}")
    assert_faults(
        every_kind, (QUIZ, line_of_option(every_kind, QUIZ, PAIR[0], "wait"), "the twin has no option “wait”")
    )


def test_twins_about_two_principles_are_both_named(every_kind: Path) -> None:
    edit(every_kind, QUIZ, "principle: careful", "principle: prompt")
    assert_faults(
        every_kind,
        (QUIZ, line(every_kind, QUIZ, "twin: parcel-nameless"), "“parcel-nameless” is about another principle"),
        (QUIZ, line(every_kind, QUIZ, "twin: parcel-named"), "“parcel-named” is about another principle"),
    )


def test_a_form_counts_twins_once_as_it_holds_one_of_them_only(every_kind: Path) -> None:
    edit(every_kind, QUIZ, "questions: 4", "questions: 5")
    assert found(every_kind) == []
    edit(every_kind, QUIZ, "questions: 5", "questions: 6")
    assert_faults(every_kind, (QUIZ, 3, "the bank holds only 5 questions, twins counted once; write more or ask"))


def test_a_principle_with_too_few_questions_beside_twins_is_named(every_kind: Path) -> None:
    edit(every_kind, QUIZ, "questions: 4, each_principle: 2", "questions: 5, each_principle: 2")
    for question in ("shelf", "sorting"):
        for file in (QUIZ, QUIZ_EN):
            edit(every_kind, file, rf"^  - id: {question}\n(    .*\n)+", "")
    assert_faults(
        every_kind,
        (QUIZ, 3, "the bank holds only 3 questions"),
        (QUIZ, 4, "“careful” has 1 questions, twins counted once; the form asks for 2; write more"),
    )


def test_the_small_course_is_sound(every_kind: Path) -> None:
    assert found(every_kind) == []
