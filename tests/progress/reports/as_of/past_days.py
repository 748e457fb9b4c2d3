"""Reports of a day, asked on that day and ever after."""

import random
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from cast import TODAY
from sqlalchemy import Connection, delete, insert, update
from studying import Study

from database import Database
from people import history
from people.access import Act, Principal
from people.directory import people
from progress.completion.enrolments import EXEMPTIONS, Enrolment, as_row, enrolments, fold
from progress.completion.rules import Status
from progress.record import chains
from progress.record.chains import Kind
from progress.reports import lists
from progress.reports.as_of import as_of
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


def entries(study: Study, who: Principal, act: Act, day: date, zone: ZoneInfo, **chosen: Any) -> dict[str, Any]:
    today = study.now.astimezone(zone).date()
    with as_of(study.database, who, act, day, today, zone) as connection:
        found = lists.entries(connection, who, act, Selection(**chosen), day)
    return {each.employee_id: each for each in found}
