"""The dialogue on the lesson's screen: what is said, what may be said next, and what it came to."""

import pytest
from browsing import plain
from open_matters import done
from stage import Open, Screen
from studying import Study

from lessons.cards import Card, CardKind
from lessons.dialogue import Dialogue
from people.access import Principal
from progress.completion import learning
from progress.completion.steps import Submission, Turn
from screens.parts.course.learner import ELSEWHERE

AFTER_A_WRONG_TURN = ["what-for", "keep-it", "delete", "report", "everything"]


@pytest.fixture
def card(assigned: Study, learner: Principal) -> Card:
    """The learner is brought to it."""
    for each in assigned.course.cards:
        if each.kind is CardKind.DIALOGUE:
            return each
        done(assigned, learner, each)
    raise LookupError


@pytest.fixture
def dialogue(assigned: Study, card: Card, language: str) -> Dialogue:
    return assigned.course.dialogues[card.lesson_id].text(language)


def texts_of_what_follows(dialogue: Dialogue, replies: list[str]) -> list[str]:
    """All words of the dialogue that nobody may see yet who has said this."""
    path = dialogue.path(replies)
    seen = {step.node.id for step in path.steps} | {path.at.id}
    notes = [reply.note for node in dialogue.nodes for reply in node.choices if reply.note]
    endings = [text for ending in dialogue.endings for text in (ending.text, ending.debrief)]
    return [*notes, *endings, *(node.says for node in dialogue.nodes if node.id not in seen)]


def press(screen: Screen, dialogue: Dialogue, replies: list[str]) -> None:
    """Says the last of the replies, after all others."""
    screen.press(dialogue.path(replies).steps[-1].reply.text)


def test_every_reply_is_offered_and_nothing_of_what_follows_is_sent(
    open_screen: Open, assigned: Study, learner: Principal, card: Card, dialogue: Dialogue, language: str
) -> None:
    screen = open_screen(learner, "lesson.py", language)
    for number in range(1, len(AFTER_A_WRONG_TURN)):
        so_far = AFTER_A_WRONG_TURN[: number - 1]
        path = dialogue.path(so_far)
        assert screen.title == plain(dialogue.title)
        assert sorted(screen.buttons()) == sorted(plain(reply.text) for reply in path.at.choices)
        assert plain(path.at.says) in screen.text()
        assert all(plain(step.reply.text) in screen.text() for step in path.steps)
        assert [text for text in texts_of_what_follows(dialogue, so_far) if plain(text) in screen.text()] == []
        assert screen.says("You cannot take back what you have said, but nearly everything can be put right.")
        press(screen, dialogue, AFTER_A_WRONG_TURN[:number])
        assert assigned.enrolment(learner).replies(card.id) == AFTER_A_WRONG_TURN[:number]


def test_the_debriefing_names_the_turn_the_fork_and_what_counted(
    open_screen: Open, assigned: Study, learner: Principal, card: Card, dialogue: Dialogue, language: str
) -> None:
    screen = open_screen(learner, "lesson.py", language)
    for number in range(1, len(AFTER_A_WRONG_TURN) + 1):
        press(screen, dialogue, AFTER_A_WRONG_TURN[:number])
    own, best = dialogue.path(AFTER_A_WRONG_TURN), dialogue.best
    assert own.ending is not None
    assert best.ending is not None
    assert screen.title == plain(own.ending.turn)
    assert screen.says("Half of the conversation counts.")
    assert screen.text().count(plain(screen.words("Here the paths part"))) == 1
    for path in (own, best):
        assert path.ending is not None
        assert plain(path.ending.text) in screen.text()
        assert all(plain(step.reply.text) in screen.text() for step in path.steps)
    (onward,) = screen.app.button
    assert (onward.key or "").startswith("next_")
    assert open_screen(learner, "lesson.py", language).title == screen.title
    screen.go_on()
    assert card.id in assigned.enrolment(learner).cards


def test_who_took_the_best_path_is_told_so(
    open_screen: Open, assigned: Study, learner: Principal, card: Card, language: str
) -> None:
    assigned.talk(learner, card)
    screen = open_screen(learner, "lesson.py", language)
    assert screen.says("You took the best path")
    assert screen.says("The conversation counts in full.")
    assert not screen.says("Here the paths part")


def test_a_dialogue_that_is_over_is_read_again_with_its_debriefing(
    open_screen: Open, assigned: Study, learner: Principal, card: Card, dialogue: Dialogue, language: str
) -> None:
    done(assigned, learner, card)
    screen = open_screen(learner, "lesson.py", language, card=card.id)
    assert dialogue.best.ending is not None
    assert screen.title == plain(dialogue.best.ending.turn)
    assert screen.buttons() == []
    assert screen.links() == [plain(screen.words(each)) for each in ("All principles", "Back to where you stopped")]


def test_a_reply_from_a_tab_left_behind_is_refused_in_a_sentence(
    open_screen: Open, assigned: Study, learner: Principal, card: Card, dialogue: Dialogue, language: str
) -> None:
    left_behind = open_screen(learner, "lesson.py", language)
    turn, said = Turn(card, 1), Submission("what-for", language)
    learning.reply(assigned.database, assigned.asker(learner), assigned.course, turn, said)
    press(left_behind, dialogue, ["sure"])
    assert left_behind.says(ELSEWHERE.text)
    assert assigned.enrolment(learner).replies(card.id) == ["what-for"]
    path = dialogue.path(["what-for"])
    assert sorted(left_behind.buttons()) == sorted(plain(reply.text) for reply in path.at.choices)


def test_a_debriefing_is_no_way_into_a_conversation_that_has_not_been_had(
    open_screen: Open, assigned: Study, learner: Principal, card: Card
) -> None:
    screen = open_screen(learner, "lesson.py", "cs", card=card.id)
    assert not screen.says("Your path")
    assert len(screen.buttons()) == len(assigned.course.dialogues[card.lesson_id].source.nodes[0].choices)
