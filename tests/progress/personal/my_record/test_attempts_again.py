"""A finished attempt is seen again as it was: by whoever sat it, and by auditors, who leave a trace."""

from zoneinfo import ZoneInfo

import pytest
from cast import leaves
from own_record import as_file, in_words
from sqlalchemy import delete, update
from studying import Study

from people.access import Principal, RefusedError
from progress.completion import editions
from progress.personal import attempts
from progress.personal.attempts import NoAttemptError, PastAnswer, PastAttempt
from progress.record import chains
from progress.record.chains import Kind
from quizzes.content import Content


def sit(study: Study, who: Principal) -> str:
    """Sits an attempt with seven right answers, each read and believed in its own way."""
    if study.enrolment(who).attempt is None:
        study.cards(who)
    attempt = study.begin(who).attempt
    assert attempt is not None
    for number, (question_id, _) in enumerate(attempt.questions):
        said = ("sure", "guess", None)[number % 3]
        study.answer(who, question_id, right=number < 7, confidence=said, language=("cs", "en")[number % 2])
    return attempt.id


def opened(study: Study, reader: Principal, who: Principal, attempt_id: str) -> tuple[PastAttempt, list[PastAnswer]]:
    return attempts.open_attempt(study.database, study.asker(reader), who.key, attempt_id)


def test_it_is_shown_as_it_was_drawn_read_and_answered(assigned: Study, learner: Principal) -> None:
    attempt_id = sit(assigned, learner)
    kept = assigned.enrolment(learner).attempt
    assert kept is not None
    shown, answers = opened(assigned, learner, learner, attempt_id)
    assert (shown.number, shown.right, shown.asked, shown.score, shown.is_passed) == (1, 7, 10, 70, False)
    assert [(each.question_id, each.edition) for each in answers] == list(kept.questions)
    for each in answers:
        response = kept.responses[each.question_id]
        was_drawn = assigned.course.questions[each.question_id].text(response.language)
        assert each.drawn == was_drawn.as_drawn(kept.seed, each.question_id)
        assert (each.answer, each.is_right, each.language) == (response.option, response.right, response.language)
        assert each.confidence == response.confidence
        assert each.at.isoformat(timespec="microseconds").replace("+00:00", "Z") == response.at
    assert {each.language for each in answers} == {"cs", "en"}


def test_it_stays_as_it_was_when_the_content_has_changed_or_gone(
    assigned: Study, learner: Principal, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempt_id = sit(assigned, learner)
    before = opened(assigned, learner, learner, attempt_id)
    monkeypatch.setattr(type(assigned.course), "questions", {})
    assert opened(assigned, learner, learner, attempt_id) == before


@pytest.mark.parametrize("is_garbled", [False, True])
def test_a_question_whose_edition_is_lost_still_tells_the_answer(
    assigned: Study, learner: Principal, is_garbled: bool
) -> None:
    attempt_id = sit(assigned, learner)
    _, (first, *others) = opened(assigned, learner, learner, attempt_id)
    lost = editions.editions.c.sha256 == first.edition
    with assigned.database.writing() as connection:
        change = update(editions.editions).where(lost).values(body="[]")
        connection.execute(change if is_garbled else delete(editions.editions).where(lost))
    _, (again, *rest) = opened(assigned, learner, learner, attempt_id)
    assert again.drawn is None
    assert (again.answer, again.is_right) == (first.answer, first.is_right)
    assert rest == others


def test_an_auditor_sees_it_without_confidence_and_leaves_a_trace(
    assigned: Study, learner: Principal, auditor: Principal, content: Content, zone: ZoneInfo
) -> None:
    attempt_id = sit(assigned, learner)
    _, own = opened(assigned, learner, learner, attempt_id)
    assert Kind.READ not in assigned.kinds(learner)
    for _ in range(2):
        _, seen = opened(assigned, auditor, learner, attempt_id)
    assert {each.confidence for each in seen} == {None}
    assert [(each.drawn, each.answer) for each in seen] == [(each.drawn, each.answer) for each in own]
    noted = [event.body for event in assigned.chain(learner) if event.kind is Kind.READ]
    assert noted == [{"by": auditor.key, "as": "auditor", "attempt": attempt_id}]
    assert chains.broken_at(assigned.chain(learner)) is None
    told = in_words(assigned, learner, content, zone)
    assert [row[1:] for row in told.readings().rows] == [("Aleš Čáp", "Auditor", "attempt 1 with its answers")]
    assert [each["attempt"] for each in as_file(told)["readings"]] == [attempt_id]
    assert "read attempt 1 with its answers" in told.events.in_words(told.record.events[-1])


@pytest.mark.parametrize("who", ["hr", "manager", "editor", "outsider", "gone"])
def test_nobody_else_sees_it_or_that_there_is_one(
    assigned: Study, learner: Principal, auditor: Principal, request: pytest.FixtureRequest, who: str
) -> None:
    attempt_id = sit(assigned, learner)
    reader: Principal = leaves(assigned.database, auditor) if who == "gone" else request.getfixturevalue(who)
    before = assigned.chain(learner)
    with pytest.raises(RefusedError):
        opened(assigned, reader, learner, attempt_id)
    with assigned.database.reading() as connection:
        assert attempts.finished(connection, reader, learner.key) == []
    assert assigned.chain(learner) == before


def test_an_attempt_that_is_not_finished_or_not_theirs_is_not_there(
    assigned: Study, learner: Principal, manager: Principal, auditor: Principal
) -> None:
    of_another = sit(assigned, manager)
    assigned.cards(learner)
    attempt = assigned.begin(learner).attempt
    assert attempt is not None
    before = assigned.chain(learner)
    for attempt_id in (of_another, attempt.id, "", "none"):
        for reader in (learner, auditor):
            with pytest.raises(NoAttemptError):
                opened(assigned, reader, learner, attempt_id)
    assert assigned.chain(learner) == before


def test_all_finished_attempts_are_listed_the_latest_first(
    assigned: Study, learner: Principal, auditor: Principal
) -> None:
    sat = [sit(assigned, learner) for _ in range(2)]
    assigned.begin(learner)
    for reader in (learner, auditor):
        with assigned.database.reading() as connection:
            listed = attempts.finished(connection, reader, learner.key)
        assert [(each.id, each.number) for each in listed] == [(sat[1], 2), (sat[0], 1)]
