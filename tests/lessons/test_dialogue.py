"""The dialogue as a graph: wherever its replies lead."""

from collections.abc import Iterator

import pytest

from lessons.dialogue import Dialogue, Ending, Node, Walk
from quizzes.content import Content

AMPLE = {"nodes": 12, "endings": 3}


@pytest.fixture
def dialogue(content: Content) -> Dialogue:
    return content.courses["customer-privacy"].dialogues["customer-privacy"].source


def every_path(dialogue: Dialogue, replies: tuple[str, ...] = ()) -> Iterator[Walk]:
    """Every way to an ending that comes to no node twice."""
    path = dialogue.path(replies)
    if isinstance(path.at, Ending):
        yield path
    elif path.at not in [step.node for step in path.steps]:
        for reply in path.at.choices:
            yield from every_path(dialogue, (*replies, reply.id))


def test_every_bundled_dialogue_has_nodes_and_endings_enough(content: Content) -> None:
    dialogues = [each.source for course in content.courses.values() for each in course.dialogues.values()]
    assert dialogues
    for each in dialogues:
        assert len(each.nodes) >= AMPLE["nodes"]
        assert len(each.endings) >= AMPLE["endings"]


def test_every_path_comes_to_an_ending_and_every_ending_has_one(dialogue: Dialogue) -> None:
    paths = list(every_path(dialogue))
    assert len(paths) > len(dialogue.nodes)
    assert {path.at.id for path in paths} == {ending.id for ending in dialogue.endings}
    assert {step.node.id for path in paths for step in path.steps} == {node.id for node in dialogue.nodes}
    for path in paths:
        assert dialogue.path([step.reply.id for step in path.steps]) == path


def test_the_best_path_has_full_credit_and_nowhere_parts_from_itself(dialogue: Dialogue) -> None:
    best = dialogue.best
    assert best.ending is not None
    assert (best.ending.outcome, best.credit, best.fork) == ("good", "full", None)
    assert [path for path in every_path(dialogue) if path.fork is None] == [best]


def test_a_path_parts_where_its_first_reply_was_not_the_best(dialogue: Dialogue) -> None:
    path = dialogue.path(["what-for", "keep-it", "report"])
    assert path.fork == 1
    assert path.steps[0].reply == dialogue.best.steps[0].reply


def test_a_report_made_at_once_earns_half_and_a_late_one_a_quarter(dialogue: Dialogue) -> None:
    shared = ["what-for", "keep-it"]
    assert dialogue.path(shared).credit == "none"
    assert dialogue.path([*shared, "report"]).credit == "half"
    assert dialogue.path([*shared, "hope"]).credit == "none"
    assert dialogue.path([*shared, "hope", "report"]).credit == "quarter"


def test_where_a_reply_is_not_among_those_offered_the_path_goes_no_further(dialogue: Dialogue) -> None:
    sound = dialogue.path(["what-for"])
    assert dialogue.path(["what-for", "no-such-reply", "keep-it"]) == sound
    assert isinstance(sound.at, Node)
    to_the_end = [step.reply.id for step in dialogue.best.steps]
    assert dialogue.path([*to_the_end, "what-for"]) == dialogue.best


def test_the_debriefing_names_the_turn_first_and_then_what_counted(content: Content) -> None:
    for course in content.courses.values():
        for edition in course.dialogues.values():
            for text in edition.texts.values():
                for ending in text.endings:
                    assert ending.debrief in {f"{ending.turn}. {ending.counted}", f"{ending.turn}."}
                    assert len(ending.turn) > 20
