"""Notes for oneself: kept, changed, taken back by their owner; seen by nobody else."""

import pytest
from sqlalchemy import delete
from studying import Study

from lessons.cards import Card, CardKind
from people.access import Principal, RefusedError
from progress.completion import editions
from progress.personal import noting
from progress.personal.notes import LONGEST, PLEDGE, Note, NotePlace, UnfitNoteError, of_person
from progress.personal.noting import Remembered
from quizzes.content import Content

AT_FIRST = NotePlace("customer-privacy", 1, PLEDGE)
MOVED = NotePlace("customer-privacy", 1, "customer-privacy/answer")
OWN = Remembered(said="I will ask first.")


@pytest.fixture
def certified(assigned: Study, learner: Principal) -> Study:
    assigned.certify(learner)
    return assigned


def keep(study: Study, content: Content, who: Principal, remembered: Remembered, place: NotePlace = AT_FIRST) -> None:
    noting.keep(study.database, study.asker(who), content, place, remembered)


def kept(study: Study, who: Principal) -> tuple[Note, ...]:
    with study.database.reading() as connection:
        return of_person(connection, who.key)


def test_a_pledge_is_kept_in_the_words_that_were_chosen_in_each_language(
    certified: Study, content: Content, learner: Principal
) -> None:
    keep(certified, content, learner, Remembered(chosen="ask-what-for"))
    (note,) = kept(certified, learner)
    for language in content.languages:
        assert note.text(language) == content.pledges["customer-privacy"].text(language).text_of("ask-what-for")
    assert (note.chosen, note.said, note.at) == ("ask-what-for", None, certified.now)


def test_own_words_are_kept_on_one_line(certified: Study, content: Content, learner: Principal) -> None:
    keep(certified, content, learner, Remembered(said="  I will\n ask\tfirst. "))
    (note,) = kept(certified, learner)
    assert note.text("cs") == note.said == "I will ask first."


def test_another_pledge_takes_the_place_of_the_first_and_the_same_again_changes_nothing(
    certified: Study, content: Content, learner: Principal
) -> None:
    keep(certified, content, learner, Remembered(chosen="ask-what-for"))
    certified.later(hours=1)
    keep(certified, content, learner, OWN)
    (note,) = kept(certified, learner)
    assert (note.chosen, note.edition, note.said) == (None, None, OWN.said)
    certified.later(hours=1)
    keep(certified, content, learner, OWN)
    assert kept(certified, learner) == (note,)


def test_what_moved_is_a_principle_or_nothing(certified: Study, content: Content, learner: Principal) -> None:
    keep(certified, content, learner, Remembered(chosen="need-to-know"), MOVED)
    (note,) = kept(certified, learner)
    for language in content.languages:
        principle = certified.course.principles["need-to-know"].text(language)
        assert note.text(language) == principle.title
    keep(certified, content, learner, Remembered(), MOVED)
    (note,) = kept(certified, learner)
    assert note.text("cs") is None


def test_a_note_is_taken_back_without_a_trace_and_twice_is_once(
    certified: Study, content: Content, learner: Principal
) -> None:
    chain = certified.chain(learner)
    keep(certified, content, learner, OWN)
    keep(certified, content, learner, Remembered(chosen="need-to-know"), MOVED)
    for _ in range(2):
        noting.withdraw(certified.database, certified.asker(learner), AT_FIRST)
        assert [note.place for note in kept(certified, learner)] == [MOVED]
    assert certified.chain(learner) == chain, "a note is no event"


def test_nobody_touches_what_is_somebody_elses(
    certified: Study, content: Content, learner: Principal, manager: Principal
) -> None:
    certified.certify(manager)
    keep(certified, content, learner, OWN)
    keep(certified, content, manager, Remembered(chosen="lock-the-screen"))
    noting.withdraw(certified.database, certified.asker(manager), AT_FIRST)
    assert [note.said for note in kept(certified, learner)] == [OWN.said]
    assert kept(certified, manager) == ()


@pytest.mark.parametrize(
    ("remembered", "says"),
    [
        (Remembered(), "Write your pledge first, and then keep it."),
        (Remembered(said=" \n "), "Write your pledge first, and then keep it."),
        (Remembered(said="a" * (LONGEST + 1)), f"Say it in at most {LONGEST} characters."),
        (Remembered(said="a\x00b"), "There is a character in it that hides, breaks or turns the text."),
        (Remembered(said="a\u202eb"), "There is a character in it that hides, breaks or turns the text."),
        (Remembered(chosen="forged"), "This pledge is not offered any more. Choose another, or write your own."),
        (
            Remembered(chosen="listen-and-pass-on"),
            "This pledge is not offered any more. Choose another, or write your own.",
        ),
    ],
)
def test_a_pledge_that_cannot_be_kept_says_why_and_leaves_the_one_before(
    certified: Study, content: Content, learner: Principal, remembered: Remembered, says: str
) -> None:
    keep(certified, content, learner, OWN)
    with pytest.raises(UnfitNoteError) as refused:
        keep(certified, content, learner, remembered)
    assert str(refused.value) == says
    assert [note.said for note in kept(certified, learner)] == [OWN.said]


def test_the_longest_pledge_is_kept(certified: Study, content: Content, learner: Principal) -> None:
    keep(certified, content, learner, Remembered(said="a" * LONGEST))
    assert [note.said for note in kept(certified, learner)] == ["a" * LONGEST]


@pytest.mark.parametrize("place", [AT_FIRST._replace(course_id="speaking-up"), AT_FIRST._replace(cycle=2)])
def test_a_course_or_a_round_that_is_not_ones_own_takes_no_note(
    certified: Study, content: Content, learner: Principal, place: NotePlace
) -> None:
    with pytest.raises(UnfitNoteError, match="not one of yours"):
        keep(certified, content, learner, OWN, place)


def test_there_is_no_pledge_before_the_commitment(assigned: Study, content: Content, learner: Principal) -> None:
    assigned.cards(learner)
    assigned.attempt(learner)
    with pytest.raises(UnfitNoteError, match="once the commitment is signed"):
        keep(assigned, content, learner, OWN)


def test_nothing_has_moved_anybody_before_they_decided_again(
    assigned: Study, content: Content, learner: Principal
) -> None:
    for card in assigned.course.cards[:-1]:
        assigned.card(learner, card)
    for card in (assigned.course.cards[-1], dilemma(assigned)):
        with pytest.raises(UnfitNoteError, match="Decide first"):
            keep(assigned, content, learner, Remembered(), AT_FIRST._replace(about=card.id))


def dilemma(study: Study) -> Card:
    return next(card for card in study.course.cards if card.kind is CardKind.DILEMMA)


def test_only_a_principle_of_the_lesson_can_have_moved(
    certified: Study, content: Content, learner: Principal
) -> None:
    for forged in ("manager-listens", "forged"):
        with pytest.raises(UnfitNoteError, match="not in the lesson"):
            keep(certified, content, learner, Remembered(chosen=forged), MOVED)


def test_whoever_does_not_learn_keeps_nothing(certified: Study, content: Content, learner: Principal) -> None:
    nobody = Principal(learner.person, frozenset())
    with pytest.raises(RefusedError):
        keep(certified, content, nobody, OWN)
    with pytest.raises(RefusedError):
        noting.withdraw(certified.database, certified.asker(nobody), AT_FIRST)


def test_a_note_whose_content_is_gone_still_says_what_was_chosen(
    certified: Study, content: Content, learner: Principal
) -> None:
    keep(certified, content, learner, Remembered(chosen="ask-what-for"))
    with certified.database.writing() as connection:
        connection.execute(delete(editions.editions).where(editions.editions.c.kind == "pledges"))
    (note,) = kept(certified, learner)
    assert note.text("cs") == "ask-what-for"
