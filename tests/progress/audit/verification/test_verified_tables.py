"""Verification of what is derived from events: enrolments and certificates."""

from typing import Any

import pytest
from sqlalchemy import (
    Column,
    Text,
    insert,
    literal,
    select,
    update,
)
from tampered import Audited

from people.access import Principal
from progress.completion.certificates import certificates
from progress.completion.enrolments import enrolments
from progress.record import checkpoints


def test_an_altered_enrolment_is_named(audited: Audited) -> None:
    mine = enrolments.c.person_key == audited.learner.key
    audited.change(update(enrolments).where(mine).values(score=11))
    finding = audited.only_finding()
    assert str(finding.what) == "the enrolment in customer-privacy, cycle 1, is not what the events say"
    assert (finding.person_key, finding.sound_until) == (audited.learner.key, audited.made_at[2])


def test_an_enrolment_that_no_event_tells_of_is_named(audited: Audited) -> None:
    mine = enrolments.c.person_key == audited.learner.key
    audited.change(update(enrolments).where(mine).values(cycle=2))
    assert audited.said() == [
        f"the enrolment in customer-privacy, cycle {n}, is not what the events say" for n in (1, 2)
    ]


@pytest.mark.parametrize(
    ("values", "called"),
    [
        ({"score": 99}, "is not as it was issued"),
        ({"name": "Somebody Else"}, "is not as it was issued"),
        ({"number": "KX-00000-00000-00000-00000-000000"}, "is missing"),
    ],
)
def test_an_altered_certificate_is_named(audited: Audited, values: dict[str, Any], called: str) -> None:
    with audited.database.reading() as connection:
        number = connection.execute(select(certificates.c.number)).scalar_one()
    audited.change(update(certificates).values(values))
    first = next(each for each in audited.said() if number in each)
    assert called in first


def test_a_certificate_that_no_event_tells_of_is_named(audited: Audited) -> None:
    with audited.database.reading() as connection:
        row = connection.execute(select(certificates)).one()._asdict()
    invented = {**row, "number": "KX-00000-00000-00000-00000-000000", "cycle": 9}
    audited.change(insert(certificates).values(invented))
    assert audited.said() == ["no event tells of the certificate KX-00000-00000-00000-00000-000000"]


@pytest.mark.parametrize(
    ("column", "said"),
    [
        (enrolments.c.last_at, "the enrolment in customer-privacy, cycle 1, is not what the events say"),
        (certificates.c.issued_at, "an enrolment or a certificate cannot be read"),
    ],
    ids=str,
)
def test_what_cannot_be_read_is_told_of_its_person_and_hides_nobody_else(
    audited: Audited, outsider: Principal, column: Column[Any], said: str
) -> None:
    table = column.table
    audited.change(
        update(table).where(table.c.person_key == audited.learner.key).values({column: literal("garbage", Text)}),
        update(enrolments).where(enrolments.c.person_key == outsider.key).values(attempts=7),
    )
    first, second = audited.verify().findings
    assert (str(first.what), first.person_key) == (said, audited.learner.key)
    assert second.person_key == outsider.key


def test_a_checkpoint_whose_row_makes_no_sense_any_more_is_named(audited: Audited) -> None:
    """Its moment is no moment; what is signed is still there to be read."""
    table = checkpoints.checkpoints
    audited.change(update(table).where(table.c.number == 2).values(made_at=literal("x", Text)))
    assert audited.said() == ["checkpoint 2 of x was altered: what is signed says otherwise"]
