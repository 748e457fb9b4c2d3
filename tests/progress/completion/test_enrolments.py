"""Enrolments are derived: the table is the fold of the events, always and provably."""

from datetime import timedelta

import pytest
from conftest import DUE, Study
from sqlalchemy import delete, insert, select, update

from people.access import Principal
from progress.completion import enrolments
from progress.completion.fold import after, differing, fold, rebuild
from progress.record import chains
from progress.record.chains import Kind

TABLE = enrolments.enrolments


def all_differing(study: Study) -> list[tuple[str, str, int]]:
    with study.database.reading() as connection:
        return list(differing(connection))


def test_nobody_is_enrolled_before_an_assignment(study: Study, learner: Principal) -> None:
    with study.database.reading() as connection:
        assert enrolments.of_person(connection, learner.key) == []
        assert enrolments.current(connection, learner.key, study.course.id) is None


def test_an_assignment_enrols_with_its_due_date(assigned: Study, learner: Principal) -> None:
    enrolment = assigned.enrolment(learner)
    assert (enrolment.cycle, enrolment.due_on, enrolment.assigned_at) == (1, DUE, assigned.now)
    assert enrolment.started_at is None


def test_a_second_assignment_of_an_open_course_changes_nothing(assigned: Study, learner: Principal) -> None:
    before = assigned.enrolment(learner)
    assigned.assign(learner, due_on=DUE + timedelta(days=30))
    assert assigned.enrolment(learner) == before
    assert assigned.kinds(learner) == [Kind.ASSIGNED]


def test_somebody_named_twice_is_assigned_once(study: Study, learner: Principal) -> None:
    study.assign(learner, learner)
    assert study.kinds(learner) == [Kind.ASSIGNED]


def test_an_assignment_after_a_certificate_begins_a_new_cycle(assigned: Study, learner: Principal) -> None:
    first = assigned.certify(learner)
    assigned.later(days=300)
    assigned.assign(learner, due_on=DUE + timedelta(days=330))
    second = assigned.enrolment(learner)
    assert (first.cycle, second.cycle) == (1, 2)
    assert second.started_at is None
    assert second.cards == {}


def test_a_new_cycle_leaves_the_last_one_as_it_was(assigned: Study, learner: Principal) -> None:
    first = assigned.certify(learner)
    assigned.assign(learner, due_on=DUE + timedelta(days=330))
    assigned.certify(learner)
    with assigned.database.reading() as connection:
        kept = {each.cycle: each for each in enrolments.of_person(connection, learner.key)}
    assert kept[1] == first
    assert kept[2].certificate_no != first.certificate_no


def test_the_table_equals_the_fold_at_every_step(assigned: Study, learner: Principal) -> None:
    assert all_differing(assigned) == []
    assigned.cards(learner)
    assert all_differing(assigned) == []
    assigned.attempt(learner, right=3)
    assert all_differing(assigned) == []
    assigned.attempt(learner)
    assert all_differing(assigned) == []
    assigned.sign(learner)
    assert all_differing(assigned) == []
    assert fold(assigned.chain(learner))[assigned.course.id, 1] == assigned.enrolment(learner)


@pytest.mark.parametrize(
    "changes",
    [
        {"score": 100},
        {"cards_done": 0},
        {"state": "{}"},
        {"started_at": None},
        {"due_on": DUE + timedelta(1)},
    ],
)
def test_a_row_altered_in_the_table_is_found_and_mended(
    assigned: Study, learner: Principal, changes: dict[str, object]
) -> None:
    true = assigned.cards(learner)
    mine = TABLE.c.person_key == learner.key
    with assigned.database.writing() as connection:
        connection.execute(update(TABLE).where(mine).values(changes))
    assert all_differing(assigned) == [(learner.key, assigned.course.id, 1)]
    with assigned.database.writing() as connection:
        assert rebuild(connection) == 1
    assert all_differing(assigned) == []
    assert assigned.enrolment(learner) == true


def test_a_row_missing_from_the_table_is_found_and_written(assigned: Study, learner: Principal) -> None:
    true = assigned.certify(learner)
    with assigned.database.writing() as connection:
        connection.execute(delete(TABLE).where(TABLE.c.person_key == learner.key))
    assert all_differing(assigned) == [(learner.key, assigned.course.id, 1)]
    with assigned.database.writing() as connection:
        rebuild(connection)
    assert assigned.enrolment(learner) == true


def test_a_row_that_no_event_tells_of_is_found_and_deleted(
    assigned: Study, learner: Principal, hr: Principal
) -> None:
    with assigned.database.writing() as connection:
        row = connection.execute(select(TABLE).where(TABLE.c.person_key == learner.key)).one()._asdict()
        connection.execute(insert(TABLE), [{**row, "person_key": hr.key}, {**row, "cycle": 2}])
    assert sorted(all_differing(assigned)) == [
        (learner.key, assigned.course.id, 2),
        (hr.key, assigned.course.id, 1),
    ]
    with assigned.database.writing() as connection:
        assert rebuild(connection) == 2
    assert all_differing(assigned) == []


def test_rebuilding_a_sound_table_changes_nothing(assigned: Study, learner: Principal) -> None:
    before = assigned.certify(learner)
    with assigned.database.writing() as connection:
        assert rebuild(connection) == 0
    assert assigned.enrolment(learner) == before


def test_an_exemption_stands_in_the_enrolment(assigned: Study, learner: Principal) -> None:
    before = assigned.enrolment(learner)
    body = {
        "course": before.course_id,
        "cycle": before.cycle,
        "reason": "long-term leave",
        "as": "exempt",
        "until": None,
    }
    with assigned.database.reading() as connection:
        head = chains.head(connection, learner.key)
    (event,) = chains.following(head, learner.key, [(Kind.EXEMPTED, body)], assigned.now)
    assert after(before, event).exempted_at == assigned.now


def test_nothing_happens_to_somebody_before_their_assignment(assigned: Study, learner: Principal) -> None:
    assigned.cards(learner)
    with pytest.raises(ValueError, match="without an assignment"):
        fold(assigned.chain(learner)[1:])
