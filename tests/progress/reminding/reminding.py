"""A company that sends reminders to a mail server of the test's own, on a clock that the test moves."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage

from cast import PRAGUE
from letters import MailServer
from sqlalchemy import select
from studying import Study
from surroundings import HOME

from mail import Post
from progress.reminding import ledger, sending, templates
from progress.reminding.audience import Office
from progress.reminding.ledger import LetterState, Reminder
from progress.reminding.sending import Result, Sender
from progress.reminding.working_days import WorkingDaysByUnit
from quizzes.content import Content

SENDER = "kodex@example.com"
LINK = "https://kodex.example.com"


def office(content: Content) -> Office:
    read, faults = templates.read(HOME)
    assert not faults
    return Office(content, read, LINK, PRAGUE, WorkingDaysByUnit(), escalate_after=timedelta(days=14))


def ten_on(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 9, 0, tzinfo=UTC)


@dataclass
class Reminding:
    """Runs of `study`'s company. `paused` are the pauses that runs made."""

    study: Study
    office: Office
    port: int
    paused: list[float] = field(default_factory=list)

    def sender(self) -> Sender:
        post = Post(f"smtp://127.0.0.1:{self.port}", SENDER)
        return Sender(self.study.database, self.office, post, lambda: self.study.now, self.paused.append)

    def run(self, day: date | None = None) -> Result:
        if day is not None:
            self.study.now = ten_on(day)
        return sending.run(self.sender())

    def away(self, *keys: str) -> None:
        self.office = replace(self.office, away=frozenset(keys))

    def ledger(self) -> list[Reminder]:
        with self.study.database.reading() as connection:
            keys = connection.execute(select(ledger.reminders.c.person_key).distinct()).scalars().all()
            return [each for key in sorted(keys) for each in ledger.of_person(connection, key)]

    def states(self, kind: str | None = None) -> Counter[LetterState]:
        return Counter(each.state for each in self.ledger() if kind in {None, each.key.kind})


def taken(server: MailServer) -> list[EmailMessage]:
    """The letters that the server has taken since the last time."""
    found = []
    while not server.letters.empty():
        found.append(server.letters.get())
    return found


def to(letters: Iterable[EmailMessage]) -> list[str]:
    return sorted(str(letter["To"]) for letter in letters)


def text(letter: EmailMessage) -> str:
    part = letter.get_body(("plain",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n").replace("\u00a0", " ")
