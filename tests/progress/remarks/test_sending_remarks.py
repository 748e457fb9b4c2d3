"""A learner reports a card or a question of their own course, and reads the editors' answer."""

from datetime import timedelta

import pytest
from cast import TODAY, leaves
from own_remarks import SAID, about_card, about_question, answer, news, own, send
from sqlalchemy import select
from studying import Study

from people.access import Principal, RefusedError
from progress.remarks import sending
from progress.remarks.remarks import LONGEST, Reported, UnfitRemarkError, remarks
from progress.remarks.sending import MOST_A_DAY, About
from quizzes.content import Content
from words import Words


def test_a_question_is_reported_in_the_edition_that_was_drawn(
    assigned: Study, content: Content, learner: Principal
) -> None:
    assigned.cards(learner)
    attempt = assigned.begin(learner).attempt
    assert attempt is not None
    question_id, sha256 = attempt.questions[3]
    send(assigned, content, learner, About(assigned.course.id, Reported.QUESTION, question_id, "en"))
    (kept,) = own(assigned, learner)
    assert (kept.part_id, kept.edition, kept.language, kept.said) == (question_id, sha256, "en", SAID)
    assert kept.title("cs") == assigned.course.questions[question_id].text("cs").title
    assert kept.answer is None


def test_a_question_of_a_refresher_is_reported_once_it_has_been_answered(
    assigned: Study, content: Content, learner: Principal
) -> None:
    assigned.certify(learner)
    assigned.later(days=31)
    refresher = assigned.refresher(learner)
    assert refresher is not None
    about = About(assigned.course.id, Reported.QUESTION, refresher.questions[0], "cs")
    with pytest.raises(UnfitRemarkError, match="not in your course"):
        send(assigned, content, learner, about)
    assigned.refresh(learner)
    send(assigned, content, learner, about)
    (kept,) = own(assigned, learner)
    assert kept.edition == assigned.course.questions[refresher.questions[0]].sha256


@pytest.mark.parametrize("place", [0, 2, -1])
def test_a_card_is_reported_with_what_was_taught_on_it(
    assigned: Study, content: Content, learner: Principal, place: int
) -> None:
    card = assigned.course.cards[place]
    send(assigned, content, learner, about_card(assigned, place))
    (kept,) = own(assigned, learner)
    principle = assigned.course.principles.get(card.part)
    taught = principle or assigned.course.lesson(card.lesson_id)
    assert (kept.part, kept.part_id, kept.edition) == (Reported.CARD, card.id, taught.sha256)


@pytest.mark.parametrize(
    "forged",
    [
        About("no-such-course", Reported.CARD, "why", "cs"),
        About("customer-privacy", Reported.CARD, "customer-privacy/none", "cs"),
        About("customer-privacy", Reported.QUESTION, "none", "cs"),
    ],
)
def test_what_is_not_there_is_refused(assigned: Study, content: Content, learner: Principal, forged: About) -> None:
    with pytest.raises(UnfitRemarkError, match="not in your course"):
        send(assigned, content, learner, forged)
    assert own(assigned, learner) == ()


def test_a_question_that_was_not_drawn_for_the_learner_is_refused(
    assigned: Study, content: Content, learner: Principal, outsider: Principal
) -> None:
    assigned.cards(learner)
    about = about_question(assigned, learner)
    with pytest.raises(UnfitRemarkError, match="not in your course"):
        send(assigned, content, outsider, about)


def test_a_course_that_is_not_assigned_is_refused(assigned: Study, content: Content, hr: Principal) -> None:
    with pytest.raises(UnfitRemarkError, match="not in your course"):
        send(assigned, content, hr, about_card(assigned))


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("", "Write a sentence"),
        (" \n\t", "Write a sentence"),
        ("x" * (LONGEST + 1), "at most 600"),
        ("The key is \0 wrong", "hides"),
        ("The key is \N{RIGHT-TO-LEFT OVERRIDE}wrong", "hides"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_remedy(
    assigned: Study, content: Content, learner: Principal, said: str, why: str
) -> None:
    with pytest.raises(UnfitRemarkError, match=why):
        send(assigned, content, learner, about_card(assigned), said)
    assert own(assigned, learner) == ()


def test_the_same_remark_twice_is_one_until_it_is_answered(
    assigned: Study, content: Content, learner: Principal, editor: Principal
) -> None:
    for _ in range(2):
        send(assigned, content, learner, about_card(assigned))
    (first,) = own(assigned, learner)
    answer(assigned, editor, first.id)
    send(assigned, content, learner, about_card(assigned))
    assert len(own(assigned, learner)) == 2


def test_a_day_takes_so_many_remarks_and_the_next_takes_more(
    assigned: Study, content: Content, learner: Principal, manager: Principal
) -> None:
    for n in range(MOST_A_DAY):
        send(assigned, content, learner, about_card(assigned), f"Remark {n}")
    with pytest.raises(UnfitRemarkError) as refused:
        send(assigned, content, learner, about_card(assigned), "One more")
    assert str(MOST_A_DAY) in Words.of("en").say(refused.value.reason)
    send(assigned, content, manager, about_card(assigned))
    assigned.now += timedelta(days=1)
    send(assigned, content, learner, about_card(assigned), "One more")
    assert len(own(assigned, learner)) == MOST_A_DAY + 1


def test_an_answer_is_news_to_its_author_alone_and_once(
    assigned: Study, content: Content, learner: Principal, manager: Principal, editor: Principal
) -> None:
    for who in (learner, manager):
        send(assigned, content, who, about_card(assigned))
    (mine,), (other,) = own(assigned, learner), own(assigned, manager)
    assert news(assigned, learner) == []
    answer(assigned, editor, mine.id)
    assert [each.answer for each in news(assigned, learner)] == ["You are right, thank you."]
    assert news(assigned, manager) == []
    sending.note_read(assigned.database, assigned.asker(manager), [mine.id])
    assert len(news(assigned, learner)) == 1
    sending.note_read(assigned.database, assigned.asker(learner), [mine.id, other.id])
    assert news(assigned, learner) == []
    assert own(assigned, learner)[0].seen_at == assigned.now
    answer(assigned, editor, other.id)
    assert len(news(assigned, manager)) == 1


def test_who_has_left_reports_nothing(assigned: Study, content: Content, learner: Principal) -> None:
    with pytest.raises(RefusedError):
        send(assigned, content, leaves(assigned.database, learner), about_card(assigned))
    with assigned.database.reading() as connection:
        assert connection.execute(select(remarks)).first() is None


def test_a_day_begins_where_the_company_is(assigned: Study, content: Content, learner: Principal) -> None:
    assigned.now = assigned.now.replace(hour=22, minute=30)  # half past eleven in Prague
    assert assigned.asker(learner).today == TODAY
    for n in range(MOST_A_DAY):
        send(assigned, content, learner, about_card(assigned), f"Remark {n}")
    assigned.later(hours=1)
    send(assigned, content, learner, about_card(assigned), "After midnight")
    assert len(own(assigned, learner)) == MOST_A_DAY + 1
