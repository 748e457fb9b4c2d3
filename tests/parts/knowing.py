"""Questions before the lesson, answered as in a browser."""

from studying import Study

from people.access import Principal
from progress.completion import learning
from progress.completion.enrolments import Enrolment
from progress.completion.steps import AskedQuestion, Submission


def begin(study: Study, who: Principal) -> Enrolment:
    study.later(seconds=20)
    return learning.begin_prior(study.database, study.asker(who), study.course, "cs")


def answer(
    study: Study, who: Principal, name: str, *, right: bool = True, confidence: str | None = None
) -> Enrolment:
    asked = study.enrolment(who).prior
    assert asked is not None
    question = study.course.questions[name].source
    chosen = question.right_answer if right else question.wrong_answers[0]
    study.later(seconds=20)
    about = AskedQuestion(asked.id, name)
    said = Submission(chosen, "cs", confidence)
    return learning.answer_prior(study.database, study.asker(who), study.course, about, said)


def drawn(enrolment: Enrolment) -> list[str]:
    assert enrolment.prior is not None
    return [name for name, _ in enrolment.prior.questions]


def sit(study: Study, who: Principal, wrong: int = 0) -> Enrolment:
    enrolment = begin(study, who)
    for number, name in enumerate(drawn(enrolment)):
        enrolment = answer(study, who, name, right=number >= wrong)
    return enrolment
