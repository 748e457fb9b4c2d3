"""The statuses in words."""

from progress.rules import Status
from words import Sentence, Words, sentence

_SAID: dict[Status, Sentence] = {
    Status.OVERDUE: sentence("overdue"),
    Status.EXPIRED: sentence("expired"),
    Status.EXPIRING: sentence("certified, expires soon"),
    Status.NOT_STARTED: sentence("not started"),
    Status.IN_PROGRESS: sentence("in progress"),
    Status.PASSED: sentence("passed, commitment not signed"),
    Status.CERTIFIED: sentence("certified"),
    Status.EXEMPT: sentence("exempt"),
}


def said(t: Words, status: Status) -> str:
    return t.say(_SAID[status])
