"""Questions before the lesson in My record, on the person's page, and seen again as an attempt."""

import pytest
from browsing import plain
from cast import PRAGUE
from knowing import answer, begin, drawn, sit
from studying import Study

from people.access import Asker, Principal
from progress.completion.enrolments import Enrolment
from progress.personal import attempts, my_record
from progress.personal.event_words import EventWords
from progress.personal.my_record import MyRecord
from progress.personal.overview_words import Wording, enrolment
from progress.record.chains import Kind
from quizzes.content import Content
from words import LANGUAGES, Words


def gathered(study: Study, who: Principal) -> MyRecord:
    return my_record.gather(study.database, Asker(who, study.now, PRAGUE))


def waived_on_the_page(study: Study, who: Principal, content: Content) -> list[str]:
    overview = gathered(study, who).overview
    taken: Enrolment = overview.enrolments[0]
    rows = enrolment(Wording(Words.of("en"), content, study.now.date(), PRAGUE), overview, taken).rows
    return [plain(said) for head, said in rows if head == "Waived"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("wrong", [1, 5])
def test_every_event_of_it_is_said_in_words(assigned: Study, learner: Principal, wrong: int, language: str) -> None:
    sit(assigned, learner, wrong=wrong)
    record = gathered(assigned, learner)
    words = EventWords(record, Words.of(language))
    said = {event.kind: plain(words.in_words(event)) for event in record.events}
    assert {Kind.PRIOR_STARTED, Kind.PRIOR_ANSWERED, Kind.PRIOR_FINISHED} <= said.keys()
    assert (Kind.WAIVED in said) is (wrong == 1)
    assert len(set(said.values())) == len(said)
    assert not any("{" in each or "None" in each for each in said.values())
    if wrong == 1:
        first = next(iter(assigned.course.principles.values())).text(language)
        assert plain(first.title) in said[Kind.WAIVED]


def test_whether_an_answer_was_right_is_told_once_the_test_is_passed(assigned: Study, learner: Principal) -> None:
    def verdicts() -> set[bool | None]:
        chain = gathered(assigned, learner).events
        return {event.body["right"] for event in chain if event.kind is Kind.PRIOR_ANSWERED}

    for number, name in enumerate(drawn(begin(assigned, learner))):
        answer(assigned, learner, name, right=number > 4)
        assert verdicts() == {None}
    assigned.cards(learner)
    assigned.attempt(learner, right=0)
    assert verdicts() == {None}
    assigned.attempt(learner)
    assert verdicts() == {True, False}


def test_the_page_says_what_is_waived(assigned: Study, learner: Principal, content: Content) -> None:
    assert waived_on_the_page(assigned, learner, content) == []
    sit(assigned, learner, wrong=1)
    assert waived_on_the_page(assigned, learner, content) == ["the whole lesson, tested out with 94%"]


def test_only_a_test_that_was_passed_is_seen_again(assigned: Study, learner: Principal, outsider: Principal) -> None:
    sit(assigned, outsider, wrong=5)
    sit(assigned, learner, wrong=1)
    with assigned.database.snapshot() as connection:
        assert attempts.finished(connection, outsider, outsider.key) == []
        (seen,) = attempts.finished(connection, learner, learner.key)
    assert (seen.number, seen.is_passed, seen.asked - seen.right) == (0, True, 1)
    _, answers = attempts.open_attempt(assigned.database, assigned.asker(learner), learner.key, seen.id)
    assert len(answers) == seen.asked
    assert all(each.drawn is not None for each in answers)
