"""My record holds nothing of others, and no answer before its time."""

import json
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from cast import leaves
from own_record import as_file, every_text, gathered, in_words
from studying import Study

from people.access import Principal, RefusedError
from quizzes.content import Content


def test_nobody_elses_data_is_in_it(
    full: Study, learner: Principal, outsider: Principal, content: Content, zone: ZoneInfo
) -> None:
    full.certify(outsider)
    said = json.dumps(as_file(in_words(full, learner, content, zone)))
    assert outsider.key not in said
    assert outsider.person.name not in said


def test_the_first_answer_to_a_dilemma_gives_nothing_away_until_it_is_asked_again(
    assigned: Study, learner: Principal, content: Content, zone: ZoneInfo
) -> None:
    first, *others = assigned.course.cards
    assigned.card(learner, first)

    def verdicts() -> list[Any]:
        events = as_file(in_words(assigned, learner, content, zone))["events"]
        return [
            each["body"]["right"]
            for each in events
            if each["body"].get("card") == first.id and each["kind"] == "checked"
        ]

    assert verdicts() == [None]
    told = in_words(assigned, learner, content, zone)
    assert "right" not in every_text(list(told.sections()))
    for card in others:
        assigned.card(learner, card)
    assert verdicts() == [True]


def test_questions_that_are_still_to_be_answered_are_not_told(
    assigned: Study, learner: Principal, content: Content, zone: ZoneInfo, language: str
) -> None:
    assigned.cards(learner)
    attempt = assigned.begin(learner).attempt
    assert attempt is not None
    said = every_text(list(in_words(assigned, learner, content, zone, language).sections()))
    questions = assigned.course.questions
    for question_id, sha256 in attempt.questions:
        assert questions[question_id].text(language).title not in said
        assert sha256 not in gathered(assigned, learner, zone).editions
    data = json.dumps(as_file(in_words(assigned, learner, content, zone, language)), ensure_ascii=False)
    for question_id, _ in attempt.questions:
        for option in questions[question_id].text(language).options:
            assert option.explanation not in data
            if len(option.text.split()) > 3:  # a name or a single word may stand in a text that was read
                assert option.text not in data


def test_somebody_who_has_left_gathers_nothing(assigned: Study, learner: Principal, zone: ZoneInfo) -> None:
    with pytest.raises(RefusedError):
        gathered(assigned, leaves(assigned.database, learner), zone)
