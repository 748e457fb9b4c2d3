"""A company whose clock moves, and a plain model of what its rules give."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from cast import PRAGUE
from sqlalchemy import Connection, update

from database import Database
from people import directory, leave
from people.directory import Person
from people.leave import Leave, LeaveSource
from progress.assigning import applying, pausing, rules
from progress.assigning.applying import Moment, RulePreview
from progress.assigning.audience import Audience
from progress.assigning.rules import AssignmentRule, WantedRule
from progress.assigning.terms import Terms
from progress.completion import enrolments
from progress.completion.enrolments import Enrolment, save
from progress.completion.fold import after, differing
from progress.record import chains
from progress.record.chains import Event, Kind
from quizzes.content import Content

COURSE = "customer-privacy"
BY = "tests"


@dataclass
class Company:
    database: Database
    content: Content
    today: date
    hired: int = field(default=0)

    @property
    def moment(self) -> Moment:
        return Moment(datetime(self.today.year, self.today.month, self.today.day, 9, tzinfo=UTC), PRAGUE)

    def hire(self, unit: str = "Sklad", *, manager: str | None = None, **more: Any) -> str:
        self.hired += 1
        number = f"{self.hired:04}"
        person = Person(f"k-{number}", number, f"N {number}", "", unit, manager, **{"language": "cs", **more})
        self.database.write(lambda connection: directory.add(connection, [person]))
        return person.key

    def change(self, key: str, **values: Any) -> None:
        people = directory.people
        change = update(people).where(people.c.person_key == key).values(**values)
        self.database.write(lambda connection: connection.execute(change))

    def rule(self, audience: Audience, terms: Terms) -> AssignmentRule:
        wanted = WantedRule(COURSE, audience, terms)

        def work(connection: Connection) -> AssignmentRule:
            rules.check(connection, self.content, wanted, self.today)
            return rules.add(connection, wanted, BY, self.moment.now)

        return self.database.write(work)

    def preview(self, rule: AssignmentRule) -> RulePreview:
        with self.database.snapshot() as connection:
            return applying.preview(connection, rule, self.today)

    def apply(self) -> int:
        """The nightly run; returns how many cycles began."""
        new = sum(part.new for part in applying.apply(self.database, self.content, self.moment))
        list(pausing.move_due_dates(self.database, self.moment, BY))
        return new

    def away(self, key: str, first: date, last: date | None) -> None:
        noted = Leave(key, first, last, LeaveSource.HAND, BY, self.moment.now)
        self.database.write(lambda connection: leave.note(connection, noted))

    def back(self, key: str, last_day: date) -> None:
        self.database.write(lambda connection: leave.end(connection, key, last_day))

    def later(self, days: int) -> None:
        self.today += timedelta(days=days)

    def cycles(self, key: str) -> list[Enrolment]:
        with self.database.reading() as connection:
            found = enrolments.of_person(connection, key)
        return sorted(found, key=lambda each: each.cycle)

    def due(self, key: str) -> list[date]:
        return [each.due_on for each in self.cycles(key)]

    def chain(self, key: str) -> list[Event]:
        with self.database.reading() as connection:
            return chains.chain(connection, key)

    def certify(self, key: str, months: int = 12) -> None:
        """The latest cycle ends in a certificate."""
        latest = self.cycles(key)[-1]
        body = {
            "course": COURSE,
            "cycle": latest.cycle,
            "certificate_no": f"{key}-{latest.cycle}",
            "valid_from": self.today.isoformat(),
            "valid_until": self.today.replace(year=self.today.year + months // 12).isoformat(),
        }

        def work(connection: Connection) -> None:
            head = chains.head(connection, key)
            (event,) = chains.following(head, key, [(Kind.CERTIFIED, body)], self.moment.now)
            chains.append(connection, [event])
            save(connection, after(latest, event), is_new=False)

        self.database.write(work)

    def is_as_the_events_say(self) -> bool:
        with self.database.snapshot() as connection:
            return not list(differing(connection))
