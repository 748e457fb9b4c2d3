"""One installation, opened once a process: its settings, its database, its content."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache, cached_property

import settings
from database import Database
from mail import Post
from people.sign_in.accounts import Limits
from people.sign_in.throttle import Allowed
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
    def limits(self) -> Limits:
        return Limits(
            timedelta(hours=self.settings.session_hours),
            timedelta(minutes=self.settings.session_idle_minutes),
        )

    @property
    def allowed(self) -> Allowed:
        return Allowed(self.settings.attempts_per_account, self.settings.attempts_per_address)

    @cached_property
    def key(self) -> Key:
        """What signs checkpoints and certificates; raises `UnusableKeyError`."""
        return signing.opened(self.settings.checkpoint_key)

    @property
    def post(self) -> Post | None:
        """How letters go out; none where no mail server is set."""
        url, sender = self.settings.smtp_url, self.settings.mail_from
        return Post(url, sender) if url and sender else None

    @property
    def retention(self) -> Schedule:
        return Schedule(self.settings.retention_leavers_months, self.settings.retention_deputies_months)

    def today(self, now: datetime) -> date:
        """The day that `now` falls on, where the company is."""
        return now.astimezone(self.settings.time_zone).date()


@cache
def installation() -> Installation:
    """The installation that this process serves; raises what is wrong with settings, database or content."""
    read = settings.read()
    return Installation(read, Database(read.database_url), load(read.content))


def now() -> datetime:
    return datetime.now(UTC)
