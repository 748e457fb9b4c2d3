"""As of a day: what a report said that evening, it says of that evening ever after, and to nobody else."""

import random
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from conftest import PEOPLE, TODAY, Study, move
from connections import several
from sqlalchemy import Connection, delete, func, insert, inspect, select, text, update
from sqlalchemy.exc import DBAPIError

from database import Database
from people import directory, history
from people.access import Act, Principal, visible
from people.directory import Person, people
from progress.completion.enrolments import EXEMPTIONS, Enrolment, as_row, enrolments
from progress.completion.fold import fold
from progress.completion.rules import Status
from progress.personal import erasure
from progress.record import chains
from progress.record.chains import Kind
from progress.reports import lists
from progress.reports.as_of import NotYetError, as_of, end_of
from progress.reports.lists import Selection

A_DAY = timedelta(days=1)
FIRST = TODAY
UNITS = ("Sklad", "Provoz", "Obchod")
Report = dict[str, Any]


def report(connection: Connection, who: Principal, act: Act, day: date) -> Report:
    """All that reports say of `day`."""
    everything = Selection(every_cycle=True, leavers=True)
    return {
        "summary": lists.summary(connection, who, act, Selection(), day),
        "curve": lists.completion_by_day(connection, who, act, Selection(), day),
        "due": lists.due_days(connection, who, act, Selection(), day),
        "entries": lists.entries(connection, who, act, Selection(), day),
        "entries of all": lists.entries(connection, who, act, everything, day),
        "overdue": lists.entries(connection, who, act, Selection(status=Status.OVERDUE), day),
        "records": [tuple(row) for row in lists.records(connection, who, act, everything, day)],
    }


@dataclass
class Company:
    """People to whom something happens every day, and what reports said of it in the evening."""

    study: Study
    who: tuple[Principal, ...]
    zone: ZoneInfo
    chance: random.Random
    said: dict[date, Report] = field(default_factory=dict)

    @property
    def database(self) -> Database:
        return self.study.database

    def live(self, days: int, auditor: Principal) -> None:
        for number in range(days):
            day = FIRST + number * A_DAY
            moments = sorted(self.chance.randrange(24 * 3600) for _ in range(self.chance.randint(0, 9)))
            for second in moments:
                self.study.now = max(self.study.now, self._begins(day) + timedelta(seconds=second))
                if self.study.now >= self._begins(day + A_DAY) - timedelta(minutes=30):
                    break  # a sitting takes its time, and no sitting here goes over midnight
                self._happen(self.chance.choice(self.who), day)
            with self.database.snapshot() as connection:
                self.said[day] = report(connection, auditor, Act.SEE_CERTIFICATIONS, day)

    def _begins(self, day: date) -> datetime:
        return datetime.combine(day, time.min, self.zone).astimezone(UTC)

    def _happen(self, somebody: Principal, day: date) -> None:
        with self.database.reading() as connection:
            known = enrolments_of(connection, somebody)
        latest = known[-1] if known else None
        choices = ["assign", "unit", "manager", "leave", "return"]
        if latest is not None:
            choices += [*["learn"] * 10, "exempt"] if latest.is_open else ["assign", "assign", "revoke"]
        what = self.chance.choice(choices)
        match what:
            case "assign":
                self.study.assign(somebody, due_on=day + timedelta(days=self.chance.randint(0, 6)))
            case "learn":
                self._learn(somebody, latest)
            case "exempt":
                until = self.chance.choice([None, (day + 2 * A_DAY).isoformat()])
                self._append(somebody, Kind.EXEMPTED, {"as": self.chance.choice(EXEMPTIONS), "until": until})
            case "revoke":
                self._append(somebody, Kind.REVOKED, {})
            case "unit":
                self._change(somebody, unit=self.chance.choice(UNITS))
            case "manager":
                others = [None, *(each.key for each in self.who if each != somebody)]
                self._change(somebody, manager_key=self.chance.choice(others))
            case "leave" | "return":
                self._change(somebody, active=what == "return")

    def _learn(self, somebody: Principal, enrolment: Enrolment) -> None:
        """The next part of the course. An attempt that was not passed counts no more, now and then."""
        if not enrolment.cards:
            self.study.cards(somebody)
        elif enrolment.passed_at:
            self.study.sign(somebody)
        elif self.chance.random() < 0.6:
            self.study.attempt(somebody)
        else:
            self.study.attempt(somebody, right=0)
            if self.chance.random() < 0.5:
                self._void_attempt(somebody)

    def _change(self, somebody: Principal, **values: object) -> None:
        with self.database.writing() as connection:
            connection.execute(update(people).where(people.c.person_key == somebody.key).values(**values))
            history.keep(connection, self.study.now, [somebody.key])

    def _void_attempt(self, somebody: Principal) -> None:
        chain = self.study.chain(somebody)
        begun = max(event.seq for event in chain if event.kind is Kind.ATTEMPT_STARTED)
        self._append(somebody, Kind.CORRECTED, {"voids": [event.seq for event in chain if event.seq >= begun]})

    def _append(self, somebody: Principal, kind: Kind, body: dict[str, Any]) -> None:
        with self.database.writing() as connection:
            latest = enrolments_of(connection, somebody)[-1]
            body = {"course": latest.course_id, "cycle": latest.cycle, "reason": "a test", "by": "tests", **body}
            head = chains.head(connection, somebody.key)
            chains.append(connection, chains.following(head, somebody.key, [(kind, body)], self.study.now))
            connection.execute(delete(enrolments).where(enrolments.c.person_key == somebody.key))
            folded = enrolments_of(connection, somebody)
            connection.execute(insert(enrolments), [as_row(each) for each in folded])


def enrolments_of(connection: Connection, somebody: Principal) -> list[Enrolment]:
    """By their cycles, as the events tell them."""
    return list(fold(chains.chain(connection, somebody.key)).values())


DAYS = 14


@pytest.fixture(params=range(2))
def company(
    request: pytest.FixtureRequest, study: Study, everybody: tuple[Person, ...], zone: ZoneInfo, auditor: Principal
) -> Company:
    """After two weeks of all that can happen."""
    with study.database.writing() as connection:
        history.keep(connection, study.now - A_DAY)
    who = tuple(Principal(each, auditor.roles) for each in everybody)
    lived = Company(study, who, zone, random.Random(f"as of {request.param}"))
    lived.live(DAYS, auditor)
    return lived


def test_a_report_of_a_day_asked_for_later_is_the_report_of_that_day(company: Company, auditor: Principal) -> None:
    last = max(company.said)
    kinds = {event.kind for who in company.who for event in company.study.chain(who)}
    assert len(kinds) >= 10, "a history in which little happens proves little"
    assert len({str(said) for said in company.said.values()}) > DAYS / 2
    for day, said in company.said.items():
        with as_of(company.database, auditor, Act.SEE_CERTIFICATIONS, day, last, company.zone) as connection:
            asked = report(connection, auditor, Act.SEE_CERTIFICATIONS, day)
        for what, expected in said.items():
            assert asked[what] == expected, (day, what)


def test_before_everything_nobody_was_anywhere(company: Company, auditor: Principal) -> None:
    day, last = FIRST - 30 * A_DAY, max(company.said)
    with as_of(company.database, auditor, Act.SEE_CERTIFICATIONS, day, last, company.zone) as connection:
        assert report(connection, auditor, Act.SEE_CERTIFICATIONS, day)["records"] == []


def test_a_manager_sees_of_the_past_whom_they_saw_then_and_see_now(
    company: Company, manager: Principal, director: Principal
) -> None:
    last = max(company.said)
    for who in (manager, director):
        with company.database.reading() as connection:
            theirs = set(connection.execute(visible(who, Act.SEE_TEAM)).scalars())
        for day in company.said:
            with as_of(company.database, who, Act.SEE_TEAM, day, last, company.zone) as connection:
                shown = {each.person_key for each in lists.entries(connection, who, Act.SEE_TEAM, Selection(), day)}
                line = set(connection.execute(visible(who, Act.SEE_TEAM)).scalars())
            assert shown <= theirs & line


# By hand


@pytest.fixture
def kept(assigned: Study) -> Study:
    """The directory's past begins before the first assignment."""
    with assigned.database.writing() as connection:
        history.keep(connection, assigned.now - 10 * A_DAY)
    return assigned


def entries(study: Study, who: Principal, act: Act, day: date, zone: ZoneInfo, **chosen: Any) -> dict[str, Any]:
    today = study.now.astimezone(zone).date()
    with as_of(study.database, who, act, day, today, zone) as connection:
        found = lists.entries(connection, who, act, Selection(**chosen), day)
    return {each.employee_id: each for each in found}


def test_somebody_who_had_nothing_assigned_that_day_is_counted_in_it(
    kept: Study, hr: Principal, learner: Principal, director: Principal, zone: ZoneInfo
) -> None:
    """Who was in the directory, and nobody else: the newcomer came the day after."""
    kept.later(days=1)
    newcomer = Person("f" * 32, "9001", "Nová Kolegyně", "9001@example.com", "Sklad", learner.key, "cs")
    with kept.database.writing() as connection:
        directory.add(connection, [newcomer])
        history.keep(connection, kept.now)
    chosen = {"status": Status.NOTHING_ASSIGNED, "course_id": kept.course.id}
    before, after = (
        entries(kept, hr, Act.SEE_CERTIFICATIONS, day, zone, **chosen) for day in (TODAY - A_DAY, TODAY + A_DAY)
    )
    assert set(before) == {each.employee_id for each in PEOPLE}
    assert set(after) == {"2001", "3001", "3002", "3003", "4001", "9001"}
    assert (after["9001"].course_id, after["9001"].due_on) == (kept.course.id, None)
    assert "9001" not in entries(kept, director, Act.SEE_TEAM, TODAY, zone, **chosen)
    assert "9001" in entries(kept, director, Act.SEE_TEAM, TODAY + A_DAY, zone, **chosen)


def test_whoever_changed_hands_is_shown_to_nobody_who_has_no_business_with_them_now(
    kept: Study, learner: Principal, manager: Principal, other_manager: Principal, director: Principal, zone: ZoneInfo
) -> None:
    kept.later(days=1)
    move(kept.database, learner, other_manager)
    with kept.database.writing() as connection:
        history.keep(connection, kept.now)
    number = learner.person.employee_id
    for day in (TODAY, TODAY + A_DAY):
        assert number not in entries(kept, manager, Act.SEE_TEAM, day, zone), "not theirs now"
        assert number not in entries(kept, director, Act.SEE_TEAM, day, zone)
    assert number not in entries(kept, other_manager, Act.SEE_TEAM, TODAY, zone), "not theirs then"
    assert number in entries(kept, other_manager, Act.SEE_TEAM, TODAY + A_DAY, zone)


def test_hr_of_a_unit_sees_of_the_past_what_is_theirs_now(
    kept: Study, hr: Principal, learner: Principal, manager: Principal, zone: ZoneInfo
) -> None:
    limited = replace(hr, units=frozenset({"Sklad"}))
    kept.later(days=1)
    with kept.database.writing() as connection:
        connection.execute(update(people).where(people.c.person_key == learner.key).values(unit="Obchod"))
        history.keep(connection, kept.now)
    assert set(entries(kept, hr, Act.SEE_CERTIFICATIONS, TODAY, zone, unit="Sklad")) == {"2002", "2003"}
    assert set(entries(kept, limited, Act.SEE_CERTIFICATIONS, TODAY, zone)) == {manager.person.employee_id}


def test_a_day_ends_at_midnight_where_the_company_is(
    kept: Study, learner: Principal, hr: Principal, zone: ZoneInfo
) -> None:
    """Two hours before it ends in Greenwich, in summer."""
    assert end_of(date(2026, 6, 30), zone) == datetime(2026, 6, 30, 22, tzinfo=UTC)
    assert end_of(date(2026, 3, 29), zone) - end_of(date(2026, 3, 28), zone) == timedelta(hours=24)
    midnight = end_of(date(2026, 6, 30), zone).astimezone(UTC)
    kept.now = midnight - timedelta(minutes=30)
    kept.cards(learner)
    assert kept.now < midnight
    kept.now = midnight - timedelta(seconds=20)
    kept.attempt(learner, right=10)
    assert midnight in {event.at for event in kept.chain(learner)}
    found = entries(kept, hr, Act.SEE_CERTIFICATIONS, date(2026, 6, 30), zone)[learner.person.employee_id]
    assert (found.status, found.attempts) == (Status.OVERDUE, 0)
    assert found.cards_done == len(kept.course.cards)


def test_courses_beside_one_another_do_not_get_in_each_others_way(
    kept: Study, learner: Principal, hr: Principal, zone: ZoneInfo
) -> None:
    """One goes on after that day; another was assigned in the same moment, and a third before it."""

    def happens(course: str, kind: Kind, **body: Any) -> None:
        with kept.database.writing() as connection:
            body = {"course": course, "cycle": 1, **body}
            head = chains.head(connection, learner.key)
            chains.append(connection, chains.following(head, learner.key, [(kind, body)], kept.now))
            connection.execute(delete(enrolments).where(enrolments.c.person_key == learner.key))
            connection.execute(insert(enrolments), [as_row(each) for each in enrolments_of(connection, learner)])

    begins = {"course_version": "1", "content_sha256": "", "language": "cs"}
    for course, seconds in (("earlier", 60), ("goes on", 0), ("at once", 0)):
        happens(course, Kind.ASSIGNED, due_on=str(TODAY))
        kept.later(seconds=seconds)
    for course in ("earlier", "at once"):
        happens(course, Kind.STARTED, **begins)
    kept.later(days=1)
    happens("goes on", Kind.STARTED, **begins)
    with as_of(kept.database, hr, Act.SEE_CERTIFICATIONS, TODAY, TODAY + A_DAY, zone) as connection:
        found = lists.entries(connection, hr, Act.SEE_CERTIFICATIONS, Selection(search="2003"), TODAY)
    begun = {each.course_id: each.started_at is not None for each in found if each.course_id != kept.course.id}
    assert begun == {"earlier": True, "goes on": False, "at once": True}


def test_a_correction_does_not_reach_back(kept: Study, learner: Principal, hr: Principal, zone: ZoneInfo) -> None:
    """As it was known then: the certificate was valid that day, and is revoked today."""
    kept.certify(learner)
    kept.later(days=3)
    company = Company(kept, (learner,), zone, random.Random(1))
    company._append(learner, Kind.REVOKED, {})
    number = learner.person.employee_id
    assert entries(kept, hr, Act.SEE_CERTIFICATIONS, TODAY, zone)[number].status is Status.CERTIFIED
    assert entries(kept, hr, Act.SEE_CERTIFICATIONS, TODAY + 3 * A_DAY, zone)[number].status is Status.REVOKED


def test_whoever_was_erased_is_counted_among_the_leavers_and_not_named(
    kept: Study, learner: Principal, hr: Principal, zone: ZoneInfo
) -> None:
    kept.certify(learner)
    kept.later(days=1)
    erasure.erase(kept.database, learner.person.employee_id, "na žádost", "tests", kept.now)
    gone = f"erased-{learner.key}"
    assert gone not in entries(kept, hr, Act.SEE_CERTIFICATIONS, TODAY, zone)
    found = entries(kept, hr, Act.SEE_CERTIFICATIONS, TODAY, zone, leavers=True)[gone]
    assert (found.name, found.unit, found.status) == ("", "", Status.CERTIFIED)


def test_nothing_is_known_of_a_day_in_the_future(kept: Study, hr: Principal, zone: ZoneInfo) -> None:
    with (
        pytest.raises(NotYetError),
        as_of(kept.database, hr, Act.SEE_CERTIFICATIONS, TODAY + A_DAY, TODAY, zone),
    ):
        pass


# The connection


def test_the_past_can_be_read_and_not_written(kept: Study, hr: Principal, zone: ZoneInfo) -> None:
    with as_of(kept.database, hr, Act.SEE_CERTIFICATIONS, TODAY - A_DAY, TODAY, zone) as connection:
        real = "main.people" if kept.database.is_sqlite else "public.people"
        assert connection.execute(text(f"SELECT count(*) FROM {real}")).scalar_one() == len(PEOPLE)
        with pytest.raises(DBAPIError):
            connection.execute(text(f"UPDATE {real} SET unit = 'Nikde'"))
    with kept.database.reading() as connection:
        assert connection.execute(select(people.c.unit).where(people.c.unit == "Nikde")).first() is None


def test_nobody_meets_the_past_on_a_connection_of_theirs(kept: Study, hr: Principal, zone: ZoneInfo) -> None:
    """Neither while it is open nor after, even when it ended in a fault."""
    count = select(func.count()).select_from(enrolments)
    for ends_well in (True, False):
        for day in (TODAY - A_DAY, TODAY - 2 * A_DAY):
            with (
                _fault_or_none(ends_well),
                as_of(kept.database, hr, Act.SEE_CERTIFICATIONS, day, TODAY, zone) as past,
                kept.database.reading() as present,
            ):
                assert (past.execute(count).scalar_one(), present.execute(count).scalar_one()) == (0, 3)
                if not ends_well:
                    raise KeyError
    with several(), kept.database.reading() as one, kept.database.reading() as two, kept.database.snapshot() as three:
        assert [each.execute(count).scalar_one() for each in (one, two, three)] == [3, 3, 3]
    assert kept.database.write(lambda c: c.execute(update(enrolments).values(language="cs")).rowcount) == 3


def _fault_or_none(ends_well: bool) -> AbstractContextManager[Any]:
    return nullcontext() if ends_well else pytest.raises(KeyError)


def test_the_tables_of_the_past_have_the_indexes_of_the_real_ones(kept: Study, hr: Principal, zone: ZoneInfo) -> None:
    with as_of(kept.database, hr, Act.SEE_CERTIFICATIONS, TODAY - A_DAY, TODAY, zone) as connection:
        asked = "SELECT nspname FROM pg_namespace WHERE oid = pg_my_temp_schema()"
        there = "temp" if kept.database.is_sqlite else connection.exec_driver_sql(asked).scalar_one()
        real = "main" if kept.database.is_sqlite else "public"
        for table in ("people", "enrolments"):
            expected = _indexed(connection, table, real)
            assert expected
            assert expected - _indexed(connection, table, there) == set()


def _indexed(connection: Connection, table: str, schema: str) -> set[tuple[str, ...]]:
    """The columns of the key and of each index."""
    found = inspect(connection)
    indexes = found.get_indexes(table, schema=schema) + found.get_unique_constraints(table, schema=schema)
    key = found.get_pk_constraint(table, schema=schema)["constrained_columns"]
    return {tuple(key), *(tuple(each["column_names"]) for each in indexes)}
