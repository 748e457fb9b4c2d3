"""The content editors answer remarks without learning whose they are; nobody else does."""

import json
import logging

import pytest
from own_remarks import SAID, about_card, about_question, answer, own, send
from studying import Study

from people.access import Principal, RefusedError
from progress.personal.erasure import erase
from progress.remarks import answering
from progress.remarks.remarks import Remark, UnfitRemarkError, is_current
from quizzes.content import Content


def waiting(study: Study, who: Principal) -> list[Remark]:
    with study.database.reading() as connection:
        return answering.waiting(connection, who)[0]


def test_editors_see_what_was_said_and_where_and_not_by_whom(
    assigned: Study, content: Content, learner: Principal, editor: Principal
) -> None:
    assigned.cards(learner)
    send(assigned, content, learner, about_question(assigned, learner))
    (seen,) = waiting(assigned, editor)
    assert (seen.said, seen.course_id) == (SAID, assigned.course.id)
    assert is_current(content, seen)
    for telling in (learner.key, learner.person.name, learner.person.employee_id):
        assert telling not in repr(seen)


@pytest.mark.parametrize("who", ["learner", "manager", "hr", "auditor"])
def test_nobody_else_sees_or_answers_them(
    assigned: Study, content: Content, learner: Principal, request: pytest.FixtureRequest, who: str
) -> None:
    send(assigned, content, learner, about_card(assigned))
    (kept,) = own(assigned, learner)
    reader: Principal = request.getfixturevalue(who)
    with pytest.raises(RefusedError):
        waiting(assigned, reader)
    with pytest.raises(RefusedError):
        answer(assigned, reader, kept.id)
    assert own(assigned, learner) == (kept,)


def test_an_answer_closes_the_remark(
    assigned: Study, content: Content, learner: Principal, editor: Principal
) -> None:
    send(assigned, content, learner, about_card(assigned))
    (kept,) = waiting(assigned, editor)
    assigned.later(hours=3)
    answer(assigned, editor, kept.id, "  Mended\nin the next version. ")
    assert waiting(assigned, editor) == []
    (closed,) = own(assigned, learner)
    assert (closed.answer, closed.answered_at) == ("Mended in the next version.", assigned.now)


def test_the_first_answer_stays(assigned: Study, content: Content, learner: Principal, editor: Principal) -> None:
    send(assigned, content, learner, about_card(assigned))
    (kept,) = waiting(assigned, editor)
    answer(assigned, editor, kept.id, "The first.")
    before = own(assigned, learner)
    assigned.later(hours=1)
    answer(assigned, editor, kept.id, "The first.")
    with pytest.raises(UnfitRemarkError, match="already"):
        answer(assigned, editor, kept.id, "The second.")
    assert own(assigned, learner) == before


@pytest.mark.parametrize("remark_id", ["none", "", "0" * 16])
def test_a_forged_id_is_refused(assigned: Study, editor: Principal, remark_id: str) -> None:
    with pytest.raises(UnfitRemarkError, match="not here any more"):
        answer(assigned, editor, remark_id)


def test_an_empty_answer_closes_nothing(
    assigned: Study, content: Content, learner: Principal, editor: Principal
) -> None:
    send(assigned, content, learner, about_card(assigned))
    (kept,) = waiting(assigned, editor)
    with pytest.raises(UnfitRemarkError, match="Write a sentence"):
        answer(assigned, editor, kept.id, " ")
    assert waiting(assigned, editor) == [kept]


def test_an_erasure_takes_the_persons_remarks(
    assigned: Study, content: Content, learner: Principal, manager: Principal, editor: Principal
) -> None:
    for who in (learner, manager):
        send(assigned, content, who, about_card(assigned))
    erase(assigned.database, learner.person.employee_id, "Case 12", "tests", assigned.now)
    assert own(assigned, learner) == ()
    assert len(waiting(assigned, editor)) == 1


def test_the_log_knows_pseudonyms_and_not_a_word_of_it(
    assigned: Study, content: Content, learner: Principal, editor: Principal, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "kodex.security"):
        send(assigned, content, learner, about_card(assigned))
        (kept,) = waiting(assigned, editor)
        answer(assigned, editor, kept.id)
    entries = [json.loads(record.message) for record in caplog.records]
    assert [(each["event"], each["person"]) for each in entries] == [
        ("remark sent", learner.key),
        ("remark answered", editor.key),
    ]
    assert SAID not in caplog.text
    assert kept.id not in json.dumps(entries[0]), "otherwise the log would lead from an answer to its author"
