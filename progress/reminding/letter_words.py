"""Letters in words: what each is about, and what became of it."""

from progress.reminding.ledger import LetterState
from progress.reminding.schedule import LetterKind
from words import Sentence, sentence

KINDS: dict[LetterKind, Sentence] = {
    LetterKind.ASSIGNED: sentence("a new course"),
    LetterKind.BEFORE: sentence("the due date is near"),
    LetterKind.TODAY: sentence("the due date has come"),
    LetterKind.OVERDUE: sentence("the course is overdue"),
    LetterKind.EXPIRING: sentence("the certificate ends soon"),
    LetterKind.REFRESHER: sentence("a refresher is open"),
    LetterKind.DIGEST: sentence("the manager’s weekly letter"),
    LetterKind.ESCALATION: sentence("HR’s list of those who are long overdue"),
}
STATES: dict[LetterState, Sentence] = {
    LetterState.DUE: sentence("waits to be sent"),
    LetterState.SENDING: sentence("is being sent"),
    LetterState.SENT: sentence("taken by the mail server"),
    LetterState.REFUSED: sentence("refused by the mail server"),
    LetterState.BOUNCED: sentence("came back"),
    LetterState.UNKNOWN: sentence("nobody knows whether it was taken"),
    LetterState.LAPSED: sentence("not sent: no longer needed"),
}
