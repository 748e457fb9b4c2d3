"""What a learner does."""

from studying import Study

from people.access import Principal


def asked(study: Study, who: Principal) -> list[str]:
    attempt = study.enrolment(who).attempt
    assert attempt is not None
    return [question for question, _ in attempt.questions]
