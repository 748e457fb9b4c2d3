"""One installation, opened once a process: its settings, its database, its content."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache, cached_property

import settings
from database import Database
from mail import Post
from people.sign_in.gate import Allowed, Gate, Limits
from progress.completion.pace import Pace
from progress.personal.retention import Schedule
from progress.record import signing
from progress.record.signing import Key
from quizzes.content import Content, load
from settings import Settings


@dataclass(frozen=True)
class Installation:
    settings: Settings
    database: Database
    content: Content

    @property
    def gate(self) -> Gate:
        read = self.settings
        limits = Limits(timedelta(hours=read.session_hours), timedelta(minutes=read.session_idle_minutes))
        allowed = Allowed(read.attempts_per_account, read.attempts_per_address)
        return Gate(self.database, read.secret, limits, allowed, read.time_zone)

    @cached_property
    def key(self) -> Key:
        """The key that signs checkpoints and certificates. Raises `UnusableKeyError`."""
        return signing.opened(self.settings.checkpoint_key)

    @property
    def post(self) -> Post | None:
        """None where no mail server is set."""
        url, sender = self.settings.smtp_url, self.settings.mail_from
        return Post(url, sender) if url and sender else None

    @property
    def retention(self) -> Schedule:
        read = self.settings
        return Schedule(
            read.retention_leavers_months,
            read.retention_deputies_months,
            read.retention_leave_months,
            read.retention_remarks_months,
            read.retention_notes_months,
            read.retention_reminders_months,
        )

    @property
    def pace(self) -> Pace:
        return Pace(self.settings.attempts_a_day, timedelta(minutes=self.settings.pause_between_attempts_minutes))

    def today(self, now: datetime) -> date:
        """Return the day of `now` where the company is."""
        return now.astimezone(self.settings.time_zone).date()


@cache
def installation() -> Installation:
    """Return the installation that this process serves. Raises `SaidError`."""
    read = settings.read()
    return Installation(read, Database(read.database_url), load(read.content))


def now() -> datetime:
    return datetime.now(UTC)
