"""What the check says of a dialogue that is broken: the place, what is wrong, what to do."""

from pathlib import Path

import pytest
from bad_content import LESSON, assert_faults, edit, line

from quizzes.content import check, load

DIALOGUE = "lessons/customer-privacy/dialogue.cs.yaml"
ENGLISH = "lessons/customer-privacy/dialogue.en.yaml"

CORPUS = {
    "a target that is none": ("to: promised", "to: promissed", "no node or ending has the id “promissed”"),
    "a node that nothing leads to": ("to: promised", "to: purpose", "no reply leads to “promised”"),
    "no best reply": ("        best: true\n        note: Z prosby", "        note: Z prosby", "no reply is marked"),
    "two best replies": ("to: promised\n", "to: promised\n        best: true\n", "two replies are marked"),
    "two replies alike": ("text: Nejde to.", "text: jasně,  odpoledne.", "two replies say the same"),
    "a node without replies": (r"(says: Smazáno.*)\n    choices:\n(      .*\n)+", r"\1\n", "“choices” is missing"),
    "a node with one reply": (r"      - id: settled\n(        .*\n)+", "", "“choices” needs at least 2 items"),
    "an ending without a debriefing": (r"    debrief: >-\n(      .*\n)+", "", "“debrief” is missing; add it"),
    "nobody who speaks": ("    who: Vedoucí\n", "", "“who” is missing; name somebody"),
    "an event that somebody says": ("event: true", "event: true\n    who: Ondra", "an event is said by nobody"),
    "a node called as an ending": (r"id: trust\b", "id: plan", "a node and an ending have the id “plan”"),
    "two nodes of one id": ("id: companies\n    who", "id: why\n    who", "“why” is here twice"),
    "two replies of one id": ("- id: what-for", "- id: sure", "“sure” is here twice"),
    "a credit that is none": ("credit: half", "credit: most", "“credit” is “most”; allowed: full, half, quarter"),
    "an outcome that is none": ("outcome: harm", "outcome: bad", "“outcome” is “bad”; allowed: good, repaired, harm"),
    "best neither true nor false": ("best: true", "best: perhaps", "“best” is “perhaps”; allowed: true, false"),
    "a key that is none": ("outcome: harm", "outcome: harm\n    score: 1", "unknown key “score”"),
}


@pytest.mark.parametrize("broken", CORPUS)
def test_a_broken_dialogue_is_named_by_file_and_with_what_to_do(bundled: Path, broken: str) -> None:
    pattern, instead, says = CORPUS[broken]
    edit(bundled, DIALOGUE, pattern, instead)
    faults = [fault for fault in check(bundled)[1] if fault.file == DIALOGUE]
    assert any(says in str(fault.what) and fault.line > 1 for fault in faults), faults


def test_a_target_that_is_none_is_named_on_its_line_and_nothing_follows_from_it(bundled: Path) -> None:
    edit(bundled, DIALOGUE, "to: promised", "to: promissed")
    assert_faults(bundled, (DIALOGUE, line(bundled, DIALOGUE, "to: promissed"), "name one of them"))


def test_a_loop_without_a_way_out_is_named_at_each_of_its_nodes(bundled: Path) -> None:
    """Compliance asks again and again."""
    edit(bundled, DIALOGUE, "to: (stopped|damage|limited)$", "to: hotline", count=20)
    at = {name: line(bundled, DIALOGUE, f"- id: {name}\n") for name in ("hotline", "corrected", "sent", "morning")}
    found = {fault.line: str(fault.what) for fault in check(bundled)[1]}
    assert "from “hotline” no reply ever leads to an ending" in found[at["hotline"]]
    assert "from “corrected” no reply ever" in found[at["corrected"]]
    assert "from “sent” no reply ever" in found[at["sent"]]
    assert "no reply leads to “damage”" in found[line(bundled, DIALOGUE, "- id: damage\n")]


def test_best_replies_that_go_round_in_a_circle_are_named(bundled: Path) -> None:
    edit(bundled, DIALOGUE, r"(id: what-and-why\n        text: .*\n        to: )trust", r"\1start")
    assert_faults(bundled, (DIALOGUE, line(bundled, DIALOGUE, "- id: start\n"), "the best replies lead round"))


@pytest.mark.parametrize(
    ("key", "says"),
    [
        ("to: sent", "“to” decides something and belongs in"),
        ("best: true", "“best” decides something"),
        ("credit: full", "“credit” decides something"),
    ],
)
def test_a_translation_decides_nothing(bundled: Path, key: str, says: str) -> None:
    edit(bundled, DIALOGUE, r"(- id: sure\n)", "\\1        best: false\n        credit: full\n")
    edit(bundled, ENGLISH, r"(- id: sure\n)", f"\\1        {key}\n")
    assert_faults(bundled, (ENGLISH, line(bundled, ENGLISH, key), says))


def test_a_translation_says_each_reply_in_words_of_its_own(bundled: Path) -> None:
    edit(bundled, ENGLISH, "text: I can’t do that.", "text: Sure, this afternoon.")
    edit(bundled, ENGLISH, r"      - id: wait\n(        .*\n)+", "")
    assert_faults(
        bundled,
        (ENGLISH, line(bundled, ENGLISH, "- id: cannot") + 1, "two replies say the same"),
        (ENGLISH, line(bundled, ENGLISH, "Then I’ll try Petra") + 1, "the id “wait” of"),
    )


@pytest.mark.parametrize("absent", [DIALOGUE, ENGLISH])
def test_a_dialogue_is_there_in_every_language_or_in_none(bundled: Path, absent: str) -> None:
    (bundled / absent).unlink()
    assert_faults(bundled, (absent, 1, "the dialogue is missing in this language"))


def test_a_lesson_needs_no_dialogue_and_without_one_its_course_has_the_hash_that_it_had(bundled: Path) -> None:
    for file in (DIALOGUE, ENGLISH):
        (bundled / file).unlink()
    course = load(bundled).courses["customer-privacy"]
    assert not course.dialogues
    assert "dialogues" not in course.body


def test_a_fault_of_the_lesson_hides_none_of_the_dialogue(bundled: Path) -> None:
    edit(bundled, LESSON, "^title: .*", "title:")
    edit(bundled, DIALOGUE, "outcome: harm", "outcome: bad")
    assert_faults(
        bundled,
        (LESSON, line(bundled, LESSON, "title:"), "“title” is empty"),
        (DIALOGUE, line(bundled, DIALOGUE, "outcome: bad"), "“outcome” is “bad”"),
    )
