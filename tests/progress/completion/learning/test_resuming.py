"""A course is resumed anywhere."""

from learners import asked
from studying import Study

from database import Database
from people.access import Principal
from progress.completion.rules import Step, standing
from quizzes.content import Course


def test_everything_is_resumed_from_the_database_alone(assigned: Study, learner: Principal, course: Course) -> None:
    """Another browser, or the server after a restart."""
    assigned.cards(learner)
    assigned.begin(learner)
    first, second, *_ = asked(assigned, learner)
    assigned.answer(learner, first)
    elsewhere = Database(assigned.database.engine.url.render_as_string(hide_password=False))
    there = Study(elsewhere, course, assigned.now)
    attempt = there.enrolment(learner).attempt
    assert attempt == assigned.enrolment(learner).attempt
    assert attempt is not None
    assert (attempt.next_number, attempt.questions[1][0]) == (2, second)
    elsewhere.close()


def test_a_switch_of_language_loses_nothing(assigned: Study, learner: Principal, course: Course) -> None:
    assigned.cards(learner, "cs")
    assert standing(assigned.enrolment(learner), course).next_step is Step.ASSESSMENT
    assigned.begin(learner, "en")
    for number, question in enumerate(asked(assigned, learner)):
        assigned.answer(learner, question, language=("cs", "en")[number % 2])
    enrolment = assigned.sign(learner, "en")
    assert enrolment.language == "en"
    assert enrolment.attempt is not None
    assert [each.language for each in enrolment.attempt.responses.values()].count("cs") == 5
