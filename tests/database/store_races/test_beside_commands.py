"""People who answer while an operator's command runs."""

from racing import assert_sound, first_check, in_between
from studying import Study

from database import Database
from people.access import Principal
from progress.completion.enrolments import differing, enrolments, rebuild
from progress.record.chains import Kind


def test_a_comparison_beside_a_learner_finds_no_difference(
    assigned: Study, learner: Principal, replica: Database
) -> None:
    answer = first_check(Study(replica, assigned.course, assigned.now), learner)
    with (
        in_between(assigned.database, "FROM enrolments", answer),
        assigned.database.snapshot() as connection,
    ):
        assert list(differing(connection)) == []


def test_a_rebuild_beside_a_learner_loses_none_of_their_answers(
    assigned: Study, learner: Principal, replica: Database
) -> None:
    with assigned.database.writing() as connection:
        mine = enrolments.c.person_key == learner.key
        connection.execute(enrolments.update().where(mine).values(cards_done=7))
    answer = first_check(Study(replica, assigned.course, assigned.now), learner)
    with in_between(assigned.database, "INSERT INTO enrolments", answer):
        assigned.database.write(rebuild)
    assert assigned.kinds(learner).count(Kind.CHECKED) == 1
    assert_sound(assigned, learner)
