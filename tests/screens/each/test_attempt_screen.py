"""A finished attempt on its screen: all questions as they were, for its owner and for auditors."""

import pytest
from browsing import plain
from stage import Open
from studying import Study

from people.access import Principal
from progress.record.chains import Kind


def sat(study: Study, who: Principal) -> str:
    study.cards(who)
    attempt = study.begin(who, "cs").attempt
    assert attempt is not None
    for number, (name, _) in enumerate(attempt.questions):
        study.answer(who, name, right=number < 7, confidence="sure", language="cs")
    return attempt.id


def test_the_owner_comes_from_the_result_and_finds_everything_as_it_was(
    open_screen: Open, assigned: Study, learner: Principal, language: str
) -> None:
    attempt_id = sat(assigned, learner)
    result = open_screen(learner, "assessment.py", language)
    assert plain(result.words("See all questions and answers again")) in result.links()
    assert f"/attempt?attempt={attempt_id}" in result.text()
    screen = open_screen(learner, "attempt.py", language, attempt=attempt_id)
    said = screen.text()
    kept = assigned.enrolment(learner).attempt
    assert kept is not None
    places = []
    for name, _ in kept.questions:
        asked = assigned.course.questions[name].text("cs").as_drawn(kept.seed, name)
        places.append(said.index(plain(asked.title)))
        listed = [said.index(plain(option.text), places[-1]) for option in asked.options]
        assert listed == sorted(listed), "the options stand in the order drawn"
    assert places == sorted(places)
    t = screen.words
    assert said.count(plain(t("Answer given, right"))) == 7
    assert said.count(plain(t("Answer given, wrong"))) == 3
    assert said.count(plain(t("How sure: {confidence}.", confidence=t("Certain")))) == 10
    assert Kind.READ not in assigned.kinds(learner)


def test_the_auditor_comes_from_the_persons_record_and_does_not_see_how_sure_they_were(
    open_screen: Open, assigned: Study, learner: Principal, auditor: Principal, language: str
) -> None:
    attempt_id = sat(assigned, learner)
    number = learner.person.employee_id
    record = open_screen(auditor, "person.py", language, id=number)
    assert f"/attempt?id={number}&attempt={attempt_id}" in record.text().replace("&amp;", "&")
    screen = open_screen(auditor, "attempt.py", language, id=number, attempt=attempt_id)
    t = screen.words
    assert screen.says("It is recorded that you opened this attempt, and the person can see that.")
    assert screen.text().count(plain(t("Answer given, right"))) == 7
    assert plain(t("Certain")) not in screen.text()
    assert [event.body.get("attempt") for event in assigned.chain(learner) if event.kind is Kind.READ] == [
        None,
        attempt_id,
    ]
    own = open_screen(learner, "record.py", language)
    assert plain(t("attempt {n} with its answers", n=1)) in own.text()
    assert f"/attempt?attempt={attempt_id}" in own.text()


@pytest.mark.parametrize("who", ["hr", "manager", "outsider"])
def test_others_are_told_no_more_than_of_an_attempt_that_there_is_not(
    open_screen: Open, assigned: Study, learner: Principal, request: pytest.FixtureRequest, who: str
) -> None:
    attempt_id = sat(assigned, learner)
    reader: Principal = request.getfixturevalue(who)
    number = learner.person.employee_id
    seen = [
        open_screen(reader, "attempt.py", **asked).text()
        for asked in (
            {"id": number, "attempt": attempt_id},
            {"id": number, "attempt": "none"},
            {"attempt": attempt_id},
        )
    ]
    assert len(set(seen)) == 1
    assert open_screen(reader, "attempt.py", attempt=attempt_id).says("There is no such attempt here")
    assert Kind.READ not in assigned.kinds(learner)


def test_hr_is_not_led_to_attempts(open_screen: Open, assigned: Study, learner: Principal, hr: Principal) -> None:
    sat(assigned, learner)
    assert "/attempt" not in open_screen(hr, "person.py", id=learner.person.employee_id).text()
