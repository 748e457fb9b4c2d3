"""A dialogue reply by reply: recorded when it is said, and never taken back."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from studying import Study

from lessons.cards import Card, CardKind
from lessons.dialogue import Dialogue, Ending
from lessons.model import Edition
from people.access import Principal
from progress.audit import verification
from progress.completion import learning, steps
from progress.completion.enrolments import Enrolment
from progress.completion.fold import after
from progress.completion.rules import Step, standing
from progress.completion.steps import NotPossibleError, Submission, Turn
from progress.record.chains import NO_EVENTS, Kind, following
from quizzes.content import Course

TO_HARM = ["sure", "without-names", "hope", "know-nothing"]


@pytest.fixture
def card(course: Course) -> Card:
    return next(card for card in course.cards if card.kind is CardKind.DIALOGUE)


@pytest.fixture
def talking(assigned: Study, learner: Principal, card: Card) -> Study:
    """The learner, with everything read that comes before the dialogue."""
    for each in assigned.course.cards[: assigned.course.cards.index(card)]:
        assigned.card(learner, each)
    return assigned


def say(study: Study, who: Principal, card: Card, number: int, reply: object, language: str = "cs") -> Enrolment:
    said = Submission(reply, language)  # type: ignore[arg-type]
    return learning.reply(study.database, study.asker(who), study.course, Turn(card, number), said)


def say_all(study: Study, who: Principal, card: Card, replies: list[str]) -> Enrolment:
    for number, reply in enumerate(replies, start=1):
        enrolment = say(study, who, card, number, reply)
    return enrolment


def leave(study: Study, who: Principal, card: Card) -> Enrolment:
    return learning.leave_card(study.database, study.asker(who), study.course, card, "cs")


def refused(study: Study, who: Principal, card: Card, number: int, reply: object) -> None:
    before = study.chain(who)
    with pytest.raises(NotPossibleError):
        say(study, who, card, number, reply)
    assert study.chain(who) == before


def test_each_reply_is_an_event_that_says_where_it_was_given(talking: Study, learner: Principal, card: Card) -> None:
    dialogue = talking.course.dialogues[card.lesson_id]
    say_all(talking, learner, card, TO_HARM)
    said = [event.body for event in talking.chain(learner) if event.kind is Kind.REPLIED]
    assert [(each["number"], each["node"], each["option"]) for each in said] == [
        (1, "start", "sure"),
        (2, "promised", "without-names"),
        (3, "sent", "hope"),
        (4, "morning", "know-nothing"),
    ]
    assert {(each["card"], each["edition"], each["language"]) for each in said} == {(card.id, dialogue.sha256, "cs")}
    assert not {"best", "credit", "to", "right"} & said[0].keys()


def test_a_conversation_is_resumed_where_it_was(talking: Study, learner: Principal, card: Card) -> None:
    say_all(talking, learner, card, TO_HARM[:2])
    assert talking.enrolment(learner).replies(card.id) == TO_HARM[:2]
    say(talking, learner, card, 3, TO_HARM[2], "en")
    assert talking.enrolment(learner).replies(card.id) == TO_HARM[:3]


def test_every_ending_lets_the_lesson_go_on_and_none_counts_towards_the_result(
    talking: Study, learner: Principal, card: Card
) -> None:
    say_all(talking, learner, card, TO_HARM)
    leave(talking, learner, card)
    talking.card(learner, talking.course.cards[-1])
    assert standing(talking.enrolment(learner), talking.course).next_step is Step.ASSESSMENT
    talking.attempt(learner)
    assert talking.sign(learner).score == 100


def test_the_card_is_not_left_in_the_middle_of_a_conversation(talking: Study, learner: Principal, card: Card) -> None:
    with pytest.raises(NotPossibleError):
        leave(talking, learner, card)
    say_all(talking, learner, card, TO_HARM[:3])
    with pytest.raises(NotPossibleError):
        leave(talking, learner, card)
    assert card.id not in talking.enrolment(learner).cards


def test_the_same_reply_again_changes_nothing(talking: Study, learner: Principal, card: Card) -> None:
    say_all(talking, learner, card, TO_HARM[:2])
    before = talking.chain(learner)
    say(talking, learner, card, 1, TO_HARM[0])
    say(talking, learner, card, 2, TO_HARM[1])
    assert talking.chain(learner) == before


@pytest.mark.parametrize(
    ("number", "reply"),
    [
        (1, "what-for"),  # from a tab that was left behind
        (2, "sure"),
        (4, "hope"),
        (0, "sure"),
        (-1, "without-names"),
        (3, "no-such-reply"),
        (3, "what-for"),  # of another node
        (3, ""),
        (3, ["hope"]),
        (3, {"hope": "hope"}),
    ],
)
def test_a_stale_or_forged_reply_is_refused_and_nothing_is_lost(
    talking: Study, learner: Principal, card: Card, number: int, reply: object
) -> None:
    say_all(talking, learner, card, TO_HARM[:2])
    refused(talking, learner, card, number, reply)
    assert talking.enrolment(learner).replies(card.id) == TO_HARM[:2]


def test_nothing_is_said_after_the_ending_nor_on_another_card(talking: Study, learner: Principal, card: Card) -> None:
    say_all(talking, learner, card, TO_HARM)
    refused(talking, learner, card, len(TO_HARM) + 1, "report")
    refused(talking, learner, talking.course.cards[0], 1, "sure")
    leave(talking, learner, card)
    refused(talking, learner, card, len(TO_HARM) + 1, "report")


def test_nobody_talks_without_the_course(study: Study, learner: Principal, card: Card) -> None:
    with pytest.raises(NotPossibleError):
        say(study, learner, card, 1, "sure")
    assert study.chain(learner) == []


def test_a_record_with_a_conversation_is_sound_on_every_path(
    talking: Study, learner: Principal, manager: Principal, outsider: Principal, card: Card
) -> None:
    say_all(talking, learner, card, TO_HARM)
    say_all(talking, manager, card, ["cannot", "give-in", "report", "few", "all"])
    say_all(talking, outsider, card, ["what-for", "manager", "customers"])
    assert verification.verify(talking.database, (), {}).findings == []


def every_end(dialogue: Dialogue, replies: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    at = dialogue.path(replies).at
    if isinstance(at, Ending):
        yield replies
    else:
        for reply in at.choices:
            yield from every_end(dialogue, (*replies, reply.id))


def test_every_path_of_the_dialogue_can_be_taken(assigned: Study, learner: Principal, card: Card) -> None:
    """By the same rules as in a browser, without the database."""
    enrolment = assigned.enrolment(learner)
    dialogue = assigned.course.dialogues[card.lesson_id].source
    ends = list(every_end(dialogue))
    for replies in ends:
        taken = enrolment
        for number, reply in enumerate(replies, start=1):
            assert not steps.is_decided(taken, assigned.course, card)
            happened = steps.reply(taken, assigned.course, Turn(card, number), Submission(reply, "cs"))
            for event in following(NO_EVENTS, learner.key, happened, assigned.now):
                taken = after(taken, event)
        assert taken.replies(card.id) == list(replies)
        assert steps.is_decided(taken, assigned.course, card)
    assert enrolment.replies(card.id) == []
    assert len(ends) > len(dialogue.nodes)


# The content changes


def without_dialogue(course: Course) -> Course:
    return replace(course, dialogues={})


def test_a_dialogue_that_came_later_calls_nobody_back(
    assigned: Study, learner: Principal, course: Course, card: Card
) -> None:
    assigned.course = without_dialogue(course)
    assigned.cards(learner)
    assigned.course = course
    stands = standing(assigned.enrolment(learner), course)
    assert (stands.missing_cards, stands.next_step) == ((), Step.ASSESSMENT)
    refused(assigned, learner, card, 1, "sure")
    assigned.attempt(learner)
    assert assigned.sign(learner).certificate_no is not None


def test_a_dialogue_that_came_in_the_middle_of_the_lesson_is_taken(
    assigned: Study, learner: Principal, course: Course, card: Card
) -> None:
    for each in without_dialogue(course).cards[:-1]:
        assigned.card(learner, each)
    assert standing(assigned.enrolment(learner), course).next_card == card


def changed(course: Course, card: Card, old: str, new: str) -> Course:
    """The course with a reply at the first node renamed."""

    def renamed(dialogue: Dialogue) -> Dialogue:
        first, *others = dialogue.nodes
        choices = tuple(each.model_copy(update={"id": new}) if each.id == old else each for each in first.choices)
        return dialogue.model_copy(update={"nodes": (first.model_copy(update={"choices": choices}), *others)})

    texts = course.dialogues[card.lesson_id].texts
    edition = Edition({language: renamed(text) for language, text in texts.items()})
    return replace(course, dialogues={card.lesson_id: edition})


def test_a_conversation_goes_on_from_where_it_still_leads(
    talking: Study, learner: Principal, course: Course, card: Card
) -> None:
    say_all(talking, learner, card, TO_HARM[:2])
    talking.course = changed(course, card, "sure", "of-course")
    assert say(talking, learner, card, 1, "of-course").replies(card.id) == ["of-course"]
    assert say(talking, learner, card, 2, "take-back").replies(card.id) == ["of-course", "take-back"]
    numbers = [each.body["number"] for each in talking.chain(learner) if each.kind is Kind.REPLIED]
    assert numbers == [1, 2, 1, 2]


def test_a_conversation_that_is_over_stays_over_when_it_is_changed(
    talking: Study, learner: Principal, course: Course, card: Card
) -> None:
    say_all(talking, learner, card, TO_HARM)
    leave(talking, learner, card)
    talking.course = changed(course, card, "sure", "of-course")
    refused(talking, learner, card, 1, "of-course")
    assert standing(talking.enrolment(learner), talking.course).next_card == talking.course.cards[-1]
