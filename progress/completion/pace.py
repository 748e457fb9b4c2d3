"""Pace of attempts: how many may begin in a day, and the pause after each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from people.access import Asker
from progress.completion.steps import NotPossibleError
from progress.record.chains import Event, Kind, voided


@dataclass(frozen=True)
class Pace:
    """The company's rule for the attempts of one person at one course."""

    a_day: int
    """Attempts that may begin in one day of the company's calendar."""
    pause: timedelta
    """Time from the end of one attempt to the beginning of the next."""


class TooSoonError(NotPossibleError):
    """The next attempt cannot begin yet."""

    def __init__(self, opens_at: datetime) -> None:
        super().__init__(opens_at)
        self.opens_at = opens_at


def opens_at(chain: Sequence[Event], course_id: str, pace: Pace, asker: Asker) -> datetime | None:
    """Return when the person with this chain may begin the next attempt; None if at once. Voided ones don't count."""
    void = voided(chain)
    counted = [event for event in chain if event.seq not in void and event.body.get("course") == course_id]
    begun = [event.at for event in counted if event.kind is Kind.ATTEMPT_STARTED]
    ended = [event.at for event in counted if event.kind is Kind.ATTEMPT_FINISHED]
    times = [ended[-1] + pace.pause] if ended else []
    if sum(at.astimezone(asker.zone).date() == asker.today for at in begun) >= pace.a_day:
        times.append(datetime.combine(asker.today + timedelta(days=1), time.min, asker.zone))
    return max((at for at in times if at > asker.now), default=None)
