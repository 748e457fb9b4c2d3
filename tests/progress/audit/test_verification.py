"""Verification: what each fault in the record is called, whose it is, and until which checkpoint all was right."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from conftest import Study
from sqlalchemy import (
    Boolean,
    Column,
    Integer,
    Text,
    delete,
    func,
    insert,
    literal,
    literal_column,
    select,
    true,
    update,
)

from database import Database, written
from people import history as directory_past
from people.access import Principal
from people.directory import people
from people.history import history
from progress.audit import verification
from progress.audit.findings import Finding
from progress.audit.verification import Verified
from progress.completion.certificates import certificates
from progress.completion.editions import editions
from progress.completion.enrolments import enrolments
from progress.record import checkpoints, signing
from progress.record.chains import Head, Kind, append, events, following
from progress.record.checkpoints import restorations, sealed_heads
from progress.record.sealed_directory import sealed_history
from progress.record.signing import Key


class Audited:
    """A record with three checkpoints: after the assignment, after the cards, after the certificate."""

    def __init__(self, study: Study, learner: Principal, key_file: Path) -> None:
        self.study, self.learner, self.key_file = study, learner, key_file
        self.notes: dict[str, str] = {}
        self.made_at: list[datetime] = []
        self.ends: list[int] = []
        self.checkpoint()
        study.cards(learner)
        self.checkpoint()
        study.attempt(learner)
        study.sign(learner)
        self.checkpoint()

    @property
    def key(self) -> Key:
        return signing.opened(self.key_file)

    @property
    def database(self) -> Database:
        return self.study.database

    def checkpoint(self) -> None:
        self.study.later(hours=1)
        made = checkpoints.make(self.database, self.key, self.study.now)
        self.notes[f"{len(self.notes) + 1}.txt"] = made.note
        self.made_at.append(made.checkpoint.at)
        self.ends.append(len(self.study.chain(self.learner)))
        self.study.later(hours=1)

    def change(self, *statements: Any) -> None:
        with self.database.writing() as connection:
            for statement in statements:
                connection.execute(statement)

    def event(self, number: int) -> Any:
        return (events.c.person_key == self.learner.key) & (events.c.seq == number)

    def forge(self, number: int) -> None:
        """Alters an event, and makes every hash from it on anew."""
        chain = self.study.chain(self.learner)
        before = chain[number - 2]
        self.change(delete(events).where(events.c.person_key == self.learner.key, events.c.seq >= number))
        forged = [(event.kind, {**event.body, "language": "de"}) for event in chain[number - 1 :]]
        anew = following(Head(before.seq, before.at, before.hash), self.learner.key, forged, chain[-1].at)
        with self.database.writing() as connection:
            append(connection, anew)

    def verify(self, notes: dict[str, str] | None = None) -> Verified:
        return verification.verify(self.database, self.key.verifiers, self.notes if notes is None else notes)

    def only_finding(self, notes: dict[str, str] | None = None) -> Finding:
        (finding,) = self.verify(notes).findings
        return finding

    def said(self) -> list[str]:
        return [str(each.what) for each in self.verify().findings]


@pytest.fixture
def audited(assigned: Study, learner: Principal, tmp_path: Path) -> Audited:
    return Audited(assigned, learner, tmp_path / "checkpoint.key")


def test_a_sound_record_is_counted_and_nothing_is_found(audited: Audited) -> None:
    verified = audited.verify()
    assert verified.findings == []
    assert (verified.events, verified.people, verified.certificates) == (audited.ends[-1] + 2, 3, 1)


def test_a_record_without_anything_holds(database: Database) -> None:
    assert verification.verify(database, (), {}).findings == []


# Chains


@pytest.mark.parametrize("column", ["kind", "at", "body", "previous_hash", "hash"])
def test_an_altered_event_is_named_with_its_person_and_the_last_checkpoint_before_it(
    audited: Audited, column: str
) -> None:
    number = audited.ends[0] + 3
    values = {"kind": "committed", "at": audited.study.now, "body": "{}", "previous_hash": "0" * 64, "hash": "1" * 64}
    audited.change(update(events).where(audited.event(number)).values({column: values[column]}))
    first = audited.verify().findings[0]
    assert str(first.what) == f"event {number} was altered: it does not have its hash any more"
    assert first.person_key == audited.learner.key
    assert first.sound_until == audited.made_at[0]


def test_a_removed_event_is_named(audited: Audited) -> None:
    number = audited.ends[1] + 2
    audited.change(delete(events).where(audited.event(number)))
    first = audited.verify().findings[0]
    assert str(first.what) == f"event {number} is missing"
    assert (first.person_key, first.sound_until) == (audited.learner.key, audited.made_at[1])


def test_a_chain_that_is_cut_off_is_shorter_than_its_checkpoint_says(audited: Audited) -> None:
    last = audited.ends[1]
    audited.change(delete(events).where(events.c.person_key == audited.learner.key, events.c.seq > last))
    first = audited.verify().findings[0]
    sealed = written(audited.made_at[2])
    assert str(first.what) == (
        f"the chain ends with event {last}; the checkpoint of {sealed} has event {audited.ends[2]}"
    )
    assert (first.person_key, first.sound_until) == (audited.learner.key, audited.made_at[1])


def test_a_chain_that_was_made_anew_is_not_the_one_that_was_sealed(audited: Audited) -> None:
    audited.forge(audited.ends[1] + 1)
    said = audited.said()
    assert (
        said[0] == f"event {audited.ends[2]} is not the one that the checkpoint of {written(audited.made_at[2])} has"
    )
    assert audited.verify().findings[0].sound_until == audited.made_at[1]


def test_an_event_that_does_not_follow_from_the_one_before_is_named(audited: Audited) -> None:
    last = audited.study.chain(audited.learner)[-1]
    stray = following(
        Head(last.seq, last.at, "0" * 64), audited.learner.key, [(Kind.READ, {"by": "nobody"})], audited.study.now
    )
    with audited.database.writing() as connection:
        append(connection, stray)
    finding = audited.only_finding()
    assert str(finding.what) == f"event {stray[0].seq} does not follow from the event before it"


def test_an_event_before_its_forerunner_is_named(audited: Audited) -> None:
    last = audited.study.chain(audited.learner)[-1]
    early = following(
        Head(last.seq, None, last.hash), audited.learner.key, [(Kind.READ, {"by": "x"})], audited.made_at[0]
    )
    with audited.database.writing() as connection:
        append(connection, early)
    assert f"event {early[0].seq} says that it happened before the event before it" in audited.said()


@pytest.mark.parametrize("checkpoints_are", ["kept", "removed"])
def test_an_event_that_says_it_was_there_before_a_checkpoint_without_it_is_backdated(
    audited: Audited, outsider: Principal, checkpoints_are: str
) -> None:
    """Also where whoever wrote it has removed the checkpoints that the database holds: those kept elsewhere count."""
    at = audited.made_at[0] + timedelta(minutes=1)
    last = audited.study.chain(outsider)[-1]
    late = following(Head(last.seq, last.at, last.hash), outsider.key, [(Kind.READ, {"by": "x"})], at)
    with audited.database.writing() as connection:
        append(connection, late)
        if checkpoints_are == "removed":
            connection.execute(delete(checkpoints.checkpoints))
    finding = audited.only_finding()
    assert str(finding.what) == (
        f"event 2 says that it happened at {written(at)}; the checkpoint of {written(audited.made_at[2])} "
        "does not have it"
    )
    assert finding.person_key == outsider.key


@pytest.mark.parametrize("body", ["[]", "{}", "no JSON", '{"course": 3}'])
def test_an_event_that_makes_no_sense_is_said_to_be_so(audited: Audited, body: str) -> None:
    audited.change(update(events).where(audited.event(2)).values(body=body))
    assert "what the events say makes no sense" in audited.said()


# Checkpoints


def test_an_altered_checkpoint_is_named(audited: Audited) -> None:
    audited.change(update(checkpoints.checkpoints).values(note="nothing"))
    assert len([each for each in audited.said() if each.endswith("this is no signed text")]) == 3


def test_a_checkpoint_whose_row_says_otherwise_is_named(audited: Audited) -> None:
    made_at = audited.made_at[0] + timedelta(days=1)
    audited.change(
        update(checkpoints.checkpoints).where(checkpoints.checkpoints.c.number == 1).values(made_at=made_at)
    )
    assert audited.said() == [f"checkpoint 1 of {written(made_at)} was altered: what is signed says otherwise"]


def test_heads_that_were_sealed_anew_have_another_root(audited: Audited) -> None:
    """The first checkpoint still agrees, and the finding says so."""
    audited.forge(audited.ends[0] + 1)
    hashes = {event.seq: event.hash for event in audited.study.chain(audited.learner)}
    for seq in audited.ends[1:]:
        sealed = (sealed_heads.c.person_key == audited.learner.key) & (sealed_heads.c.seq == seq)
        audited.change(update(sealed_heads).where(sealed).values(hash=hashes[seq]))
    roots = [each for each in audited.verify().findings if "has another root" in str(each.what)]
    assert [each.sound_until for each in roots] == [audited.made_at[0]] * 4
    assert {str(each.what).split(" has ")[0] for each in roots} >= {
        "the checkpoint in 2.txt",
        "the checkpoint in 3.txt",
    }


def test_removed_heads_are_fewer_than_a_checkpoint_says(audited: Audited) -> None:
    with audited.database.reading() as connection:
        size = len(connection.execute(select(sealed_heads)).all())
    audited.change(
        delete(sealed_heads).where(sealed_heads.c.leaf == size - 1),
        delete(checkpoints.checkpoints).where(checkpoints.checkpoints.c.number == 3),
    )
    finding = audited.verify().findings[0]
    assert str(finding.what).startswith(
        f"the checkpoint in 3.txt covers {size} chain heads, and the database has only"
    )
    assert finding.sound_until == audited.made_at[1]


def test_heads_with_other_numbers_are_named(audited: Audited) -> None:
    """Numbers tell when a head was sealed: with others, an event could be called older than it is."""
    audited.change(update(sealed_heads).values(leaf=sealed_heads.c.leaf - 100))
    assert audited.said() == ["sealed chain heads are numbered out of order"]


def test_the_checkpoint_of_another_installation_is_said_to_be_one(audited: Audited, tmp_path: Path) -> None:
    foreign = signing.opened(tmp_path / "foreign.key")
    note = checkpoints.make(audited.database, foreign, audited.study.now).note
    audited.change(delete(checkpoints.checkpoints).where(checkpoints.checkpoints.c.number == 4))
    said = str(audited.only_finding({"theirs.txt": note}).what)
    assert said.startswith("the checkpoint in theirs.txt: it is signed by another installation")


def test_a_checkpoint_stays_good_when_the_key_is_changed(audited: Audited) -> None:
    signing.changed(audited.key_file)
    audited.checkpoint()
    assert audited.said() == []


def test_what_was_lost_by_putting_an_older_copy_back_is_told(audited: Audited) -> None:
    with audited.database.reading() as connection:
        size = len(connection.execute(select(sealed_heads)).all())
    audited.change(insert(restorations).values(number=1, at=audited.study.now, size=size - 1))
    assert any("than the backup that was restored later" in each for each in audited.said())


# What is derived


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


# Bytes that are no text, which SQLite keeps

NO_TEXT = literal_column("CAST(X'FF80' AS TEXT)")
EVERY_TEXT = [
    column
    for table in (
        *(events, sealed_heads, enrolments, certificates, checkpoints.checkpoints, editions, history, sealed_history),
        people,
    )
    for column in table.c
    if not isinstance(column.type, Integer | Boolean)
]


@pytest.mark.parametrize("column", EVERY_TEXT, ids=str)
def test_bytes_that_are_no_text_are_a_finding_and_hide_nothing_else(
    audited: Audited, outsider: Principal, column: Column[Any]
) -> None:
    if not audited.database.is_sqlite:
        pytest.skip("PostgreSQL keeps none")
    with audited.database.writing() as connection:
        directory_past.keep(connection, audited.study.now)
    audited.checkpoint()
    table = column.table
    row = (table.c.person_key == audited.learner.key) if "person_key" in table.c else true()
    one = select(func.min(literal_column("rowid"))).select_from(table).where(row).scalar_subquery()
    audited.change(update(enrolments).where(enrolments.c.person_key == outsider.key).values(attempts=7))
    with audited.database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
        connection.execute(update(table).where(literal_column("rowid") == one).values({column: NO_TEXT}))
        connection.exec_driver_sql("PRAGMA foreign_keys = ON")
    found = audited.verify().findings
    said = [str(each.what) for each in found]
    assert outsider.key in {each.person_key for each in found}, "what else does not hold is still found"
    if column not in UNREAD:
        assert len(found) >= 2, said


UNREAD = {each for each in EVERY_TEXT if each.table is people} | {
    *(checkpoints.checkpoints.c[name] for name in ("subtrees", "reason", "directory")),
    *(editions.c[name] for name in ("kind", "part_id")),
    *(certificates.c[name] for name in ("course_title", "issuer")),
}
"""What the verification does not vouch for."""


def test_an_event_with_bytes_that_are_no_text_is_named(audited: Audited) -> None:
    if not audited.database.is_sqlite:
        pytest.skip("PostgreSQL keeps none")
    audited.change(update(events).where(audited.event(2)).values(body=NO_TEXT))
    first = audited.verify().findings[0]
    assert str(first.what) == "event 2 was altered: it holds bytes that are no text"
    assert first.person_key == audited.learner.key
